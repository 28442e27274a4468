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
};

/* facts, queue: NULL is none. */
void here_make(struct here *ret_here, const struct tally *tally,
    const struct facts *facts, const struct queue_evidence *queue);
void here_done(struct here *here);

/* Has somebody here this address, or is its domain ours? here: a struct here,
 * so that evidence can ask. */
bool here_has(const void *here, struct str address);

#endif
