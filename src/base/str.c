/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"
#include "base/secret.h"

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

/* Does needle begin at one of sixteen bytes? Only where its first and its last
 * byte stand is it compared. 16: it does not. */
static inline size_t
find_in16(const char *p, struct str needle)
{
	bytes_lane first = bytes_load16(p);
	bytes_lane last = bytes_load16(p + needle.n - 1);
	unsigned hits =
	    bytes_mask((bytes_lane)(first == (uint8_t)needle.p[0]) &
		       (bytes_lane)(last == (uint8_t)needle.p[needle.n - 1]));

	for (; hits != 0; hits &= hits - 1) {
		size_t at = (size_t)__builtin_ctz(hits);

		if (memcmp(p + at, needle.p, needle.n) == 0)
			return at;
	}
	return 16;
}

/* In a text that is too short for that. */
static size_t
find_short(struct str s, struct str needle)
{
	for (size_t at = 0; at + needle.n <= s.n; at++)
		if (s.p[at] == needle.p[0] &&
		    memcmp(s.p + at, needle.p, needle.n) == 0)
			return at;
	return s.n;
}

size_t
str_find(struct str s, struct str needle)
{
	size_t last, found;

	if (needle.n <= 1)
		return needle.n == 0 ? 0 : str_chr(s, needle.p[0]);
	if (s.n < needle.n)
		return s.n;
	if (s.n >= needle.n + 15) {
		last = s.n - needle.n - 15; /* where the last sixteen begin */
		for (size_t at = 0; at < last; at += 16) {
			found = find_in16(s.p + at, needle);
			if (found < 16)
				return at + found;
		}
		found = find_in16(s.p + last, needle);
		return found < 16 ? last + found : s.n;
	}
	return find_short(s, needle);
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

/* Eight bytes at once: 0x20 is added where a byte is A to Z. */
static uint64_t
fold8(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t low = x & ones * 0x7f;
	uint64_t above_z = low + ones * (0x7f - 'Z');
	uint64_t from_a = low + ones * (0x80 - 'A');
	uint64_t upper = (from_a ^ above_z) & ~x & ones * 0x80;

	return x | upper >> 2;
}

static uint64_t
load8(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

bool
str_eq_fold(struct str a, struct str b)
{
	size_t at = 0;

	if (a.n != b.n)
		return false;
	for (; at + 8 <= a.n; at += 8)
		if (fold8(load8(a.p + at)) != fold8(load8(b.p + at)))
			return false;
	if (at == a.n)
		return true;
	if (a.n > 8) /* the last eight once more */
		return fold8(load8(a.p + a.n - 8)) ==
		       fold8(load8(b.p + a.n - 8));
	for (; at < a.n; at++)
		if (fold(a.p[at]) != fold(b.p[at]))
			return false;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t
str_find_fold(struct str s, struct str needle)
{
	if (needle.n == 0)
		return 0;
	for (size_t i = 0; i + needle.n <= s.n; i++)
		if ((s.p[i] | 0x20) == (needle.p[0] | 0x20) &&
		    str_eq_fold((struct str){s.p + i, needle.n}, needle))
			return i;
	return s.n;
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

static inline void
fold16(char *to, const char *from)
{
	bytes_lane x = bytes_load16(from);

	x |= (bytes_lane)((bytes_lane)(x - 'A') <= 'Z' - 'A') & 0x20;
	memcpy(to, &x, sizeof(x));
}

/* to has room for s.n bytes. The end is mostly folded once more: cheaper than
 * a loop over what is left. */
static inline void
fold_copy(char *to, struct str s)
{
	uint64_t x;

	if (s.n >= 16) {
		fold16(to, s.p);
		for (size_t at = 16; at + 16 < s.n; at += 16)
			fold16(to + at, s.p + at);
		fold16(to + s.n - 16, s.p + s.n - 16);
		return;
	}
	if (s.n >= 8) {
		x = fold8(load8(s.p));
		memcpy(to, &x, sizeof(x));
		x = fold8(load8(s.p + s.n - 8));
		memcpy(to + s.n - 8, &x, sizeof(x));
		return;
	}
	for (size_t at = 0; at < s.n; at++)
		to[at] = fold(s.p[at]);
}

/* Apart, because its state would cost the short ones, too. */
static __attribute__((noinline)) uint64_t
hash_fold_long(struct str s, uint64_t seed)
{
	char low[256];
	XXH3_state_t state;

	XXH3_INITSTATE(&state);
	XXH3_64bits_reset_withSeed(&state, seed);
	while (s.n > 0) {
		struct str part = str_head(s, sizeof(low));

		fold_copy(low, part);
		(void)XXH3_64bits_update(&state, low, part.n);
		s = str_skip(s, part.n);
	}
	return XXH3_64bits_digest(&state);
}

uint64_t
str_hash_fold(struct str s)
{
	char low[128];

	if (s.n > sizeof(low))
		return hash_fold_long(s, 0);
	fold_copy(low, s);
	return XXH3_64bits(low, s.n);
}

uint64_t
str_hash_keyed(struct str s)
{
	return XXH3_64bits_withSeed(s.p, s.n, secret_of_run.mask);
}

uint64_t
str_hash_fold_keyed(struct str s)
{
	char low[128];

	if (s.n > sizeof(low))
		return hash_fold_long(s, secret_of_run.mask);
	fold_copy(low, s);
	return XXH3_64bits_withSeed(low, s.n, secret_of_run.mask);
}
