/* SPDX-License-Identifier: ISC */
/*
 * The messages of a queue whose files were made last, of any number of them:
 * names only. Not thread-safe.
 */
#ifndef QUEUE_NEWEST_H
#define QUEUE_NEWEST_H

#include "mta/queue.h"

struct newest_item {
	wall_us at;
	unsigned queue; /* number in the roots */
	char *packed;   /* a queue_entry without what it does not use */
};

struct newest {
	struct newest_item *items; /* a heap, the oldest first */
	size_t n, cap, max;
	uint64_t more; /* were left out */
};

/* Keep it, or leave out it or another one that is older. */
void newest_offer(struct newest *newest, wall_us at, unsigned queue,
    const struct queue_entry *entry);
/* The oldest that is left, which is taken out. False: none. */
bool newest_take(
    struct newest *newest, unsigned *ret_queue, struct queue_entry *ret_entry);
void newest_done(struct newest *newest);

#endif
