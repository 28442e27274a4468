/* SPDX-License-Identifier: ISC */
/*
 * Envelopes of a server that logs SMTP's commands one by one (MailEnable), put
 * together line after line: who sends to how many by the message's name, and
 * to whom we send by the socket, until the reply to the message itself.
 */
#ifndef TRAIL_ENVELOPES_H
#define TRAIL_ENVELOPES_H

#include "event/event.h"

struct envelopes;

struct envelopes *envelopes_new(void);
void envelopes_free(struct envelopes *envelopes); /* accepts NULL */

/*
 * An event of such a server, in order. EVENT_HANDED: a sender begins an
 * envelope, a recipient is added. EVENT_RECEIVED without a sender gets what
 * was handed in. EVENT_ATTEMPT: a recipient that was accepted on a socket
 * (handle). EVENT_DELIVERY with a handle: more - 1 is the number of the
 * recipient that it is about; false: there are not so many. What is filled in
 * lives for the next ENVELOPES_LIVE events.
 */
bool envelopes_fill(struct envelopes *envelopes, struct event *event);

enum {
	ENVELOPES_LIVE = 64
};

#endif
