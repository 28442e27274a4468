/* SPDX-License-Identifier: ISC */
/*
 * A filter that is given a message by SMTP or LMTP, or by Exim's pipe, hands it
 * back by SMTP, and does not say under which queue id (dspam, spampd, Proxmox'
 * pmg-smtp-filter, a milter's own proxy):
 *
 *	A: message-id=<1@far.example>
 *	B: client=localhost[127.0.0.1]
 *	B: message-id=<1@far.example>
 *	B: from=<x@far.example>, size=1751, nrcpt=1 (queue active)
 *	A: to=<ana@here.example>, relay=mx1[/run/dspam.sock], ... (250 2.6.0 ...)
 *
 * It answers when B is in the queue: then the newest message of this host with
 * the Message-ID of A is B. One that a list manager sends on has it, too, but
 * another sender.
 *
 * What a mailbox sends on (Dovecot's sieve redirects by sendmail(1) or by
 * submission_host, procmail forwards) has Message-ID and sender of what was
 * delivered to it just now, or is about to be.
 */
#include "mail/address.h"
#include "trail/bind.h"
#include "trail/step.h"

enum {
	PATIENCE = 3600 /* seconds, for a filter that is slow */
};

/* ---- mail that a mailbox sends on ---- */

bool
handback_may_be(struct join *join, const struct event *event)
{
	uint64_t hash;
	const struct join_writer *w;

	if ((event->kind != EVENT_PICKUP && event->message_id.n == 0) ||
	    event->sender.n == 0 || origin_is_web_uid(event->uid) ||
	    bind_web_user(event->user) != 0)
		return false;
	hash = address_hash(event->sender);
	w = step_writer_slot(join, hash);
	return w->hash == (uint32_t)(hash >> 32) &&
	       step_second(event) - w->at < PATIENCE;
}

void
handback_taken(
    struct join *join, const struct trail *trail, const struct event *event)
{
	struct join_taken *taken = &join->taken[trail->message_id % JOIN_TAKEN];
	const struct caller *caller;
	struct str name;

	if (trail->caller == 0 || trail->message_id == 0 ||
	    event->status != STATUS_SENT)
		return;
	name = str_head(event->recipient, sizeof(taken->name));
	caller = pool_at(&join->callers, trail->caller);
	taken->key = trail->key;
	taken->client = caller->client;
	taken->message_id = trail->message_id;
	taken->at = step_second(event);
	taken->name_n = (uint8_t)name.n;
	if (name.n > 0)
		memcpy(taken->name, name.p, name.n);
}

/* Handed in after it was delivered: it is that stranger's. */
static bool
take_up(struct join *join, struct trail *trail)
{
	const struct join_taken *taken =
	    &join->taken[trail->message_id % JOIN_TAKEN];
	struct caller *caller;

	if (taken->message_id != trail->message_id ||
	    taken->key == trail->key || trail->from > taken->at + PATIENCE)
		return false;
	trail->flags &= (uint16_t)~TRAIL_PICKUP;
	trail->caller = pool_take(&join->callers);
	caller = pool_at(&join->callers, trail->caller);
	caller->client = taken->client;
	caller->alias =
	    bind_alias(join, (struct str){taken->name, taken->name_n});
	return true;
}

/* ---- a filter ---- */

void
handback_message_id(struct join *join, struct trail *trail)
{
	if (trail->origin != 0 || trail->message_id == 0 ||
	    ((trail->flags & TRAIL_NEAR) == 0 && !trail->is_resent) ||
	    (trail->is_resent && (trail->caller != 0 || take_up(join, trail))))
		return;
	join->handed[trail->message_id % JOIN_HANDED] =
	    (struct join_handed){trail->key, trail->message_id, trail->from};
}

static struct str
sender_of(const struct join *join, const struct trail *trail)
{
	return caller_sender(pool_at(&join->callers, trail->caller));
}

/* A list's own sender tells its posts from what was posted. */
static bool
is_posted(const struct join *join, const struct trail *trail,
    const struct trail *child)
{
	if ((child->flags & TRAIL_LIST) == 0 || child->is_resent)
		return false;
	if (trail->caller != 0 && child->caller != 0)
		return !str_eq(sender_of(join, trail), sender_of(join, child));
	return (trail->flags & TRAIL_LIST) == 0;
}

/* Does it come from where the first half went? From this host, when that is not
 * told; an application here that writes to several may do it in several
 * messages, which are no halves of each other. */
static bool
is_from_there(const struct join *join, const struct trail *trail,
    const struct trail *child, const struct ip *relay)
{
	const struct caller *caller, *first;

	if (child->caller == 0)
		return true;
	caller = pool_at(&join->callers, child->caller);
	if (caller->is_told)
		return true;
	if (!ip_is_none(relay) && !ip_is_loopback(relay))
		return ip_eq(&caller->client, relay);
	if (trail->caller == 0 || ip_is_loopback(&caller->client))
		return true;
	first = pool_at(&join->callers, trail->caller);
	return !ip_eq(&caller->client, &first->client);
}

uint64_t
handback_of(const struct join *join, const struct trail *trail,
    const struct event *event)
{
	const struct join_handed *handed =
	    &join->handed[trail->message_id % JOIN_HANDED];
	const struct trail *child;

	if (trail->message_id == 0 || handed->message_id != trail->message_id ||
	    handed->key == trail->key || handed->at < trail->from ||
	    step_second(event) > handed->at + PATIENCE)
		return 0;
	child = trails_find(&join->trails, handed->key);
	if (child == NULL || child->origin != 0)
		return handed->key;
	if (((child->flags & TRAIL_QUEUED) == 0 && !child->is_resent) ||
	    is_posted(join, trail, child) ||
	    !is_from_there(join, trail, child, &event->relay_ip))
		return 0;
	return handed->key;
}

/* Of how many recipients; 0: not known. */
static uint32_t
recipients_of(const struct join *join, const struct trail *trail)
{
	uint32_t number = trail->records;

	while (number != 0) {
		const struct record *r = pool_at(&join->records, number);

		if (r->kind == RECORD_QUEUED)
			return r->value;
		number = r->next;
	}
	return 0;
}

void
handback_alias(
    struct join *join, const struct trail *trail, const struct event *event)
{
	struct caller *caller;
	struct str name = event->orig_to;

	if (trail->caller == 0)
		return;
	caller = pool_at(&join->callers, trail->caller);
	if (name.n == 0 || address_eq(name, event->recipient)) {
		if (caller->alias != 0 || step_is_near(&caller->client) ||
		    recipients_of(join, trail) != 1)
			return;
		name = event->recipient;
	}
	caller->alias = bind_alias(join, name);
}

/* The first recipient elsewhere; 0: none. */
static uint64_t
far_recipient(const struct join *join, const struct trail *trail)
{
	uint32_t number = trail->records;

	while (number != 0) {
		const struct record *r = pool_at(&join->records, number);

		if (r->kind == RECORD_DELIVERY && (r->flags & RECORD_FAR) != 0)
			return r->hash;
		number = r->next;
	}
	return 0;
}

/* The address here that sent the mail on, if that was kept. */
static struct str
kept_alias(const struct join *join, const struct trail *trail)
{
	uint32_t number = trail->records;

	while (number != 0) {
		const struct record *r = pool_at(&join->records, number);

		if (r->kind == RECORD_DELIVERY && r->value != 0)
			return join->aliases[r->value - 1];
		number = r->next;
	}
	return (struct str){NULL, 0};
}

struct str
handback_name(const struct join *join, const struct trail *trail, uint64_t to)
{
	const struct caller *caller;
	struct str name = {NULL, 0};

	if (trail->caller == 0)
		return name;
	caller = pool_at(&join->callers, trail->caller);
	if (caller->alias != 0)
		name = join->aliases[caller->alias - 1];
	return name.n > 0 && address_hash(name) != to ? name
						      : (struct str){NULL, 0};
}

struct str
handback_left(const struct join *join, const struct trail *trail)
{
	struct str alias = kept_alias(join, trail);

	return alias.n > 0
		   ? alias
		   : handback_name(join, trail, far_recipient(join, trail));
}
