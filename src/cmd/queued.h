/* SPDX-License-Identifier: ISC */
/*
 * The queues that a command about names looks into, for signatures and domains
 * that are this server's (queue/hints.h): the newest messages only.
 */
#ifndef CMD_QUEUED_H
#define CMD_QUEUED_H

#include "cmd/sends_as.h"
#include "conf/options.h"
#include "queue/hints.h"
#include "verdict/verdict.h"

enum {
	QUEUED_NEWEST = 10000, /* messages that are looked at */
	QUEUED_OTHERS = 3,     /* domains that a sentence names */
};

struct queued {
	struct queue_roots roots;
	struct usher usher; /* jobs 0: nothing is read */
};

/* While there are rights: the queues of --queue, and with find those of this
 * machine or below --root. */
void queued_open(struct queued *q, const struct options *o, bool find);
void queued_close(struct queued *q);

/* Is the domain in the set, or above a name that is? arg: the set. For
 * queue_hints_new. */
bool queued_is_ours(const void *set, struct str domain);
/*
 * In the confined child: read them; what they say goes to hints and, what of it
 * is a domain, to set. What could not be read is said in report.
 */
void queued_read(struct queued *q, struct sends_as_set *set, struct arena *a,
    struct hints *hints, struct report *report);

/* In not_examined: what of the queues could not be read. sums as receive_run
 * left them; NULL: nothing was received. */
void queued_say(struct report *report, const struct queue_roots *roots,
    const struct receive_sums *sums);

#endif
