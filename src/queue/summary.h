/* SPDX-License-Identifier: ISC */
/* What a queue holds altogether: how much, how old, whose, and why it waits. */
#ifndef QUEUE_SUMMARY_H
#define QUEUE_SUMMARY_H

#include "queue/shelf.h"

enum queue_by {
	QUEUE_BY_ORIGIN,
	QUEUE_BY_SENDER,
	QUEUE_BY_REASON,
	QUEUE_BYS,
};

/* Messages that have something in common. */
struct group {
	const struct waiting *sample; /* the oldest of them */
	uint32_t messages;
	uint64_t recipients;
	wall_us first, last; /* arrivals; WALL_NONE: not known */
};

struct groups {
	struct group *items; /* most messages first */
	size_t n;
};

/* Bounds of ages, in hours: below 1, 4, 24, 72, and older. */
enum {
	AGES = 5
};
extern const unsigned summary_ages[AGES - 1];

struct summary {
	uint64_t messages, recipients, bytes;
	uint64_t states[QUEUE_STATES];
	uint64_t ages[AGES]; /* of those whose arrival is known */
	uint64_t notices, lists;
	wall_us first, last; /* arrivals */
	struct groups by[QUEUE_BYS];
};

/* Sum up n messages, in order of arrival, as it stands at now. Groups live in
 * the arena. */
void summary_make(struct summary *ret_summary, struct arena *a,
    const struct waiting *items, size_t n, wall_us now);

#endif
