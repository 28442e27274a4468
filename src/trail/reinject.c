/* SPDX-License-Identifier: ISC */
/*
 * A content filter that pipe(8) starts and that hands the message in again with
 * sendmail(1), as the recipes for SpamAssassin do:
 *
 *	A: client=...                     who it is from
 *	B: uid=111 from=<x@far.example>   the filter calls sendmail
 *	B: message-id=<1@far.example>     that of A
 *	A: to=<ana@here.example>, relay=spamassassin, ... (delivered via
 *	   spamassassin service)          before or after the lines of B
 *
 * No line says that B is A. The Message-ID does; but programs that end a
 * delivery hand in mail with the Message-ID that they got, too: list managers
 * under another sender, a user's own forward for this user only. A program that
 * does it for different recipients with the sender unchanged is a filter.
 */
#include "mail/address.h"
#include "trail/bind.h"
#include "trail/step.h"

enum {
	PATIENCE = 600, /* seconds, for a filter that waits for its rules */
	SURE = 2,       /* messages of different people */
};

static struct join_pickup *
pickup_slot(struct join *join, uint64_t key)
{
	return &join->pickups[(key >> 20) % JOIN_PICKUPS];
}

static struct join_pipe *
pipe_slot(struct join *join, uint32_t message_id)
{
	return &join->pipes[message_id % JOIN_PICKUPS];
}

static bool
is_fresh(uint32_t at, uint32_t now)
{
	return at != 0 && at <= now + PATIENCE && now <= at + PATIENCE;
}

/* ---- which programs are filters ---- */

static struct join_filter *
filter_of(struct join *join, uint32_t service, int32_t uid)
{
	for (uint32_t i = 0; i < join->filters_n; i++)
		if (join->filters[i].service == service &&
		    join->filters[i].uid == uid)
			return &join->filters[i];
	return NULL;
}

static bool
is_sure(const struct join_filter *filter)
{
	return filter != NULL && filter->n >= SURE;
}

static bool
is_filter_uid(const struct join *join, int32_t uid)
{
	for (uint32_t i = 0; i < join->filters_n; i++)
		if (join->filters[i].uid == uid && is_sure(&join->filters[i]))
			return true;
	return false;
}

static bool
is_filter_service(const struct join *join, uint32_t service)
{
	for (uint32_t i = 0; i < join->filters_n; i++)
		if (join->filters[i].service == service &&
		    is_sure(&join->filters[i]))
			return true;
	return false;
}

/* The message went through it as it was. */
static void
learn(struct join *join, const struct join_pipe *pipe, int32_t uid)
{
	struct join_filter *filter = filter_of(join, pipe->service, uid);

	if (filter == NULL) {
		if (join->filters_n == JOIN_FILTERS)
			return;
		filter = &join->filters[join->filters_n++];
		*filter =
		    (struct join_filter){.service = pipe->service, .uid = uid};
	}
	if (filter->sender == pipe->sender || filter->rcpt == pipe->rcpt)
		return;
	filter->sender = pipe->sender;
	filter->rcpt = pipe->rcpt;
	filter->n++;
}

/* ---- the second half ---- */

void
reinject_pickup(struct join *join, const struct event *event, uint64_t key)
{
	*pickup_slot(join, key) = (struct join_pickup){.key = key,
	    .sender = address_hash(event->sender),
	    .uid = (int32_t)event->uid,
	    .at = step_second(event)};
}

bool
reinject_may_be(const struct join *join, const struct event *event)
{
	return join->filters_n > 0 && event->user.n == 0 && event->uid >= 0 &&
	       is_filter_uid(join, (int32_t)event->uid);
}

/* The first half, which may be gone, is the child's from now on. */
static void
adopt(struct join *join, const struct join_pipe *pipe, struct trail *child)
{
	struct trail *parent = trails_find(&join->trails, pipe->key);
	static const struct ip none;

	child->flags &= (uint16_t)~TRAIL_PICKUP;
	if (parent != NULL && parent != child &&
	    parent->message_id == child->message_id) {
		bind_child(join, parent, child);
	} else if (pipe->origin != 0) {
		struct origin *origin = join->tally.origins[pipe->origin - 1];

		child->flags |= TRAIL_CHILD;
		bind_to(join, child, origin,
		    pipe->ip == 0 ? &none : &origin->ips[pipe->ip - 1].ip);
	} else if (child->caller == 0) {
		child->caller = pool_take(&join->callers);
		((struct caller *)pool_at(&join->callers, child->caller))
		    ->client = pipe->client;
	}
}

void
reinject_message_id(struct join *join, struct trail *trail, uint32_t now)
{
	struct join_pickup *pickup = pickup_slot(join, trail->key);
	struct join_pipe *pipe = pipe_slot(join, trail->message_id);

	if (trail->message_id == 0 || pickup->key != trail->key)
		return;
	pickup->message_id = trail->message_id;
	join->pickup_of[trail->message_id % JOIN_PICKUPS] = trail->key;
	if (pipe->message_id != trail->message_id || pipe->key == trail->key ||
	    !is_fresh(pipe->at, now))
		return;
	if (pipe->sender == pickup->sender)
		learn(join, pipe, pickup->uid);
	if (trail->origin == 0 &&
	    is_sure(filter_of(join, pipe->service, pickup->uid)))
		adopt(join, pipe, trail);
}

/* ---- the first half ---- */

static uint64_t
sender_of(const struct join *join, const struct trail *trail)
{
	if (trail->caller != 0)
		return address_hash(
		    caller_sender(pool_at(&join->callers, trail->caller)));
	if (trail->origin == 0 ||
	    join->tally.origins[trail->origin - 1]->kind != ORIGIN_ACCOUNT)
		return 0;
	return address_hash(join->tally.origins[trail->origin - 1]->name);
}

static struct ip
client_of(const struct join *join, const struct trail *trail)
{
	return trail->caller == 0 ? (struct ip){0}
				  : ((const struct caller *)pool_at(
					 &join->callers, trail->caller))
					->client;
}

/* Handed in already, under this key? */
static struct join_pickup *
pickup_of(struct join *join, const struct trail *trail, uint32_t now)
{
	uint64_t key = join->pickup_of[trail->message_id % JOIN_PICKUPS];
	struct join_pickup *pickup = pickup_slot(join, key);

	return key != 0 && pickup->key == key && key != trail->key &&
		       pickup->message_id == trail->message_id &&
		       is_fresh(pickup->at, now)
		   ? pickup
		   : NULL;
}

bool
reinject_piped(
    struct join *join, struct trail *trail, const struct event *event)
{
	uint32_t now = step_second(event);
	struct join_pipe pipe = {.key = trail->key,
	    .sender = sender_of(join, trail),
	    .message_id = trail->message_id,
	    .service = (uint32_t)str_hash_fold(event->relay) | 1,
	    .rcpt = (uint32_t)event->keys.address,
	    .origin = trail->origin,
	    .ip = trail->ip,
	    .at = now,
	    .client = client_of(join, trail)};
	struct join_pickup *pickup;
	struct trail *child;

	if (trail->message_id == 0)
		return false;
	pickup = pickup_of(join, trail, now);
	if (pickup == NULL) {
		*pipe_slot(join, trail->message_id) = pipe;
		if (!is_filter_service(join, pipe.service))
			return false;
		trail->flags |= TRAIL_HANDED_ON;
		return true;
	}
	if (pipe.sender == pickup->sender)
		learn(join, &pipe, pickup->uid);
	if (!is_sure(filter_of(join, pipe.service, pickup->uid)))
		return false;
	child = trails_find(&join->trails, pickup->key);
	if (child != NULL && child->origin == 0)
		adopt(join, &pipe, child);
	trail->flags |= TRAIL_HANDED_ON;
	return true;
}

/* ---- another id, as a line says ---- */

/* What first held is trail's from now on. False: trail has a past of its own. */
static bool
take_over(struct join *join, struct trail *trail, struct trail *first)
{
	static const struct ip none;

	if (trail->origin != 0 || trail->caller != 0 || trail->records != 0)
		return false;
	trail->message_id = first->message_id;
	trail->uid = first->uid;
	trail->flags |=
	    first->flags & (TRAIL_STARTED | TRAIL_BORN | TRAIL_NEAR |
			       TRAIL_PICKUP | TRAIL_WEB | TRAIL_CHILD);
	trail->caller = first->caller;
	trail->records = first->records;
	trail->records_last = first->records_last;
	first->caller = first->records = first->records_last = 0;
	if (first->origin != 0) {
		struct origin *origin = join->tally.origins[first->origin - 1];

		bind_to(join, trail, origin,
		    first->ip == 0 ? &none : &origin->ips[first->ip - 1].ip);
	}
	return true;
}

void
reinject_moved(struct join *join, const struct event *event)
{
	struct event moved = *event;
	struct trail *first, *trail;

	moved.queue_id = event->child_id;
	moved.keys.trail = step_key(event->host, event->child_id);
	moved.keys.slot = 0;
	if (moved.keys.trail == event->keys.trail)
		return;
	(void)step_trail(join, event);
	trail = trails_find(&join->trails, moved.keys.trail);
	if (trail == NULL || (trail->flags & TRAIL_QUEUED) == 0)
		trail = step_start(join, &moved);
	first = trails_find(&join->trails, event->keys.trail);
	if (first == NULL)
		return;
	if (take_over(join, trail, first))
		trails_remove(&join->trails, first);
	else
		step_evict(join, first);
}
