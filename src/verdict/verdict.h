/* SPDX-License-Identifier: ISC */
/*
 * What all findings together mean: the answer to "are we sending spam, and
 * who does it?". Independent causes stand side by side, the heaviest first.
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "finding/finding.h"
#include "host/servers.h"

enum verdict_kind {
	VERDICT_CLEAN,
	VERDICT_SENDING,
	VERDICT_SPOOFED,
	VERDICT_BACKSCATTER,
	VERDICT_FORWARDING,
	VERDICT_RELAY,
	VERDICT_FEATURE_ABUSE,
	VERDICT_BULK,
	VERDICT_LOOP,
	VERDICT_NEIGHBOUR,
	VERDICT_NOT_MAIL,
	VERDICT_UNDETERMINED,
};

struct verdict {
	enum verdict_kind kind;
	double confidence;
	struct str sentence; /* "this server is sending spam: ..." */
};

/* One origin with everything that is held against it. */
struct culprit {
	const struct origin *origin;
	double confidence;
	struct share share;
	const struct finding *findings[8];
	size_t findings_n;
};

/* One file or journal that was read. */
struct examined {
	struct str source;
	struct str mta; /* of most of its lines; empty: of none we know */
	uint64_t bytes; /* uncompressed */
	uint64_t lines, unknown_lines;
	uint64_t damaged_lines; /* cut off, too long, not text */
	struct str why;         /* it was looked at; empty: it was named */
	uint32_t also; /* bit n: the server mtas[n] wrote lines of it */
};

/* What was not looked at, and why. */
struct not_examined {
	struct str what;     /* "queue", "/var/log/mail.log.3.gz" */
	struct str sentence; /* with the way to change it, if there is one */
};

/* A shape of lines that were not understood. */
struct unknown_shape {
	struct str shape;
	uint64_t n;
	struct cite cite; /* the first of them */
};

/* The whole report. Everything lives in its arena. */
struct report {
	struct arena arena;
	struct str host;  /* that wrote the log */
	wall_us at;       /* the clock of the case */
	wall_us from, to; /* window that was read; WALL_NONE: nothing */
	span_us took;     /* the reading and judging */
	struct verdict verdicts[8];
	size_t verdicts_n;
	struct culprit *culprits;
	size_t culprits_n;
	struct finding **findings; /* heaviest first */
	size_t findings_n;
	struct examined *examined;
	size_t examined_n;
	struct not_examined *not_examined;
	size_t not_examined_n, not_examined_cap;
	struct unknown_shape *shapes; /* most frequent first */
	size_t shapes_n;
	const struct tally *tally;     /* everything that was counted */
	const struct reading *reading; /* of which; NULL: of a test */
	struct servers *servers;       /* that were found; NULL: none */
	const struct facts *facts;     /* of configurations; NULL: none read */
	const struct queue_evidence *queue;     /* NULL: none read */
	const struct report_evidence *reported; /* by receivers; or NULL */
	const struct bag *bounces;              /* that came in; or NULL */
	const struct dnsbl *listings;  /* of this server; NULL: not asked */
	const struct posture *posture; /* the same */
};

struct bag;
struct dnsbl;
struct posture;
struct geo;
struct queue_evidence;
struct reading;
struct report_evidence;

const char *verdict_name(enum verdict_kind kind); /* "feature-abuse" */

/* Judge a tally and report->facts, with countries when geo is not NULL: fills
 * verdicts, culprits, findings of report. May add origins that are sums of
 * others (is_sum). */
void verdict_judge(
    struct report *report, struct tally *tally, const struct geo *geo);

/* arena_printf'd sentence appended to not_examined. */
void report_not_examined(struct report *report, struct str what,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The mail server that wrote most of what was read; empty: none. */
struct str report_server(const struct report *report);

/* 0 clean, 1 something was found, 3 nothing could be examined. */
int report_exit(const struct report *report);

#endif
