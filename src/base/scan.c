/* SPDX-License-Identifier: ISC */
#include "base/scan.h"

#include "base/scan_avx2.h"

size_t
scan_newlines(struct str s, uint32_t *ret_at, size_t max)
{
#if SCAN_HAVE_AVX2
	/* Tests of a word that libgcc set before main: nothing to remember. */
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("popcnt"))
		return scan_newlines_avx2(s, ret_at, max);
#endif
	return scan_newlines_plain(s, ret_at, max);
}
