/* SPDX-License-Identifier: ISC */
/*
 * One reading of all sources: lines to events to trails to a tally, on as
 * many threads as there are cores. The bytes of all logs are cut into one
 * stretch per thread; each reads its own, in order, and the stretches are put
 * together at the end.
 */
#ifndef TRAIL_READING_H
#define TRAIL_READING_H

#include "mta/mta.h"
#include "source/source.h"
#include "trail/join.h"
#include "trail/links.h"
#include "trail/told.h"

#include <stdatomic.h>

/* A stretch of one source, read by one thread. */
struct segment {
	const struct source *source;
	const struct mta *own; /* whose own form it has; NULL: a syslog's */
	struct line_form form; /* as own read it from the head */
	const char *instead;   /* N_(): the log that was meant; or NULL */
	uint64_t from, to;     /* bytes; to: UINT64_MAX for the end */
	/* filled by the reading */
	uint64_t lines, bytes, unknown, no_stamp;
	uint64_t damaged;    /* lines that were cut off, or are no text */
	uint64_t by_mta[16]; /* lines by number in mtas[] */
	struct told told;    /* of the servers that have mta.details */
	struct err err;      /* why it was not read to its end */
	int year;            /* of its first line */
	/* where each block begins: to find a line again */
	struct segment_block {
		uint64_t offset;
		uint32_t line;
	} * blocks;
	uint32_t blocks_n, blocks_cap;
};

/* Shapes of lines that were not understood. */
struct reading_shape {
	uint64_t hash, n;
	struct ref ref;
	char text[128];
};

enum {
	READING_SHAPES = 128
};

struct reading {
	/* given */
	struct source_set *sources; /* ordered; must outlive the reading */
	size_t jobs;                /* threads, 1 to LIMIT_JOBS */
	enum origins_by by;
	wall_us since, until;       /* WALL_NONE: all */
	const struct facts *facts;  /* of the configuration, or NULL */
	const struct mta *mta;      /* only lines of this one; NULL: all */
	_Atomic uint64_t *progress; /* bytes on disk, or NULL */
	/* result */
	struct segment *segments;
	size_t segments_n, segments_cap;
	struct join *join; /* its tally is the result */
	struct scripts *scripts;
	struct reading_shape shapes[READING_SHAPES]; /* unordered */
	size_t shapes_n;
	uint64_t shapes_missed;
	struct map forwards; /* of FACT_FORWARD, by hash */
	struct map ours;     /* domains of facts, by hash */
	struct links *links; /* NULL: no line leans on another */
};

/* A line of the segment, as line_split or as the MTA whose own form it has. */
static inline bool
segment_split(const struct segment *segment, struct line_clock *clock,
    struct str raw, struct line *ret_line)
{
	if (segment->own == NULL)
		return line_split(clock, raw, ret_line);
	if (!segment->own->split(clock, raw, ret_line))
		return false;
	ret_line->form = &segment->form;
	return true;
}

/* Zeroed fields besides the given ones. Reads everything. What goes wrong
 * with one source is left in its segments. */
void reading_run(struct reading *reading);
void reading_done(struct reading *reading);

/*
 * The same without joining: call each for every event, in order, on this
 * thread. raw is the line; both live until it returns. May be called again.
 */
void reading_each(struct reading *reading,
    void (*each)(
	void *arg, const struct event *event, struct str raw, struct ref ref),
    void *arg);

#endif
