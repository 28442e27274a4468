/* SPDX-License-Identifier: ISC */
/*
 * Servers that tell of a connection in lines of its own: its client, the
 * account that logged in. Messages that come by it carry its name (a number,
 * event.session) and nothing else.
 *
 *	sm-mta[89]: AUTH=server, relay=x [192.0.2.1], authid=ana, ...
 *	sm-mta[89]: 6AQ5vk3h000089: from=<ana@x>, ..., relay=x [192.0.2.1]
 *
 * A connection is a trail of its own that has no message. The end of many is
 * not logged: they are forgotten in their order.
 */
#include "trail/apply.h"
#include "trail/bind.h"
#include "trail/step.h"

enum {
	/* A connection of the part before can be behind messages for so many
	 * seconds of this one. */
	SESSION_LONGEST = 3600
};

static void
note_begin(struct join *join, const struct event *event)
{
	if (join->begin == 0)
		join->begin = step_second(event);
}

static void
forget(struct join *join, struct trail *session)
{
	apply_end(join, session);
	trails_remove(&join->trails, session);
}

static void
remember(struct join *join, uint64_t key)
{
	uint64_t *slot = &join->sessions[join->sessions_at];
	struct trail *old =
	    *slot == 0 ? NULL : trails_find(&join->trails, *slot);

	join->sessions_at = (join->sessions_at + 1) % JOIN_SESSIONS;
	if (old != NULL && *slot != key && (old->flags & TRAIL_CONNECTION) != 0)
		forget(join, old);
	*slot = key;
}

static const struct caller *
caller_of(const struct join *join, const struct trail *session)
{
	return session->caller == 0 ? NULL
				    : pool_at(&join->callers, session->caller);
}

struct ip
session_client(const struct join *join, const struct event *event)
{
	const struct trail *session;
	const struct caller *caller;

	if (event->session == 0 || !ip_is_none(&event->client))
		return event->client;
	session = trails_find(&join->trails, step_connection(event));
	caller = session == NULL ? NULL : caller_of(join, session);
	return caller == NULL ? event->client : caller->client;
}

void
session_open(struct join *join, const struct event *event)
{
	uint64_t key = step_connection(event);
	struct trail *session = trails_find(&join->trails, key);
	bool begins = event->kind == EVENT_CONNECT ||
		      (!ip_is_none(&event->client) && session == NULL);
	struct ip client = session_client(join, event);
	struct caller *caller;

	note_begin(join, event);
	if (session != NULL && (begins || session->origin != 0)) {
		begins = true;
		forget(join, session);
		session = NULL;
	}
	if (session == NULL) {
		remember(join, key);
		session = trails_add(&join->trails, key);
		session->from = step_second(event);
		session->flags = TRAIL_SESSION | TRAIL_CONNECTION;
	}
	if (begins)
		session->flags |= TRAIL_STARTED;
	if (session->caller == 0) {
		session->caller = pool_take(&join->callers);
		caller = pool_at(&join->callers, session->caller);
		caller->client = client;
	}
	if (event->account.n > 0)
		bind_to(join, session,
		    tally_origin(&join->tally, ORIGIN_ACCOUNT,
			str_head(event->account, 255), -1),
		    &client);
}

void
session_close(struct join *join, const struct event *event)
{
	struct trail *session =
	    trails_find(&join->trails, step_connection(event));

	if (session != NULL)
		forget(join, session);
}

/* What the message's own line would say if it told who is behind it. */
static bool
is_known(const struct join *join, const struct trail *session,
    const struct event *event, struct event *ret_event)
{
	const struct caller *caller;
	const struct origin *origin;
	struct ip client = {0};

	*ret_event = *event;
	if (session == NULL)
		return false;
	if (session->origin == 0) {
		caller = caller_of(join, session);
		if (ip_is_none(&event->client) && caller != NULL)
			ret_event->client = caller->client;
		return true;
	}
	origin = join->tally.origins[session->origin - 1];
	if (session->ip != 0)
		client = origin->ips[session->ip - 1].ip;
	/* Somebody else under a number that is used again. */
	if (!ip_is_none(&event->client) && !ip_eq(&event->client, &client))
		return false;
	ret_event->account = origin->name;
	ret_event->keys.account =
	    str_hash_fold(str_head(origin->name, TALLY_NAME));
	ret_event->client = client;
	return true;
}

void
session_enter(struct join *join, const struct event *event, struct ref ref)
{
	uint64_t key = step_connection(event);
	const struct trail *session = trails_find(&join->trails, key);
	uint32_t at = step_second(event);
	struct event e;
	struct trail *trail;
	bool known = is_known(join, session, event, &e), may_be_told;

	note_begin(join, event);
	may_be_told =
	    !join->is_first &&
	    (session == NULL || (session->flags & TRAIL_STARTED) == 0) &&
	    at - join->begin < SESSION_LONGEST;

	if (may_be_told) {
		e.account = (struct str){NULL, 0};
		e.client = event->client;
	} else if (known && e.account.n == 0 && ip_is_none(&e.client)) {
		step_start(join, event)->flags |= TRAIL_PICKUP;
		return;
	}
	enter_accept(join, &e, ref);
	if (!may_be_told)
		return;
	trail = step_trail(join, event);
	trail->flags |= TRAIL_NEAR | TRAIL_PARENT;
	bind_emit(join, trail,
	    &(struct record){.kind = RECORD_SESSION,
		.at = trail->from,
		.hash = key,
		.ref = ref});
}

/* The client that its connection names; false: it came from this host. */
static bool
take_client(struct join *join, struct trail *trail, const struct ip *client)
{
	struct caller *caller;

	if (trail->caller == 0)
		return true;
	caller = pool_at(&join->callers, trail->caller);
	if (!ip_is_none(&caller->client))
		return true;
	caller->client = *client;
	if (!ip_is_none(client))
		return true;
	pool_give(&join->callers, trail->caller);
	trail->caller = 0;
	trail->flags |= TRAIL_PICKUP;
	return false;
}

/* Its account, if both have the same client. */
static bool
bind_login(struct join *join, struct trail *trail, const struct trail *session,
    struct ref ref)
{
	const struct caller *caller = caller_of(join, trail);
	struct origin *origin = join->tally.origins[session->origin - 1];
	struct ip client = {0};
	uint32_t number;

	if (session->ip != 0)
		client = origin->ips[session->ip - 1].ip;
	if (caller != NULL && !ip_is_none(&caller->client) &&
	    !ip_eq(&caller->client, &client))
		return false;
	step_use_ip(origin, &client, trail->from, ref, &number);
	bind_to(join, trail, origin, &client);
	return true;
}

void
bind_session(struct join *join, struct trail *trail,
    const struct trail *session, struct ref ref)
{
	const struct caller *caller = NULL;

	trail->flags &= (uint16_t)~TRAIL_PARENT;
	if (session != NULL && session->origin != 0) {
		if (bind_login(join, trail, session, ref))
			return;
	} else if (session != NULL) {
		caller = caller_of(join, session);
	}
	if (caller != NULL && !take_client(join, trail, &caller->client))
		return;
	caller = caller_of(join, trail);
	if (caller == NULL || step_is_near(&caller->client))
		return;
	trail->flags &= (uint16_t)~TRAIL_NEAR;
	if (bind_went_far(join, trail))
		bind_stranger(join, trail, S(""), S(""));
}

/* A connection of next that logged in there, and began in to. */
static void
log_in(struct join *to, struct trail *session, struct origin *origin)
{
	const struct caller *caller = caller_of(to, session);
	struct ip client = {0};

	if (caller != NULL)
		client = caller->client;
	bind_to(to, session, origin, &client);
}

void
session_append(struct join *to, const struct join *next,
    const uint32_t *origin_map, const struct ip *ips, const size_t *order)
{
	for (size_t k = 0; k < next->trails.n; k++) {
		size_t i = order[k];
		const struct trail *t = &next->trails.slots[i];
		struct trail *old;

		if ((t->flags & TRAIL_CONNECTION) == 0)
			continue;
		old = trails_find(&to->trails, t->key);
		if (old != NULL && (t->flags & TRAIL_STARTED) == 0) {
			if (t->origin != 0)
				log_in(to, old,
				    to->tally
					.origins[origin_map[t->origin - 1]]);
			continue;
		}
		if (old != NULL)
			forget(to, old);
		remember(to, t->key);
		step_adopt(to, next, t, origin_map, &ips[i]);
	}
}
