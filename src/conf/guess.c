/* SPDX-License-Identifier: ISC */
/* What was probably meant by a word that is not in the list. */
#include "conf/options.h"

enum {
	GUESS_MAX = 24
};

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Letters to add, drop, change or swap with their neighbour (optimal string
 * alignment distance). */
static size_t
word_distance(struct str a, struct str b)
{
	size_t d[GUESS_MAX + 1][GUESS_MAX + 1];

	if (a.n > GUESS_MAX || b.n > GUESS_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i <= a.n; i++) {
		for (size_t j = 0; j <= b.n; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
			    d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]));
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] &&
			    d[i][j] > d[i - 2][j - 2] + 1)
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[a.n][b.n];
}

const char *
word_guess(struct str word, const char *const words[], size_t n)
{
	const char *best = NULL;
	size_t best_distance = 3, begin = 0;

	if (word.n == 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (str_starts(str_z(words[i]), word)) {
			best = words[i];
			begin++;
		}
	}
	if (begin == 1)
		return best;
	best = NULL;
	for (size_t i = 0; i < n; i++) {
		struct str other = str_z(words[i]);
		size_t distance = word_distance(word, other);

		/* Half of a short word is another word. */
		if (distance * 2 < other.n && distance < best_distance) {
			best = words[i];
			best_distance = distance;
		}
	}
	return best;
}
