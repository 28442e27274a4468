/* SPDX-License-Identifier: ISC */
/* The queues of an examination: named, or found on this machine. */
#ifndef QUEUE_ROOTS_H
#define QUEUE_ROOTS_H

#include "mta/mta.h"
#include "source/source.h"

struct queue_root {
	struct str path;       /* as found or given */
	const struct mta *mta; /* its queue is not NULL */
	int fd; /* of the folder, opened while there were rights */
};

enum {
	QUEUE_ROOTS = 64
};

struct queue_roots {
	struct arena arena;
	struct queue_root items[QUEUE_ROOTS];
	size_t n;
	/* What is there, or was named, and cannot be read. */
	struct source_gap *gaps;
	size_t gaps_n, gaps_cap;
};

void queue_roots_done(struct queue_roots *roots);

/* Add the queue in that folder; only: as this server keeps it, or NULL. False,
 * and a gap, when it cannot be opened or is no queue that we know. */
bool queue_roots_add(
    struct queue_roots *roots, struct str path, const struct mta *only);

/* Find the queues of this machine, below root ("": none). */
void queue_roots_find(
    struct queue_roots *roots, struct str root, const struct mta *only);

#endif
