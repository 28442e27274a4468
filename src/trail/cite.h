/* SPDX-License-Identifier: ISC */
/* A piece of evidence as a person can look it up. */
#ifndef TRAIL_CITE_H
#define TRAIL_CITE_H

#include "base/time.h"
#include "trail/ref.h"

struct cite {
	struct ref ref;
	struct str source; /* path; empty until it is looked up */
	uint64_t line;     /* from 1 */
	uint64_t offset;   /* of its first byte, uncompressed */
	wall_us at;
	struct str excerpt; /* raw bytes of the line, cut at LIMIT_EXCERPT */
	struct str whole;   /* the same, cut at LIMIT_CITED */
};

struct reading;
struct arena;

/*
 * Fill source, line, offset, at, excerpt and whole of n cites, in any order. Reads
 * the blocks that hold them once more; what cannot be read again (rotated
 * away and shrunk meanwhile) keeps an empty excerpt.
 */
void cite_resolve(const struct reading *reading, struct arena *a,
    struct cite **cites, size_t n);

#endif
