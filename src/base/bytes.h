/* SPDX-License-Identifier: ISC */
/* Eight or sixteen bytes at a time, for the few loops that see every line. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/str.h"

#include <endian.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first byte is the lowest, whatever the machine. */
static inline uint64_t
bytes_load8(const char *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return le64toh(value);
}

static inline uint32_t
bytes_load4(const char *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return le32toh(value);
}

/* The compiler makes SSE2 or NEON of it, or plain words. */
typedef uint8_t bytes_lane __attribute__((vector_size(16)));

static inline bytes_lane
bytes_load16(const char *p)
{
	bytes_lane lane;

	memcpy(&lane, p, sizeof(lane));
	return lane;
}

/* One bit for each lane, the lowest for the first; lanes are 0 or 255. */
static inline unsigned
bytes_mask(bytes_lane hits)
{
#ifdef __SSE2__
	return (unsigned)_mm_movemask_epi8((__m128i)hits);
#else
	uint64_t half[2], ones = UINT64_C(0x0101010101010101);
	uint64_t gather = UINT64_C(0x0102040810204080);

	memcpy(half, &hits, sizeof(half));
	half[0] = ((le64toh(half[0]) & ones) * gather) >> 56;
	half[1] = ((le64toh(half[1]) & ones) * gather) >> 56;
	return (unsigned)(half[0] | half[1] << 8);
#endif
}

/* Index of the first lane that is set, 16 when none is. */
static inline size_t
bytes_first(bytes_lane hits)
{
	return (size_t)__builtin_ctz(bytes_mask(hits) | 1u << 16);
}

/* Which of sixteen bytes is one of these four? */
static inline unsigned
bytes_which(const char *p, char a, char b, char c, char d)
{
	bytes_lane lane = bytes_load16(p);
	bytes_lane hits = (bytes_lane)(lane == (uint8_t)a);

	if (b != a)
		hits |= (bytes_lane)(lane == (uint8_t)b);
	if (c != a)
		hits |= (bytes_lane)(lane == (uint8_t)c);
	if (d != a)
		hits |= (bytes_lane)(lane == (uint8_t)d);
	return bytes_mask(hits);
}

/* One bit for each of sixteen bytes that differ. */
static inline unsigned
bytes_differ16(const char *a, const char *b)
{
	return bytes_mask((bytes_lane)(bytes_load16(a) != bytes_load16(b)));
}

/* All of up to sixteen bytes at p, in two words that overlap in the middle; of
 * fewer than eight only the first word tells. No call, and nothing is read
 * beyond them. */
static inline void
bytes_words(const char *p, size_t n, uint64_t *ret_a, uint64_t *ret_b)
{
	*ret_a = *ret_b = 0;
	if (n >= 8) {
		*ret_a = bytes_load8(p);
		*ret_b = bytes_load8(p + n - 8);
	} else if (n >= 4) {
		*ret_a =
		    (uint64_t)bytes_load4(p + n - 4) << 32 | bytes_load4(p);
	} else if (n > 0) {
		*ret_a = (uint64_t)(unsigned char)p[0] << 16 |
			 (uint64_t)(unsigned char)p[n / 2] << 8 |
			 (unsigned char)p[n - 1];
	}
}

/* memcmp without the call, for n bytes that are mostly up to 32. */
static inline bool
bytes_is_same(const char *a, const char *b, size_t n)
{
	uint64_t a_first, a_last, b_first, b_last;

	if (n > 32)
		return memcmp(a, b, n) == 0;
	if (n > 16)
		return (bytes_differ16(a, b) |
			   bytes_differ16(a + n - 16, b + n - 16)) == 0;
	bytes_words(a, n, &a_first, &a_last);
	bytes_words(b, n, &b_first, &b_last);
	return a_first == b_first && a_last == b_last;
}

/* Of 32 bytes at p, are those with a bit in mask the same as at text? */
static inline bool
bytes_is_same32(const char *p, const char *text, uint32_t mask)
{
	bytes_lane low = (bytes_lane)(bytes_load16(p) == bytes_load16(text));
	bytes_lane high =
	    (bytes_lane)(bytes_load16(p + 16) == bytes_load16(text + 16));

	return (~(bytes_mask(low) | bytes_mask(high) << 16) & mask) == 0;
}

/*
 * str_starts and str_eat for a literal of 8 to 24 bytes, of which gcc 12 makes a
 * call of memcmp: words are compared, of which the last overlaps the one before.
 */
#define bytes_starts(s, lit) bytes_starts_with((s), "" lit, BYTES_LENGTH(lit))
#define bytes_eat(s, lit)    bytes_eat_with((s), "" lit, BYTES_LENGTH(lit))
/* Another length does not compile. */
#define BYTES_LENGTH(lit)                                                      \
	(sizeof(lit) - 1 +                                                     \
	    0 * sizeof(char[sizeof(lit) > 8 && sizeof(lit) <= 25 ? 1 : -1]))

static inline bool
bytes_starts_with(struct str s, const char *head, size_t n)
{
	uint64_t differ;

	if (s.n < n)
		return false;
	differ = (bytes_load8(s.p) ^ bytes_load8(head)) |
		 (bytes_load8(s.p + n - 8) ^ bytes_load8(head + n - 8));
	if (n > 16)
		differ |= bytes_load8(s.p + 8) ^ bytes_load8(head + 8);
	return differ == 0;
}

static inline bool
bytes_eat_with(struct str *s, const char *head, size_t n)
{
	if (!bytes_starts_with(*s, head, n))
		return false;
	*s = (struct str){s->p + n, s->n - n};
	return true;
}

/* Position of the first of up to four bytes, s.n when none of them occurs. */
static inline size_t
bytes_find(struct str s, char a, char b, char c, char d)
{
	size_t at = 0;
	unsigned mask;

	for (; s.n - at >= 16; at += 16) {
		mask = bytes_which(s.p + at, a, b, c, d);
		if (mask != 0)
			return at + (size_t)__builtin_ctz(mask);
	}
	if (s.n >= 16) { /* the last sixteen once more */
		mask = bytes_which(s.p + s.n - 16, a, b, c, d);
		return s.n - 16 + (size_t)__builtin_ctz(mask | 1u << 16);
	}
	for (; at < s.n; at++) {
		char byte = s.p[at];

		if (byte == a || byte == b || byte == c || byte == d)
			break;
	}
	return at;
}

static inline size_t
bytes_chr(struct str s, char a)
{
	return bytes_find(s, a, a, a, a);
}

/* bytes_find where it is mostly among the first 32. */
static inline size_t
bytes_find32(struct str s, char a, char b, char c, char d)
{
	if (s.n >= 32) {
		unsigned mask = bytes_which(s.p, a, b, c, d) |
				bytes_which(s.p + 16, a, b, c, d) << 16;

		if (mask != 0)
			return (size_t)__builtin_ctz(mask);
	}
	return bytes_find(s, a, b, c, d);
}

/*
 * A number of up to seven digits at p, where eight bytes can be read. Returns
 * how many digits there are; 8 when it is longer.
 */
static inline size_t
bytes_number(const char *p, uint64_t *ret_value)
{
	uint64_t d = bytes_load8(p) ^ UINT64_C(0x3030303030303030);
	uint64_t over = (((d & UINT64_C(0x7f7f7f7f7f7f7f7f)) +
			     UINT64_C(0x7676767676767676)) |
			    d) &
			UINT64_C(0x8080808080808080);
	size_t n;

	if (over == 0)
		return 8;
	n = (size_t)__builtin_ctzll(over) / 8;
	/* the digits into the upper bytes, zeros in front of them; then pairs,
	 * fours and eights at a time */
	d = n == 0 ? 0 : d << (64 - 8 * n);
	d = d * 10 + (d >> 8);
	d = ((d & UINT64_C(0xff000000ff)) * UINT64_C(0xf424000000064) +
		(d >> 16 & UINT64_C(0xff000000ff)) *
		    UINT64_C(0x271000000001)) >>
	    32;
	*ret_value = d & 0xffffffff;
	return n;
}

/* str_skip for a count that is known to be in s: no branch. */
static inline struct str
bytes_from(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

#endif
