/* SPDX-License-Identifier: ISC */
/* For trace: the connections of which a log tells apart from their messages
 * (event.session), so that a message can be shown with its login. */
#ifndef TRAIL_LOGINS_H
#define TRAIL_LOGINS_H

#include "event/event.h"

struct logins;

struct logins *logins_new(void);
void logins_free(struct logins *logins); /* accepts NULL */

/*
 * The event with the client and the account of its connection; slices live
 * until the next call. matched: the line holds what is looked for; ret_wanted:
 * a line of the connection did.
 */
struct event logins_see(struct logins *logins, const struct event *event,
    bool matched, bool *ret_wanted);

#endif
