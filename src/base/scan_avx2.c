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

/* tzcnt of 0 is 64: what is written then is overwritten or never counted. */
__attribute__((target("avx2,bmi,popcnt"))) size_t
scan_newlines_avx2(struct str s, uint32_t *ret_at, size_t max)
{
	size_t n = 0, i = 0, tail;
	struct str rest;

	for (; i + STEP <= s.n && n + STEP <= max; i += STEP) {
		uint64_t mask = mask_of(s.p + i);
		size_t found = (size_t)_mm_popcnt_u64(mask);

		for (size_t k = 0; k < ALWAYS; k++) {
			ret_at[n + k] = (uint32_t)(i + _tzcnt_u64(mask));
			mask = _blsr_u64(mask);
		}
		for (size_t k = ALWAYS; k < found; k++) {
			ret_at[n + k] = (uint32_t)(i + _tzcnt_u64(mask));
			mask = _blsr_u64(mask);
		}
		n += found;
	}
	if (i == s.n)
		return n;
	rest = (struct str){s.p + i, s.n - i};
	tail = scan_newlines_plain(rest, ret_at + n, max - n);
	for (size_t k = 0; k < tail; k++)
		ret_at[n + k] += (uint32_t)i;
	return n + tail;
}

#endif
