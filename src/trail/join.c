/* SPDX-License-Identifier: ISC */
#include "trail/join.h"

#include "base/limits.h"
#include "mail/address.h"
#include "trail/apply.h"
#include "trail/bind.h"
#include "trail/step.h"

#include <stdlib.h>

struct join *
join_new(bool is_first, const struct scripts *scripts, enum origins_by by)
{
	struct join *join = xcalloc(1, sizeof(*join));

	tally_init(&join->tally);
	join->records.item = sizeof(struct record);
	join->callers.item = sizeof(struct caller);
	join->waits.item = APPLY_WAIT;
	join->replies = reply_cache_new();
	join->scripts = scripts;
	join->by = by;
	join->is_first = is_first;
	if (scripts != NULL)
		scripts_init_posts(scripts, &join->tally);
	return join;
}

void
join_free(struct join *join)
{
	if (join == NULL)
		return;
	tally_done(&join->tally);
	trails_done(&join->trails);
	pool_done(&join->records);
	pool_done(&join->callers);
	pool_done(&join->waits);
	reply_cache_free(join->replies);
	free(join->earlier);
	free(join->aliases);
	map_done(&join->alias_numbers);
	arena_done(&join->names);
	free(join);
}

/* ---- closed trails that wait for their first half ---- */

static void
drop_trail(struct join *join, struct trail *trail)
{
	apply_end(join, trail);
	trails_remove(&join->trails, trail);
}

void
step_keep_earlier(struct join *join, struct trail *trail)
{
	if (join->earlier_n >= LIMIT_OPEN) {
		join->given_up += (trail->flags & TRAIL_SESSION) == 0;
		apply_end(join, trail);
		return;
	}
	VEC_ROOM(join->earlier, join->earlier_n, join->earlier_cap);
	join->earlier[join->earlier_n++] = *trail;
}

/* Who is behind it, as far as it is known, and no later. False: that is for the
 * part before to say. */
static bool
settle(struct join *join, struct trail *trail)
{
	bool may_be_told =
	    !join->is_first && (trail->flags & TRAIL_PARENT) != 0;

	if (trail->origin != 0)
		return true;
	if (trail->caller != 0 && !may_be_told && !bind_went_far(join, trail)) {
		/* Its second half counts in its place. */
		if ((trail->flags & TRAIL_HANDED_ON) == 0)
			bind_inbound(join, trail);
		return true;
	}
	if (!join->is_first &&
	    (may_be_told || (trail->flags & TRAIL_STARTED) == 0))
		return false;
	bind_settle(join, trail);
	return true;
}

/* Nobody came for it. */
void
step_evict(struct join *join, struct trail *trail)
{
	if (settle(join, trail)) {
		drop_trail(join, trail);
		return;
	}
	step_keep_earlier(join, trail);
	trails_remove(&join->trails, trail);
}

bool
step_give_up(struct join *join, struct trail *trail, uint32_t now)
{
	bool is_open =
	    (trail->flags & TRAIL_CLOSED) == 0 && !ending_is_over(trail, now);

	if (!settle(join, trail)) {
		trail->is_open = is_open;
		step_keep_earlier(join, trail);
		return false;
	}
	if (trail->origin != 0 && is_open)
		apply_open(join, trail);
	apply_end(join, trail);
	return true;
}

void
step_close(struct join *join, struct trail *trail)
{
	uint64_t *slot = &join->closed[join->closed_at];
	uint64_t key = trail->key;

	trail->flags |= TRAIL_CLOSED;
	join->closed_at = (join->closed_at + 1) % JOIN_CLOSED;
	if (*slot != 0 && *slot != key) {
		struct trail *old = trails_find(&join->trails, *slot);

		if (old != NULL && (old->flags & TRAIL_CLOSED) != 0)
			step_evict(join, old);
	}
	*slot = key;
}

/* The id was used again although its last trail did not end in the log. */
static void
lose_trail(struct join *join, struct trail *trail)
{
	if ((trail->flags & TRAIL_CLOSED) == 0)
		join->tally.lost_trails++;
	step_evict(join, trail);
}

struct trail *
step_start(struct join *join, const struct event *event)
{
	uint64_t key = event->keys.trail;
	bool is_new;
	struct trail *trail = trails_put(&join->trails, key, &is_new);

	if (!is_new) {
		lose_trail(join, trail);
		trail = trails_add(&join->trails, key);
	}
	trail->from = step_second(event);
	trail->flags = TRAIL_STARTED;
	return trail;
}

struct trail *
step_trail_anywhere(struct join *join, const struct event *event)
{
	uint64_t key = event->keys.trail;
	struct trail *trail = trails_find(&join->trails, key);

	if (trail != NULL && (trail->flags & TRAIL_CLOSED) != 0) {
		lose_trail(join, trail);
		trail = NULL;
	}
	if (trail == NULL) {
		trail = trails_add(&join->trails, key);
		trail->from = step_second(event);
	}
	return trail;
}

void
step_use_ip(struct origin *origin, const struct ip *ip, uint32_t at,
    struct ref ref, uint32_t *ret_number)
{
	uint32_t number;
	struct origin_ip *use;

	*ret_number = 0;
	if (ip_is_none(ip))
		return;
	number = origin_ip(origin, ip);
	if (number == UINT32_MAX)
		return;
	*ret_number = number + 1;
	use = &origin->ips[number];
	if (use->first == 0 || at < use->first) {
		use->first = at;
		use->ref = ref;
	}
	if (at > use->last)
		use->last = at;
}

/* It began in an earlier part, as far as this part knows. */
static bool
began_earlier(const struct join *join, const struct trail *trail)
{
	return !join->is_first &&
	       (trail->flags & (TRAIL_STARTED | TRAIL_BORN)) == 0;
}

/* Mail for us, or handed on to its second half: nothing more to come. */
static void
end_inbound(struct join *join, struct trail *trail)
{
	if ((trail->flags & TRAIL_HANDED_ON) == 0)
		bind_inbound(join, trail);
	drop_trail(join, trail);
}

void
step_end(struct join *join, struct trail *trail, const struct record *r)
{
	if (began_earlier(join, trail)) {
		if (trail->origin == 0)
			bind_emit(join, trail, r);
		step_keep_earlier(join, trail);
		trails_remove(&join->trails, trail);
	} else if (trail->origin != 0) {
		drop_trail(join, trail);
	} else if ((trail->flags & TRAIL_HANDED_ON) != 0 ||
		   (trail->caller != 0 && (trail->flags & TRAIL_NEAR) == 0)) {
		end_inbound(join, trail);
	} else {
		bind_emit(join, trail, r);
		step_close(join, trail);
	}
}

static void
on_end(struct join *join, const struct event *event, struct ref ref)
{
	enum record_kind kind =
	    event->kind == EVENT_DELETED ? RECORD_DELETED : RECORD_REMOVED;
	struct trail *trail = trails_find_near(
	    &join->trails, event->keys.trail, event->keys.slot);

	if (trail == NULL && !join->is_first)
		trail = step_trail(join, event);
	if (trail != NULL && (trail->flags & TRAIL_CLOSED) == 0)
		step_end(join, trail,
		    &(struct record){.kind = (uint8_t)kind,
			.at = step_second(event),
			.ref = ref});
}

void
step_link_notice(struct join *join, const struct event *event,
    struct str parent, struct str child, struct ref ref)
{
	struct event about = {
	    .at = event->at, .keys.trail = step_key(event->host, parent)};
	struct record r = {.kind = RECORD_DSN,
	    .at = step_second(event),
	    .hash = step_key(event->host, child),
	    .ref = ref};

	bind_emit(join, step_trail(join, &about), &r);
}

/* ---- lines without a queue id ---- */

static void
count_failure(struct auth *auth, uint64_t other, uint32_t at, struct ref ref)
{
	if (auth == NULL)
		return;
	auth->failures++;
	if (auth->first == 0 || at < auth->first)
		auth->first = at;
	if (at > auth->last)
		auth->last = at;
	if (auth->ref.segment == 0)
		auth->ref = ref;
	if (other != 0)
		sketch_add(&auth->others, other);
}

static void
on_auth_fail(struct join *join, const struct event *event, struct ref ref)
{
	uint32_t at = step_second(event);
	struct ip client = session_client(join, event);
	uint64_t account = event->keys.account, address = event->keys.address;

	if (address == 0 && !ip_is_none(&client))
		address = ip_hash(&client);
	if (account != 0)
		count_failure(
		    tally_auth(&join->tally, account, event->account, NULL),
		    address, at, ref);
	if (address != 0)
		count_failure(tally_auth(&join->tally, address, S(""), &client),
		    account, at, ref);
}

static void
on_auth_ok(struct join *join, const struct event *event,
    const struct ip *client, struct ref ref)
{
	struct origin *origin;
	uint32_t number;

	if (event->account.n == 0 || join->by != BY_ORIGIN)
		return;
	origin = tally_origin(
	    &join->tally, ORIGIN_ACCOUNT, str_head(event->account, 255), -1);
	step_use_ip(origin, client, step_second(event), ref, &number);
	if (number != 0)
		origin->ips[number - 1].logins++;
}

static void
on_notice(struct join *join, const struct event *event, struct ref ref)
{
	/* Dovecot's own words about an account; others quote strangers. */
	if (event->account.n > 0 &&
	    str_starts(event->text, S("sent vacation response"))) {
		join->tally.vacations++;
		if (join->tally.vacation_ref.segment == 0)
			join->tally.vacation_ref = ref;
	}
}

static void
on_expired(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = step_trail(join, event);
	struct record r = {
	    .kind = RECORD_EXPIRED, .at = step_second(event), .ref = ref};

	trail->left = 0;
	bind_emit(join, trail, &r);
	ending_look(join, event->keys.trail, r.at);
}

/* The message goes on under another id, for some or all its recipients. */
static void
on_requeued(struct join *join, const struct event *event, struct ref ref)
{
	struct event child = *event;
	struct record r = {.kind = RECORD_CHILD,
	    .at = step_second(event),
	    .hash = step_key(event->host, event->child_id),
	    .ref = ref};
	struct trail *trail;

	if (event->queue_id.n == 0)
		proxy_accept(join, event, ref);
	if (event->queue_id.n == 0 || event->child_id.n == 0)
		return;
	child.queue_id = event->child_id;
	child.keys.trail = r.hash;
	trail = step_start(join, &child);
	trail->ends = END_COUNTED;
	trail->flags |= TRAIL_QUEUED | TRAIL_UNCOUNTED;
	trail = step_trail(join, event);
	trail->left = 0;
	bind_emit(join, trail, &r);
	r.kind = RECORD_QUEUED; /* counts unless its first half did */
	bind_emit(join, step_trail(join, &child), &r);
	ending_look(join, event->keys.trail, r.at);
}

/* A message has another id from now on. */
static void
on_renamed(struct join *join, const struct event *event, struct ref ref)
{
	if (event->kind == EVENT_MOVED)
		reinject_moved(join, event);
	else
		on_requeued(join, event, ref);
}

/* Of a connection: its client, its login. */
static void
on_connection(struct join *join, const struct event *event, struct ref ref)
{
	struct ip client;

	if (event->kind == EVENT_DISCONNECT) {
		if (event->session != 0)
			session_close(join, event);
		return;
	}
	if (event->session == 0) {
		proxy_client(join, event);
		if (event->kind == EVENT_AUTH_OK)
			on_auth_ok(join, event, &event->client, ref);
		return;
	}
	client = session_client(join, event);
	session_open(join, event);
	if (event->kind == EVENT_AUTH_OK)
		on_auth_ok(join, event, &client, ref);
}

/* Mostly one search: what is said of a relay is said at the first "elay". */
static bool
denies_relay(struct str reply)
{
	struct str rest = str_skip(reply, str_find(reply, S("elay")));

	return rest.n > 0 && (str_has(rest, S("elay access denied")) ||
				 str_has(rest, S("elaying denied")) ||
				 str_has(rest, S("elay not permitted")));
}

/* Exim, OpenSMTPD, Postfix; one search for two of them. */
static bool
tells_loop(struct str reply)
{
	struct str rest = str_skip(reply, str_find(reply, S("oo many ")));

	return (rest.n > 0 &&
		   (str_has(reply, S("Too many \"Received\" headers")) ||
		       str_has(reply, S("too many hops")))) ||
	       str_has(reply, S("5.4.6 "));
}

static void
on_reject(struct join *join, const struct event *event, struct ref ref)
{
	join->tally.rejected++;
	if (denies_relay(event->reply))
		join->tally.relay_denied++;
	if (tells_loop(event->reply))
		step_loop_here(join, ref);
}

/* A stranger's mail for an address here goes on to another domain. */
static void
on_redirected(struct join *join, const struct event *event)
{
	struct trail *trail = step_trail(join, event);
	static const struct ip none;

	if (trail->origin == 0 && trail->caller != 0 &&
	    !domain_same_owner(address_domain(event->orig_to),
		address_domain(event->recipient)))
		bind_to(join, trail,
		    tally_origin(&join->tally, ORIGIN_FORWARD,
			str_head(event->orig_to, 255), -1),
		    &none);
}

/* A notice whose own lines come later (qmail): it exists from now on. */
static void
start_notice(struct join *join, const struct event *event)
{
	uint64_t key = step_key(event->host, event->child_id);
	struct trail *notice;

	if (event->process == 0 || trails_find(&join->trails, key) != NULL)
		return;
	notice = trails_add(&join->trails, key);
	notice->from = step_second(event);
	notice->flags = TRAIL_STARTED;
}

static void
on_link(struct join *join, const struct event *event, struct ref ref)
{
	if (event->kind == EVENT_REDIRECTED)
		on_redirected(join, event);
	if (event->child_id.n == 0)
		return;
	start_notice(join, event);
	step_link_notice(join, event, event->queue_id, event->child_id, ref);
}

/* A message in one line, and what is told of it in lines of their own. */
static void
on_received(struct join *join, const struct event *event, struct ref ref)
{
	if (event->kind == EVENT_CALL)
		calls_add(&join->calls, event);
	else if (event->kind == EVENT_SENDER)
		enter_sender(join, event, ref);
	else
		enter_received(join, event, ref);
}

void
step_event(struct join *join, const struct event *event, struct ref ref)
{
	switch (event->kind) {
	case EVENT_ACCEPT:
		enter_accept(join, event, ref);
		break;
	case EVENT_PICKUP:
		enter_pickup(join, event);
		break;
	case EVENT_RECEIVED:
	case EVENT_SENDER:
	case EVENT_CALL:
		on_received(join, event, ref);
		break;
	case EVENT_MESSAGE_ID:
		enter_message_id(join, event, ref);
		break;
	case EVENT_QUEUED:
		enter_queued(join, event, ref);
		break;
	case EVENT_DELIVERY:
		deliver_event(join, event, ref);
		break;
	case EVENT_REMOVED:
	case EVENT_DELETED:
		on_end(join, event, ref);
		break;
	case EVENT_EXPIRED:
		on_expired(join, event, ref);
		break;
	case EVENT_REDIRECTED:
	case EVENT_DSN:
		on_link(join, event, ref);
		break;
	case EVENT_REJECT:
		on_reject(join, event, ref);
		break;
	case EVENT_AUTH_OK:
	case EVENT_CONNECT:
	case EVENT_DISCONNECT:
		on_connection(join, event, ref);
		break;
	case EVENT_REQUEUED:
	case EVENT_MOVED:
		on_renamed(join, event, ref);
		break;
	case EVENT_AUTH_FAIL:
		on_auth_fail(join, event, ref);
		break;
	case EVENT_NOTICE:
		on_notice(join, event, ref);
		break;
	case EVENT_NONE:
	case EVENT_ATTEMPT:
	case EVENT_HANDED:
	case EVENT_SUBJECT:
	case EVENT_HOLD:
	case EVENT_SCRIPT:
	case EVENT_POST:
		break;
	}
}
