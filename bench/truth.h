/* SPDX-License-Identifier: ISC */
/*
 * What the written log says, counted while it is written: by class of story,
 * and exactly for the stolen account and the decoys.
 */
#ifndef BENCH_TRUTH_H
#define BENCH_TRUTH_H

#include "story.h"

#include <stdio.h>

/* Set of 64-bit hashes; zeroed is empty. */
struct set {
	uint64_t *v;
	size_t n, size;
};
bool set_add(struct set *s, uint64_t v); /* false: was in it */

enum fate {
	FATE_NONE,
	FATE_SENT,
	FATE_DEFERRED,
	FATE_BOUNCED,
	FATE_EXPIRED
};

struct tally {
	uint64_t messages;
	uint64_t forged; /* of the stolen account: under another sender */
	uint64_t fate[FATE_EXPIRED + 1]; /* deliveries, at the end */
	uint64_t sent_lines, deferred_lines, bounced_lines;
	uint64_t first, last; /* us since the epoch */
	struct set recipients, ips;
};

struct truth {
	struct tally tally[CLASSES];
	uint64_t bytes, lines, from, to;
	uint64_t qids, reused, open, inbound;
	struct set ids, clients, correspondents;
};

void truth_act(struct truth *t, enum story_class class, const struct line *line,
    uint64_t at);
void truth_write(const struct truth *t, FILE *f);

#endif
