/* SPDX-License-Identifier: ISC */
/* What happens to a bound trail, added to the sums of its origin. */
#ifndef TRAIL_APPLY_H
#define TRAIL_APPLY_H

#include "trail/join.h"

enum {
	APPLY_WAIT = 12 /* bytes of one recipient that waits: join.waits */
};

/* The trail must be bound. Never moves trails. Kinds that lead to another
 * trail (CHILD, FORWARD, DSN) are not for it. */
void apply_record(
    struct join *join, struct trail *trail, const struct record *record);

/* The trail ends: what waits for it is given back to the pools. */
void apply_end(struct join *join, struct trail *trail);

/* A copy of the recipients that wait, from another join's trail of the same
 * key: what trail.waiting is set to. */
uint32_t apply_copy_waits(
    struct join *to, const struct join *from, uint32_t number);

/* The trail is still open at the end of the log. */
void apply_open(struct join *join, const struct trail *trail);

/* Mail of strangers for us, which has no origin here. */
void apply_inbound(struct join *join, const struct trail *trail);

#endif
