/* SPDX-License-Identifier: ISC */
/* Trails given their origin, and led on to the trails they become. */
#ifndef TRAIL_BIND_H
#define TRAIL_BIND_H

#include "trail/join.h"

/* Seconds after which a trail no longer waits for its first half. */
enum {
	BIND_PATIENCE = 120
};

/* None of these moves a trail in the table: pointers stay good. */

/* Apply the record if the trail is bound, else keep it for later. */
void bind_emit(
    struct join *join, struct trail *trail, const struct record *record);

/* Give the trail its origin; all that was kept is applied. ip: none if all
 * zero. A trail that is bound already stays as it is. */
void bind_to(struct join *join, struct trail *trail, struct origin *origin,
    const struct ip *ip);

/* child continues parent, whether bound or not: one message in two halves. */
void bind_child(struct join *join, struct trail *parent, struct trail *child);

/* A stranger's trail leaves this host: it relays, or an address here
 * forwards. orig_to: the address here, or empty. */
void bind_stranger(struct join *join, struct trail *trail, struct str orig_to,
    struct str recipient);

/* An unbound trail is about to leave by a delivery: now it matters who it is
 * from. Does nothing when that can only be known later. */
void bind_leaving(struct join *join, struct trail *trail,
    const struct record *delivery, struct str orig_to, struct str recipient);

/* trail.uid of a user under whose name web servers run: below -1. 0: none. */
int32_t bind_web_user(struct str user);

/* Number of an address here that sent mail on, for record.value. */
uint32_t bind_alias(struct join *join, struct str address);

/* Its connection is known now: it is from whom that says. */
void bind_session(struct join *join, struct trail *trail,
    const struct trail *session, struct ref ref);

/* A local user handed it in, whom only its sender names. */
void bind_local(struct join *join, struct trail *trail, struct str name);

/* It was mail of strangers for us; only bounces of it leave. */
void bind_inbound(struct join *join, struct trail *trail);

/* It has waited long enough: find the likeliest origin, at last unknown. */
void bind_settle(struct join *join, struct trail *trail);

/* Did anything of this unbound trail leave the host? */
bool bind_went_far(const struct join *join, const struct trail *trail);

#endif
