/* SPDX-License-Identifier: ISC */
/*
 * What queued messages say of how the world sees this server: the DKIM
 * signatures that it made, and the domains that its accounts write as. It goes
 * beside what the logs say (trail/hints.h).
 *
 * A queue is full of what strangers wrote: mail that is forwarded carries their
 * signatures, spam their domains, and a thief forges both. So a message counts
 * only when it was handed in here (by a login, a program of this host, or a
 * machine beside it), and
 * - a domain only when it is the account's own;
 * - a signature only above what somebody else passed on and above all that are
 *   not ours, of a domain that is known as this server's or the account's own,
 *   and made when the message came in.
 */
#ifndef QUEUE_HINTS_H
#define QUEUE_HINTS_H

#include "queue/receive.h"
#include "trail/hints.h"

enum {
	QUEUE_HINTS_DOMAINS = 200,
	QUEUE_HINTS_SELECTORS = 8, /* of one domain */
	QUEUE_HINTS_OTHERS = 64,
};

struct queue_hints;

/* Is the domain that name itself, or above it in the same organisation? DKIM
 * and DMARC let mail.tienda.example be signed by tienda.example. */
bool queue_hints_is_above(struct str domain, struct str name);

/* is_ours: is that domain known as this server's, or above a name that is? Asked
 * by several threads. */
struct queue_hints *queue_hints_new(
    bool (*is_ours)(const void *arg, struct str domain), const void *arg);
void queue_hints_free(struct queue_hints *q); /* accepts NULL */

/* One message; by any thread. */
void queue_hints_take(struct queue_hints *q, const struct received *received);

/* After all: what counts goes to hints. Sources are the paths of the roots. */
void queue_hints_tell(const struct queue_hints *q, struct hints *hints);

/* A domain that messages handed in here are sent as, and that nothing shows to
 * be this server's. n: of messages, at least so many. */
struct queue_other {
	struct str domain;
	uint64_t n;
};
/* The most frequent ones, at most max, which live as long as q. */
size_t queue_hints_others(
    const struct queue_hints *q, struct queue_other *ret_others, size_t max);

#endif
