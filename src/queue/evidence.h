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
};

/* From a shelf that kept likenesses; lives in the arena and by the shelf. now:
 * WALL_NONE: the newest arrival. */
void evidence_make(struct queue_evidence *ret_evidence, struct arena *a,
    struct shelf *shelf, wall_us now);

/* Of the messages of a campaign, those that one origin put in. */
struct queue_part_of {
	const struct waiting *sample; /* the first of them; NULL: none */
	uint64_t messages, recipients;
	uint64_t spam;    /* that wait because somebody takes them for spam */
	uint64_t lists;   /* that say they are of a mailing list */
	uint64_t strange; /* whose sender is not the account's */
	uint64_t clients; /* distinct addresses they came from */
	wall_us first, last;
};
void evidence_part(const struct campaign *c, enum origin_kind kind,
    struct str origin, struct queue_part_of *ret_part);

/* Bounces of this server for addresses that nobody here has; *ret_sample is
 * the first. is_here says whether an address is of this server. */
uint64_t evidence_backscatter(const struct queue_evidence *evidence,
    bool (*is_here)(const void *arg, struct str address), const void *arg,
    const struct waiting **ret_sample);

#endif
