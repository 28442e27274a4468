/* SPDX-License-Identifier: ISC */
/*
 * Who was written to, and by whom first: "71 % of the recipients had never
 * been written to before". Exact up to RECIPIENTS_MAX addresses; beyond that
 * a sample of them by hash, one in 2, 4, 8, ...
 */
#ifndef TRAIL_RECIPIENTS_H
#define TRAIL_RECIPIENTS_H

#include "base/sketch.h"

enum {
	RECIPIENTS_MAX = 3 << 18
};

struct recipient {
	uint64_t key;    /* hash of the address; 0: free */
	uint32_t first;  /* second of the first delivery */
	uint32_t origin; /* that made it */
};

enum {
	/* Added late, all at once: memory is waited for once for all of them.
	 * For 16 asking took less time than the first slot needs to come. */
	RECIPIENTS_LATE = 64
};

/* Zeroed is a valid empty table. */
struct recipients {
	struct recipient *slots;
	size_t n, size;
	unsigned shift; /* only hashes with this many zero low bits are kept */
	struct recipient_late {
		struct recipient recipient;
		struct sketch *sketch;
	} late[RECIPIENTS_LATE];
	uint32_t late_n;
};

void recipients_done(struct recipients *r);
/* sketch: that of origin, which counts whom it wrote to; until the next flush
 * it stays where it is. Whom the table knows is not looked for there. */
void recipients_add(struct recipients *r, uint64_t hash, uint32_t at,
    uint32_t origin, struct sketch *sketch);
/* To be called before slots or sketches are looked at. */
void recipients_flush(struct recipients *r);
/* Both are flushed. Add from, whose origin n is origin_map[n] in to; it is empty
 * then. */
void recipients_merge(
    struct recipients *to, struct recipients *from, const uint32_t *origin_map);

#endif
