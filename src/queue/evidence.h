/* SPDX-License-Identifier: ISC */
/* What the queues of a machine say about who sends what: for findings. */
#ifndef QUEUE_EVIDENCE_H
#define QUEUE_EVIDENCE_H

#include "queue/campaign.h"

struct queue_evidence {
	const struct waiting *items; /* the oldest first */
	size_t n;
	uint64_t recipients;
	struct campaigns campaigns;
	/* That came in within the last hour before the clock of the case, and
	 * within the hour before that. */
	uint64_t last_hour, hour_before;
	wall_us now; /* the clock of the case; WALL_NONE: nothing has a time */
};

/* From a shelf that kept likenesses; lives in the arena and by the shelf. now:
 * WALL_NONE: the newest arrival. */
void evidence_make(struct queue_evidence *ret_evidence, struct arena *a,
    struct shelf *shelf, wall_us now);

/* Which messages of a campaign are asked for. */
struct queue_asked {
	enum origin_kind kind;
	struct str origin; /* empty: all of that kind */
	/* Whether an address is of this server. */
	bool (*is_here)(const void *arg, struct str address);
	const void *arg;
	bool only_abroad; /* whose recipients are not */
};

/* The messages of a campaign that one origin put in. */
struct queue_part_of {
	const struct waiting *sample; /* the first of them; NULL: none */
	uint64_t messages, recipients;
	uint64_t spam;     /* that wait because somebody takes them for spam */
	uint64_t lists;    /* that say they are of a mailing list */
	uint64_t strange;  /* whose sender is not the account's */
	uint64_t foreign;  /* whose sender nobody here has */
	uint64_t clients;  /* distinct addresses they came from */
	uint64_t writers;  /* distinct addresses that a webmail names */
	uint64_t subjects; /* distinct, numbers apart */
	uint64_t recent;   /* came in within the last hours */
	uint64_t timed;    /* whose time is known */
	wall_us first, last;
	struct ip low, high; /* of the clients */
};
enum {
	QUEUE_RECENT_HOURS = 3
};
void evidence_part(const struct queue_evidence *evidence,
    const struct campaign *c, const struct queue_asked *asked,
    struct queue_part_of *ret_part);

/* Bounces of this server for addresses that nobody here has. */
struct queue_notices {
	const struct waiting *sample; /* the first; NULL: none */
	uint64_t messages, domains;   /* distinct, of their recipients */
};
void evidence_notices(const struct queue_evidence *evidence,
    bool (*is_here)(const void *arg, struct str address), const void *arg,
    struct queue_notices *ret_notices);

#endif
