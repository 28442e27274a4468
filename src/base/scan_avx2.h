/* SPDX-License-Identifier: ISC */
/* scan_newlines for processors with AVX2: ask the processor before. */
#ifndef BASE_SCAN_AVX2_H
#define BASE_SCAN_AVX2_H

#include "base/scan.h"

#if defined(__x86_64__)
#define SCAN_HAVE_AVX2 1
size_t scan_newlines_avx2(struct str s, uint32_t *ret_at, size_t max);
#else
#define SCAN_HAVE_AVX2 0
#endif

#endif
