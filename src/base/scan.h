/* SPDX-License-Identifier: ISC */
/* Scanning of bytes at the speed of memory; the only place with SIMD. */
#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include "base/str.h"

/*
 * Write the positions of the newlines in s to ret_at, at most max of them.
 * Returns how many were written. s.n must be below 4 GiB.
 */
size_t scan_newlines(struct str s, uint32_t *ret_at, size_t max);
/* The plain twin, for machines without AVX2 and for the test. */
size_t scan_newlines_plain(struct str s, uint32_t *ret_at, size_t max);

#endif
