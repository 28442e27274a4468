/* SPDX-License-Identifier: ISC */
#include "base/str.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

struct str
str_take(struct str *rest, char sep)
{
	struct str head = *rest;
	const char *hit = NULL;

	if (head.n > 0)
		hit = memchr(head.p, sep, head.n);
	if (hit == NULL) {
		*rest = (struct str){NULL, 0};
		return head;
	}
	head.n = (size_t)(hit - head.p);
	*rest = (struct str){hit + 1, rest->n - head.n - 1};
	return head;
}

size_t
str_find(struct str s, struct str needle)
{
	const char *hit;

	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return s.n;
	hit = memmem(s.p, s.n, needle.p, needle.n);
	return hit == NULL ? s.n : (size_t)(hit - s.p);
}

size_t
str_chr(struct str s, char c)
{
	const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);

	return hit == NULL ? s.n : (size_t)(hit - s.p);
}

size_t
str_rchr(struct str s, char c)
{
	const char *hit = s.n == 0 ? NULL : memrchr(s.p, c, s.n);

	return hit == NULL ? s.n : (size_t)(hit - s.p);
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

bool
str_eq_fold(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return false;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = str_skip(s, 1);
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_u64(struct str *s, int max_digits, uint64_t *ret_value)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		unsigned digit = (unsigned)(s->p[i] - '0');

		if (i >= (size_t)max_digits ||
		    value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (i == 0)
		return false;
	*s = str_skip(*s, i);
	*ret_value = value;
	return true;
}

uint64_t
str_hash(struct str s)
{
	return XXH3_64bits(s.p, s.n);
}

uint64_t
str_hash_fold(struct str s)
{
	char low[256];
	XXH3_state_t state;

	if (s.n <= sizeof(low)) {
		for (size_t i = 0; i < s.n; i++)
			low[i] = fold(s.p[i]);
		return XXH3_64bits(low, s.n);
	}
	XXH3_64bits_reset(&state);
	while (s.n > 0) {
		struct str part = str_head(s, sizeof(low));

		for (size_t i = 0; i < part.n; i++)
			low[i] = fold(part.p[i]);
		(void)XXH3_64bits_update(&state, low, part.n);
		s = str_skip(s, part.n);
	}
	return XXH3_64bits_digest(&state);
}
