/* SPDX-License-Identifier: ISC */
/* Numbers by some key and in order of time: what was said of this process, or
 * this sender, near that second? */
#ifndef TRAIL_TIMELINE_H
#define TRAIL_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed is a valid empty one. */
struct timeline {
	struct timeline_item {
		uint64_t key;
		uint32_t at, number;
	} * items;
	size_t n, cap;
};

enum {
	/* Of nine lines: 8 MiB each. 300 MB of qmail's log have as many. */
	TIMELINE_MAX = 1 << 19,
};

/* False: there are too many, it was left out. */
bool timeline_add(
    struct timeline *line, uint64_t key, uint32_t at, uint32_t number);
/* All were added, in any order; now it can be asked. */
void timeline_ready(struct timeline *line);
/* The first item of key that is not before at, or where it would be. */
size_t timeline_find(const struct timeline *line, uint64_t key, uint32_t at);
/* The number of key's item that is nearest to at, in [from, to], the latest of
 * those that are as near; UINT32_MAX: none. */
uint32_t timeline_near(const struct timeline *line, uint64_t key, uint32_t from,
    uint32_t to, uint32_t at);
void timeline_done(struct timeline *line);

#endif
