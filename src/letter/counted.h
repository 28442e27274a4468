/* SPDX-License-Identifier: ISC */
/* Names and how often each was met, up to a number of different ones. */
#ifndef LETTER_COUNTED_H
#define LETTER_COUNTED_H

#include "base/arena.h"
#include "base/map.h"
#include "letter/claim.h"

enum {
	/* Different names that are kept: a forger invents any number. */
	COUNTED_MAX = 20000,
	COUNTED_NONE = UINT32_MAX,
};

struct counted_item {
	struct str text;
	uint64_t n;                    /* times it was met */
	uint64_t states[CLAIM_STATES]; /* filled by bag_settle */
};

/* Zeroed is empty. */
struct counted {
	struct map map;
	struct counted_item *items;
	size_t n, cap;
	uint64_t missed; /* met, and not kept */
};

/* Letters of any case are the same. The number of the item, or
 * COUNTED_NONE: no text, or too many. */
uint32_t counted_add(struct counted *c, struct arena *a, struct str text);
void counted_done(struct counted *c);

/* The numbers of the top items with most in a state, at most max of them;
 * returns how many. */
size_t counted_top(const struct counted *c, enum claim_state state, size_t max,
    uint32_t *ret_numbers);
/* Items that were met in that state. */
uint64_t counted_in(const struct counted *c, enum claim_state state);

#endif
