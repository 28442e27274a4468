/* SPDX-License-Identifier: ISC */
/* For the tests of this folder: log lines read into joins, and what was
 * counted as text that can be compared. */
#ifndef TRAIL_TEST_STORY_H
#define TRAIL_TEST_STORY_H

#include "trail/join.h"

/* Zeroed is a valid empty story. */
struct story {
	struct arena arena;
	struct line_clock clock;
	struct event *events;
	size_t n, cap;
	uint32_t lines;
};

/* Read lines, as Postfix and Dovecot write them; text must live as long as
 * the story. Stamps without a year are of 2026. */
void story_read(struct story *s, struct str text);
void story_done(struct story *s);

/*
 * Join its events, cut at the numbers of events in cuts (ascending, each in
 * [0, n]) into parts that are put together again. To be freed.
 */
struct join *story_join(const struct story *s, const struct scripts *scripts,
    const size_t *cuts, size_t cuts_n);

/* Everything of a tally that must not depend on where the log was cut, a line
 * for each thing, sorted. */
struct str story_dump(struct arena *a, const struct tally *tally);

/* The recorded log of a real Postfix in bench/data. */
void story_recorded(struct story *s);

#endif
