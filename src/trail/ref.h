/* SPDX-License-Identifier: ISC */
/* Where a line of evidence stands, kept in eight bytes until it is cited. */
#ifndef TRAIL_REF_H
#define TRAIL_REF_H

#include <stdint.h>

struct ref {
	uint32_t segment; /* one more than its number in the reading; 0: none */
	uint32_t line;    /* within the segment, from 0 */
};

#endif
