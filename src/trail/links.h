/* SPDX-License-Identifier: ISC */
/*
 * What other lines, of other logs even, know of a message whose own lines do
 * not tell it (mta.leans). qmail-send knows neither client nor account, and
 * the end of a delivery names neither message nor recipient.
 *
 * Such logs are read twice, by one thread, in order. The first reading notes;
 * in the second each event is filled in with what was noted:
 *
 *	of a delivery: message and recipient, by its number;
 *	of a message received: who handed it in. By the process that queued it
 *	when a line named that; else, if it came by SMTP, by the same sender
 *	within seconds; else by the login of the account that is its sender; else
 *	by the login just before it that no mail of its own explains.
 *
 * That a message came by SMTP is known by the uid of the process that queued
 * it: the uid under which others' lines say that mail was handed in, or the
 * one under which mail of most strangers' domains came for mailboxes here.
 */
#ifndef TRAIL_LINKS_H
#define TRAIL_LINKS_H

#include "event/event.h"

struct links *links_new(void);
void links_free(struct links *links); /* accepts NULL */

/* The first reading: one event. */
void links_note(struct links *links, const struct event *event);
/* The first reading is over. */
void links_ready(struct links *links);
/* The second: fill in the event. False: it tells nothing. What is filled in
 * lives for the next LINKS_LIVE events. */
bool links_fill(struct links *links, struct event *event);

enum {
	LINKS_LIVE = 64
};

/*
 * What there was no room for: how many lines. *ret_from: the second of the
 * oldest of them. From shortly before it on nobody is named by time or sender,
 * but only by the process that queued the message: who is missing among those
 * that are known would make another the nearest.
 */
uint64_t links_left_out(const struct links *links, uint32_t *ret_from);

#endif
