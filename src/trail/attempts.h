/* SPDX-License-Identifier: ISC */
/*
 * Deliveries under way, where the line that ends one names neither message nor
 * recipient but the number that the line which began it has, too:
 *
 *	starting delivery 7: msg 93800 to remote a@far.example
 *	delivery 7: success: ...
 */
#ifndef TRAIL_ATTEMPTS_H
#define TRAIL_ATTEMPTS_H

#include "event/event.h"

struct attempts *attempts_new(void);
void attempts_free(struct attempts *all); /* accepts NULL */
void attempts_forget(struct attempts *all);

/* EVENT_ATTEMPT. A number that is used again leads to the newer delivery. */
void attempts_begin(struct attempts *all, const struct event *event);
/* Fill in queue id, recipient and agent of its end; they live until the number is
 * used again. False: it began before the log. */
bool attempts_end(struct attempts *all, struct event *event);

#endif
