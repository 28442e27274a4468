/* SPDX-License-Identifier: ISC */
/* Which addresses are of this server: by the log, by the configuration, and by
 * the logins of what waits in the queue. */
#ifndef FINDING_HERE_H
#define FINDING_HERE_H

#include "mta/facts.h"
#include "queue/evidence.h"
#include "trail/tally.h"

struct here {
	const struct tally *tally;
	struct map domains; /* by hash */
	/* Do we know all of them? By a queue alone we know some. */
	bool known;
	/* If not: domains, by hash, that cannot be ours (here_may_have). */
	struct map elsewhere;
};

/* facts, queue: NULL is none. */
void here_make(struct here *ret_here, const struct tally *tally,
    const struct facts *facts, const struct queue_evidence *queue);
void here_done(struct here *here);

/* Has somebody here this address, or is its domain ours? here: a struct here,
 * so that evidence can ask. */
bool here_has(const void *here, struct str address);

/*
 * Where domains of this server are out of sight: can the address be of one?
 * Not, when anybody may have one of that domain (mail/free_mail.h); nor, where
 * no such domain's mail is passed on to another server (facts.more_relayed),
 * when mail for it waits for one all the same.
 */
bool here_may_have(const void *here, struct str address);

#endif
