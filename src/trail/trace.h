/* SPDX-License-Identifier: ISC */
/*
 * The whole life of the messages that a pattern names: a queue id, a
 * Message-ID, an address, an account, an IP address. All lines of all halves
 * of each, joined as in join.h, but kept.
 *
 * The logs are read several times: lines with the pattern, then lines of the
 * queue ids found, until no link leads to a new one. What a filter in front of
 * the queue took in is followed by its session, which has no queue id.
 */
#ifndef TRAIL_TRACE_H
#define TRAIL_TRACE_H

#include "trail/cite.h"
#include "trail/reading.h"

enum {
	TRACE_IDS = 20000,        /* queue ids followed */
	TRACE_SESSIONS = 1 << 20, /* processes that had one */
	TRACE_EVENTS = 200000,
	TRACE_PASSES = 12, /* halves of one message, at most */
};

/* One line. All slices live in the trace's arena. */
struct trace_event {
	struct event event;
	struct cite cite; /* only its ref, until cite_resolve */
	uint64_t session; /* of a line without a queue id; 0: none */
	uint32_t half;    /* number in trace.halves */
	bool matched;     /* holds the pattern itself */
};

/* One queue id from its first line to "removed". */
struct trace_half {
	struct str queue_id;
	wall_us first, last;
	bool ended;     /* "removed" was seen */
	bool wanted;    /* matched, or linked to one that is */
	uint32_t story; /* number of the message it belongs to */
};

struct trace {
	struct arena arena;
	struct trace_event *events; /* in order of story, then time */
	size_t events_n, events_cap;
	struct trace_half *halves;
	size_t halves_n, halves_cap;
	uint32_t stories_n;
	bool too_many;    /* some ids or lines were left out */
	uint64_t matched; /* lines that hold the pattern */
};

/*
 * Fill *trace. reading gives sources, since, until, mta, progress; its
 * segments are filled, so that cites can be resolved. pattern: not empty;
 * found anywhere in a line, whatever the case of ASCII letters.
 */
void trace_run(
    struct reading *reading, struct str pattern, struct trace *ret_trace);
void trace_done(struct trace *trace);

#endif
