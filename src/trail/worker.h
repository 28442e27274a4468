/* SPDX-License-Identifier: ISC */
/* One thread's part of a reading: stretches of logs, line by line. For
 * reading.c only. */
#ifndef TRAIL_WORKER_H
#define TRAIL_WORKER_H

#include "trail/reading_part.h"

#include <pthread.h>

enum {
	/* In front of a part of the log, to be looked through for calls: two
	 * thousand lines, of which a busy Exim has CALLS that count. */
	LOOK_BACK = 512 * 1024,
	PROGRAMS = 128,   /* names remembered, direct mapped */
	PROGRAM_MAX = 63, /* longer names are asked each time */
	NEWLINES = 16384, /* of a block at a time */
	WORKER_HELD = 16, /* sessions may be as many at the same moment */
};

/* An event that is told before its message came in (event.early). */
struct held {
	struct event event;
	struct ref ref;
};

struct program {
	uint8_t n;
	char text[PROGRAM_MAX];
	const struct mta *mta;
	uint8_t number;       /* in mtas[] */
	uint32_t line_number; /* struct line */
	bool has_details;     /* mta_has_details */
};

/* What one thread needs. */
struct worker {
	struct reading *reading;
	struct segment *segments; /* in order */
	size_t segments_n;
	struct join *join; /* NULL: each is called instead */
	bool notes;        /* the first of two readings (links.h) */
	void (*each)(void *arg, const struct event *event, struct str raw,
	    struct ref ref);
	void *each_arg;
	wall_us since, until; /* both inclusive */
	struct program programs[PROGRAMS];
	struct program own;    /* of a segment that is no syslog */
	struct line_tags tags; /* known: in programs */
	uint32_t newlines[NEWLINES];
	struct event events[JOIN_AHEAD]; /* of this block, not yet joined */
	struct ref refs[JOIN_AHEAD];
	size_t events_n;
	struct reading_shape *shapes;
	size_t shapes_n;
	uint64_t shapes_missed;
	struct arena scratch;
	struct held held[WORKER_HELD]; /* the oldest first */
	size_t held_n;
	pthread_t thread;
	bool started;
};

/* Reads the worker's segments; for pthread_create. */
void *worker_run(void *worker);

/* Reads one of them. */
void worker_read(struct worker *w, struct segment *segment);

/* One more shape, or more of the same; missed counts those beyond the room. */
void shape_add(struct reading_shape *shapes, size_t *n, uint64_t *missed,
    const struct reading_shape *shape);

#endif
