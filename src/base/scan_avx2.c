/* SPDX-License-Identifier: ISC */
/*
 * 64 bytes a step become a mask of 64 bits. A step of a log holds none, one
 * or two newlines; guessing which is a mispredicted branch each time, so two
 * positions are always written and the count moves by what was there.
 */
#include "base/scan_avx2.h"

#if SCAN_HAVE_AVX2

#include <immintrin.h>

enum {
	STEP = 64,
	TURN = 2 * STEP,
	ALWAYS = 2,
};

__attribute__((target("avx2"))) static inline uint64_t
mask_of(const char *p)
{
	const __m256i newline = _mm256_set1_epi8('\n');
	__m256i low = _mm256_loadu_si256((const __m256i_u *)p);
	__m256i high = _mm256_loadu_si256((const __m256i_u *)(p + 32));
	unsigned a =
	    (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, newline));
	unsigned b =
	    (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, newline));

	return (uint64_t)b << 32 | a;
}

/* The newlines of mask, of which at stands at bit 0, go to to. tzcnt of 0 is 64:
 * what is written then is overwritten or never counted. */
__attribute__((target("avx2,bmi,popcnt"))) static inline uint32_t *
put(uint32_t *to, uint64_t mask, uint32_t at)
{
	uint32_t *end = to + _mm_popcnt_u64(mask);

	for (size_t k = 0; k < ALWAYS; k++) {
		to[k] = at + (uint32_t)_tzcnt_u64(mask);
		mask = _blsr_u64(mask);
	}
	for (to += ALWAYS; to < end; to++) {
		*to = at + (uint32_t)_tzcnt_u64(mask);
		mask = _blsr_u64(mask);
	}
	return end;
}

/* Two steps at a time: what a turn costs besides is a fifth of one. */
__attribute__((target("avx2,bmi,popcnt"))) size_t
scan_newlines_avx2(struct str s, uint32_t *ret_at, size_t max)
{
	uint32_t *to = ret_at;
	size_t n, i = 0, tail;
	struct str rest;

	if (s.n >= TURN && max >= TURN) {
		const uint32_t *last = ret_at + max - TURN;

		for (; i + TURN <= s.n && to <= last; i += TURN) {
			to = put(to, mask_of(s.p + i), (uint32_t)i);
			to = put(
			    to, mask_of(s.p + i + STEP), (uint32_t)(i + STEP));
		}
	}
	n = (size_t)(to - ret_at);
	if (i == s.n)
		return n;
	rest = (struct str){s.p + i, s.n - i};
	tail = scan_newlines_plain(rest, to, max - n);
	for (size_t k = 0; k < tail; k++)
		to[k] += (uint32_t)i;
	return n + tail;
}

#endif
