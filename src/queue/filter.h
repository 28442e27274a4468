/* SPDX-License-Identifier: ISC */
/*
 * Which messages of a queue are meant. Several kinds of wishes narrow it down:
 * all must be met; several of one kind widen it: one of them is enough.
 */
#ifndef QUEUE_FILTER_H
#define QUEUE_FILTER_H

#include "queue/shelf.h"

struct wishes {
	const struct str *items;
	size_t n; /* 0: none of this kind */
};

struct filter {
	/* An address; a part of one: "@example.org" or "example.org" for its
	 * domain, "ana" for what stands before the @; or a pattern with '*'
	 * and '?'. "<>" is the sender of bounces. Case does not count. */
	struct wishes sender, recipient;
	/* The name of an origin, its script, "uid=33", a client's address;
	 * or a pattern. */
	struct wishes origin;
	/* Words that stand in it, or a pattern for the whole of it. */
	struct wishes subject;
	struct wishes state;
	struct wishes campaign; /* ids; needs campaigns_find */
	wall_us before;         /* arrived before; WALL_NONE: whenever */
};

/* Are there wishes at all? */
bool filter_is_set(const struct filter *filter);

/* By its recipients, which are known only while it is read. */
bool filter_meets_rcpts(
    const struct filter *filter, const struct queue_message *m);
/* By all the rest. */
bool filter_meets(const struct filter *filter, const struct waiting *w);

/* Whole text against '*' and '?'; letters of Latin, Greek and Cyrillic
 * whatever their case. */
bool pattern_meets(struct str pattern, struct str text);

#endif
