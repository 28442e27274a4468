/* SPDX-License-Identifier: ISC */
#include "trail/join.h"

#include "mail/address.h"
#include "trail/apply.h"
#include "trail/bind.h"

#include <stdio.h>
#include <stdlib.h>

/* uids that web servers run under: Debian, Red Hat, SUSE, Plesk's psaserv */
static const int64_t web_uids[] = {33, 48, 30, 80, 498};

struct join *
join_new(bool is_first, const struct scripts *scripts, enum origins_by by)
{
	struct join *join = xcalloc(1, sizeof(*join));

	tally_init(&join->tally);
	join->records.item = sizeof(struct record);
	join->callers.item = sizeof(struct caller);
	join->waits.item = 8; /* struct wait of apply.c */
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
	free(join);
}

/* ---- small things about one event ---- */

static uint32_t
second_of(const struct event *event)
{
	return event->at <= 0 ? 1 : (uint32_t)(event->at / US_SECOND);
}

/* Queue ids are unique on one host only, and there for some time only. */
static uint64_t
key_of(struct str host, struct str queue_id)
{
	uint64_t key =
	    str_hash(queue_id) ^ str_hash(host) * UINT64_C(0x9e3779b97f4a7c15);

	return key == 0 ? 1 : key;
}

static bool
is_near(const struct ip *ip)
{
	return ip_is_none(ip) || ip_is_loopback(ip) || ip_is_private(ip);
}

/* Postfix sends mail for domains it relays for by a transport of that name
 * (transport(5), relay_domains): it goes on to where it belongs. */
static bool
goes_far(const struct event *event)
{
	if (event->agent == AGENT_LMTP)
		return !is_near(&event->relay_ip);
	if (event->agent != AGENT_SMTP ||
	    str_starts(event->service, S("relay/")))
		return false;
	return ip_is_none(&event->relay_ip) || !is_near(&event->relay_ip);
}

/* An account's own address, or another one of its domain. Accounts without a
 * domain say nothing about which senders are theirs. */
static bool
is_strange(struct str account, struct str sender)
{
	struct str local, domain, sender_local, sender_domain;

	if (address_is_null(sender) || !address_split(account, &local, &domain))
		return false;
	(void)address_owner(sender, &sender_local, &sender_domain);
	return !domain_same_owner(domain, sender_domain);
}

static bool
asks_confirmation(struct str sender)
{
	static const struct str words[] = {S0("-confirm+"), S0("confirm+"),
	    S0("-confirm@"), S0("-sc."), S0("-subscribe@"), S0("-request@"),
	    S0("optin@"), S0("opt-in@"), S0("confirm@"), S0("confirmation@"),
	    S0("verify@"), S0("activation@")};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_has(sender, words[i]))
			return true;
	return false;
}

static void
remember_id(struct join *join, const struct trail *trail, uint32_t at)
{
	if (trail->origin == 0 || trail->message_id == 0 ||
	    (trail->flags & TRAIL_CHILD) != 0)
		return;
	join->ids[trail->message_id % JOIN_IDS] =
	    (struct join_id){trail->message_id, trail->origin, trail->ip, at};
}

/* ---- closed trails that wait for their first half ---- */

static void
drop_trail(struct join *join, struct trail *trail)
{
	apply_end(join, trail);
	trails_remove(&join->trails, trail);
}

static void
keep_earlier(struct join *join, const struct trail *trail)
{
	VEC_ROOM(join->earlier, join->earlier_n, join->earlier_cap);
	join->earlier[join->earlier_n++] = *trail;
}

/* Nobody came for it. */
static void
evict(struct join *join, struct trail *trail)
{
	bool inside = trail->caller != 0 && !bind_went_far(join, trail);

	if (trail->origin == 0 && inside) {
		apply_inbound(join, trail);
	} else if (trail->origin == 0 && !join->is_first &&
		   (trail->flags & TRAIL_STARTED) == 0) {
		keep_earlier(join, trail); /* with its records */
		trails_remove(&join->trails, trail);
		return;
	} else {
		bind_settle(join, trail);
	}
	drop_trail(join, trail);
}

static void
close_trail(struct join *join, struct trail *trail)
{
	uint64_t *slot = &join->closed[join->closed_at];
	uint64_t key = trail->key;

	trail->flags |= TRAIL_CLOSED;
	join->closed_at = (join->closed_at + 1) % JOIN_CLOSED;
	if (*slot != 0 && *slot != key) {
		struct trail *old = trails_find(&join->trails, *slot);

		if (old != NULL && (old->flags & TRAIL_CLOSED) != 0)
			evict(join, old);
	}
	*slot = key;
}

/* ---- beginnings ---- */

/* The id was used again although its last trail did not end in the log. */
static void
lose_trail(struct join *join, struct trail *trail)
{
	if ((trail->flags & TRAIL_CLOSED) == 0)
		join->tally.lost_trails++;
	evict(join, trail);
}

static struct trail *
start_trail(struct join *join, const struct event *event)
{
	uint64_t key = key_of(event->host, event->queue_id);
	struct trail *trail = trails_find(&join->trails, key);

	if (trail != NULL) {
		lose_trail(join, trail);
	}
	trail = trails_add(&join->trails, key);
	trail->from = second_of(event);
	trail->flags = TRAIL_STARTED;
	return trail;
}

/* The open trail of the event, or a new one whose beginning we missed. */
static struct trail *
trail_of(struct join *join, const struct event *event)
{
	uint64_t key = key_of(event->host, event->queue_id);
	struct trail *trail = trails_find(&join->trails, key);

	if (trail != NULL && (trail->flags & TRAIL_CLOSED) != 0) {
		lose_trail(join, trail);
		trail = NULL;
	}
	if (trail == NULL) {
		trail = trails_add(&join->trails, key);
		trail->from = second_of(event);
	}
	return trail;
}

static void
use_ip(struct origin *origin, const struct ip *ip, uint32_t at, struct ref ref,
    uint32_t *ret_number)
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

static void
accept_account(struct join *join, struct trail *trail,
    const struct event *event, struct ref ref)
{
	char text[IP_TEXT];
	struct origin *origin;

	if (join->by == BY_IP && !ip_is_none(&event->client))
		origin = tally_origin(&join->tally, ORIGIN_CLIENT,
		    str_z(ip_text(&event->client, text)), -1);
	else
		origin = tally_origin(&join->tally, ORIGIN_ACCOUNT,
		    str_head(event->account, 255), -1);
	trail->origin = origin->number + 1;
	use_ip(origin, &event->client, second_of(event), ref, &trail->ip);
	if (event->helo.n > 0)
		origin_see(origin, TOP_HELO, event->helo);
}

static void
on_accept(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = start_trail(join, event);
	struct caller *caller;

	if (event->account.n > 0) {
		accept_account(join, trail, event, ref);
		return;
	}
	trail->caller = pool_take(&join->callers);
	caller = pool_at(&join->callers, trail->caller);
	caller->client = event->client;
	if (is_near(&event->client))
		trail->flags |= TRAIL_NEAR;
	if (event->origin_id.n > 0) {
		struct trail *parent = trails_find(
		    &join->trails, key_of(event->host, event->origin_id));

		if (parent != NULL && parent != trail) {
			bind_child(join, parent, trail);
			return;
		}
	}
	/* A proxy in front told who the client was (XFORWARD). */
	if (trail->caller != 0 && !ip_is_none(&event->origin_client) &&
	    !is_near(&event->origin_client)) {
		caller->client = event->origin_client;
		trail->flags &= (uint16_t)~TRAIL_NEAR;
	}
}

static bool
is_web_uid(int64_t uid)
{
	for (size_t i = 0; i < ARRAY_LEN(web_uids); i++)
		if (uid == web_uids[i])
			return true;
	return false;
}

static void
on_pickup(struct join *join, const struct event *event)
{
	struct trail *trail = start_trail(join, event);

	trail->flags |= TRAIL_PICKUP;
	trail->uid = (int32_t)event->uid;
	if (is_web_uid(event->uid)) {
		trail->flags |= TRAIL_WEB;
		join->tally.web_submissions++;
		if (join->scripts != NULL)
			scripts_count_posts(
			    join->scripts, &join->tally, trail->from);
	}
	if (join->scripts == NULL)
		bind_settle(join, trail);
}

/* ---- what follows ---- */

static void
on_message_id(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = trail_of(join, event);
	struct str local, host;

	if ((trail->flags & TRAIL_STARTED) == 0)
		trail->flags |= TRAIL_BORN;
	trail->message_id = (uint32_t)str_hash(event->message_id);
	if (event->message_id.n == 0 || (trail->flags & TRAIL_CHILD) != 0)
		return;
	remember_id(join, trail, second_of(event));
	if (trail->origin == 0 ||
	    !address_split(event->message_id, &local, &host))
		return;
	origin_see(join->tally.origins[trail->origin - 1], TOP_ID_HOST, host);
	if (str_has(host, S(".")))
		return;
	join->tally.origins[trail->origin - 1]->foreign_ids++;
	if (trail->ip != 0)
		join->tally.origins[trail->origin - 1]
		    ->ips[trail->ip - 1]
		    .foreign_ids++;
	if (join->tally.origins[trail->origin - 1]
		->marks[MARK_PROGRAM]
		.segment == 0)
		join->tally.origins[trail->origin - 1]->marks[MARK_PROGRAM] =
		    ref;
}

static void
note_sender(struct join *join, struct trail *trail, const struct event *event,
    struct record *r)
{
	struct origin *origin;

	if (address_is_null(event->sender)) {
		r->flags |= RECORD_NULL;
		trail->flags |= TRAIL_NULL;
	} else if (address_is_list_sender(event->sender)) {
		r->flags |= RECORD_LIST;
		trail->flags |= TRAIL_LIST;
	}
	if (trail->origin == 0) {
		if (trail->caller != 0) {
			struct caller *caller =
			    pool_at(&join->callers, trail->caller);
			struct str s =
			    str_head(event->sender, sizeof(caller->sender));

			caller->sender_n = (uint8_t)s.n;
			if (s.n > 0)
				memcpy(caller->sender, s.p, s.n);
			if ((trail->flags & TRAIL_NEAR) == 0)
				join->writers[r->hash % JOIN_WRITERS] =
				    (struct join_writer){
					(uint32_t)(r->hash >> 32), r->at};
		}
		return;
	}
	origin = join->tally.origins[trail->origin - 1];
	if (join->by == BY_SENDER || join->by == BY_DOMAIN) {
		struct str name = join->by == BY_SENDER
				      ? event->sender
				      : address_domain(event->sender);

		origin = tally_origin(&join->tally, ORIGIN_ACCOUNT,
		    name.n == 0 ? S("<>") : str_head(name, 255), -1);
		trail->origin = origin->number + 1;
		trail->ip = 0;
	}
	if ((trail->flags & TRAIL_CHILD) != 0)
		return;
	origin_see(origin, TOP_SENDER, event->sender);
	if (origin->kind == ORIGIN_ACCOUNT &&
	    is_strange(origin->name, event->sender))
		r->flags |= RECORD_STRANGE;
	if (asks_confirmation(event->sender))
		r->flags |= RECORD_CONFIRM;
}

static void
on_queued(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = trail_of(join, event);
	struct record r = {.kind = RECORD_QUEUED,
	    .at = second_of(event),
	    .value = (uint32_t)event->nrcpt,
	    .size = event->size,
	    .ref = ref};

	/* qmgr says it again each time it looks at a deferred message. */
	if ((trail->flags & TRAIL_QUEUED) != 0)
		return;
	trail->flags |= TRAIL_QUEUED;
	r.hash = address_hash(event->sender);
	note_sender(join, trail, event, &r);
	if (join->is_first &&
	    (trail->flags & (TRAIL_STARTED | TRAIL_BORN)) == 0)
		bind_settle(join, trail);
	bind_emit(join, trail, &r);
}

/* The same message for the same recipient under many queue ids. */
static void
watch_circle(struct join *join, const struct trail *trail,
    const struct event *event, const struct record *r)
{
	uint64_t key =
	    r->hash ^ trail->message_id * UINT64_C(0x9e3779b97f4a7c15);
	struct join_circle *c = &join->circles[(key >> 20) % JOIN_CIRCLES];
	struct circle *circle;
	struct str to = str_head(event->recipient, 79);

	if (trail->message_id == 0)
		return;
	if (c->hash != (uint32_t)key) {
		if (c->n > 0)
			c->n--;
		else
			*c = (struct join_circle){(uint32_t)key, 1, trail->key};
		return;
	}
	if (c->trail == trail->key)
		return;
	c->trail = trail->key;
	if (++c->n < 5)
		return;
	circle = tally_circle(&join->tally, key);
	if (circle == NULL)
		return;
	if (circle->n == 0) {
		circle->n = 4;
		circle->first = r->at;
		circle->ref = r->ref;
		circle->origin = trail->origin == 0 ? 0 : trail->origin - 1;
		memcpy(circle->recipient, to.p, to.n);
	}
	circle->n++;
	circle->last = r->at;
}

static void
note_local(struct join *join, const struct event *event)
{
	struct str domain = address_domain(event->recipient);
	bool is_new;

	if (event->status != STATUS_SENT || domain.n == 0)
		return;
	++*map_put(&join->tally.our_domains, str_hash_fold(domain), &is_new);
}

static struct record
delivery_record(struct join *join, const struct event *event, struct ref ref)
{
	struct record r = {.kind = RECORD_DELIVERY,
	    .status = (uint8_t)event->status,
	    .class = REPLY_ACCEPTED,
	    .at = second_of(event),
	    .ref = ref,
	    .hash = address_hash(event->recipient)};
	struct reply_reading reading;

	if (event->status == STATUS_EXPIRED)
		r.status = STATUS_BOUNCED;
	if (goes_far(event))
		r.flags |= RECORD_FAR;
	else if (event->agent == AGENT_LOCAL || event->agent == AGENT_LMTP)
		note_local(join, event);
	if (event->status == STATUS_SENT)
		return r;
	reading = reply_read(
	    join->replies, event->code, event->dsn, event->relay, event->reply);
	r.class = (uint8_t)reading.class;
	r.rule = reading.rule;
	if (reading.class == REPLY_LOOP) {
		join->tally.loops_said++;
		if (join->tally.loop_ref.segment == 0)
			join->tally.loop_ref = ref;
	}
	if (reading.rule != NULL && (r.flags & RECORD_FAR) != 0)
		tally_block(
		    &join->tally, reading.rule, r.at, ref, event->relay);
	return r;
}

/* An unbound trail is about to leave: now it matters who it is from. */
static void
bind_before(struct join *join, struct trail *trail, const struct event *event,
    const struct record *r)
{
	if ((trail->flags & TRAIL_WEB) != 0 && join->scripts != NULL) {
		struct str path =
		    scripts_of(join->scripts, r->hash, trail->from);
		static const struct ip none;

		if (path.n > 0)
			bind_to(join, trail,
			    tally_origin(
				&join->tally, ORIGIN_SCRIPT, path, trail->uid),
			    &none);
		else
			bind_settle(join, trail);
		return;
	}
	if ((trail->flags & TRAIL_PICKUP) != 0 ||
	    r->at - trail->from > BIND_PATIENCE) {
		if ((trail->flags & (TRAIL_STARTED | TRAIL_BORN)) != 0 ||
		    join->is_first)
			bind_settle(join, trail);
		return;
	}
	if (trail->caller != 0 && (trail->flags & TRAIL_NEAR) == 0 &&
	    (r->flags & RECORD_FAR) != 0)
		bind_stranger(join, trail, event->orig_to, event->recipient);
}

static void
link_child(struct join *join, struct trail *trail, const struct event *event,
    const struct record *r)
{
	struct record link = *r;
	uint64_t key = key_of(event->host, event->child_id);

	link.hash = key;
	link.size = r->hash;
	link.kind = RECORD_CHILD;
	if (event->local == LOCAL_FORWARDED) {
		struct trail *child = trails_find(&join->trails, key);
		struct str name =
		    event->orig_to.n > 0 ? event->orig_to : event->recipient;
		static const struct ip none;

		if (child == NULL || child == trail)
			return;
		bind_to(join, child,
		    tally_origin(
			&join->tally, ORIGIN_FORWARD, str_head(name, 255), -1),
		    &none);
		return;
	}
	bind_emit(join, trail, &link);
}

static void
note_cause(struct join *join, const struct trail *trail,
    const struct event *event, const struct record *r)
{
	struct backscatter *b = &join->tally.backscatter;

	if (r->status != STATUS_BOUNCED || trail->caller == 0 ||
	    (trail->flags & TRAIL_NEAR) != 0)
		return;
	origin_top_add(&b->causes, event->recipient, 1);
	if (b->cause_ref.segment == 0)
		b->cause_ref = r->ref;
}

static void
on_delivery(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = trail_of(join, event);
	struct record r = delivery_record(join, event, ref);

	if (event->status == STATUS_UNDELIVERABLE ||
	    event->status == STATUS_DELIVERABLE)
		return; /* address probes are no mail */
	if (event->child_id.n > 0 && (r.flags & RECORD_FAR) == 0 &&
	    event->status == STATUS_SENT) {
		link_child(join, trail, event, &r);
		return;
	}
	watch_circle(join, trail, event, &r);
	note_cause(join, trail, event, &r);
	if ((r.flags & RECORD_FAR) != 0 &&
	    (trail->flags & (TRAIL_NULL | TRAIL_PICKUP)) != 0) {
		const struct join_writer *w =
		    &join->writers[r.hash % JOIN_WRITERS];

		if (w->hash == (uint32_t)(r.hash >> 32) &&
		    r.at - w->at < 3600 && r.status != STATUS_DEFERRED)
			r.flags |= RECORD_ANSWER;
	}
	if (trail->origin == 0)
		bind_before(join, trail, event, &r);
	bind_emit(join, trail, &r);
}

static void
on_end(struct join *join, const struct event *event, struct ref ref,
    enum record_kind kind)
{
	struct trail *trail =
	    trails_find(&join->trails, key_of(event->host, event->queue_id));
	struct record r = {
	    .kind = (uint8_t)kind, .at = second_of(event), .ref = ref};

	if (trail == NULL || (trail->flags & TRAIL_CLOSED) != 0)
		return;
	if (trail->origin != 0) {
		drop_trail(join, trail);
		return;
	}
	if ((trail->flags & TRAIL_HANDED_ON) != 0 ||
	    (trail->caller != 0 && (trail->flags & TRAIL_NEAR) == 0)) {
		if ((trail->flags & TRAIL_HANDED_ON) == 0)
			apply_inbound(join, trail);
		drop_trail(join, trail);
		return;
	}
	bind_emit(join, trail, &r);
	if ((trail->flags & (TRAIL_STARTED | TRAIL_BORN)) == 0 &&
	    !join->is_first) {
		keep_earlier(join, trail);
		trails_remove(&join->trails, trail);
		return;
	}
	close_trail(join, trail);
}

static void
on_link(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = trail_of(join, event);
	struct record r = {
	    .kind = RECORD_DSN, .at = second_of(event), .ref = ref};

	if (event->child_id.n == 0)
		return;
	r.hash = key_of(event->host, event->child_id);
	bind_emit(join, trail, &r);
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
	uint32_t at = second_of(event);
	bool has_ip = !ip_is_none(&event->client);

	if (event->account.n > 0)
		count_failure(tally_auth(&join->tally, event->account, NULL),
		    has_ip ? ip_hash(&event->client) : 0, at, ref);
	if (has_ip)
		count_failure(tally_auth(&join->tally, S(""), &event->client),
		    event->account.n > 0 ? str_hash_fold(event->account) : 0,
		    at, ref);
}

static void
on_auth_ok(struct join *join, const struct event *event, struct ref ref)
{
	struct origin *origin;
	uint32_t number;

	if (event->account.n == 0 || join->by != BY_ORIGIN)
		return;
	origin = tally_origin(
	    &join->tally, ORIGIN_ACCOUNT, str_head(event->account, 255), -1);
	use_ip(origin, &event->client, second_of(event), ref, &number);
	if (number != 0)
		origin->ips[number - 1].logins++;
}

static void
on_notice(struct join *join, const struct event *event, struct ref ref)
{
	if (str_has(event->text, S("vacation response"))) {
		join->tally.vacations++;
		if (join->tally.vacation_ref.segment == 0)
			join->tally.vacation_ref = ref;
	}
}

static void
on_expired(struct join *join, const struct event *event, struct ref ref)
{
	struct record r = {
	    .kind = RECORD_EXPIRED, .at = second_of(event), .ref = ref};

	bind_emit(join, trail_of(join, event), &r);
}

static void
on_reject(struct join *join, const struct event *event)
{
	join->tally.rejected++;
	if (str_has(event->reply, S("elay access denied")))
		join->tally.relay_denied++;
}

void
join_event(struct join *join, const struct event *event, struct ref ref)
{
	switch (event->kind) {
	case EVENT_ACCEPT:
		on_accept(join, event, ref);
		break;
	case EVENT_PICKUP:
		on_pickup(join, event);
		break;
	case EVENT_MESSAGE_ID:
		on_message_id(join, event, ref);
		break;
	case EVENT_QUEUED:
		on_queued(join, event, ref);
		break;
	case EVENT_DELIVERY:
		on_delivery(join, event, ref);
		break;
	case EVENT_REMOVED:
		on_end(join, event, ref, RECORD_REMOVED);
		break;
	case EVENT_DELETED:
		on_end(join, event, ref, RECORD_DELETED);
		break;
	case EVENT_EXPIRED:
		on_expired(join, event, ref);
		break;
	case EVENT_DSN:
		on_link(join, event, ref);
		break;
	case EVENT_REJECT:
		on_reject(join, event);
		break;
	case EVENT_AUTH_OK:
		on_auth_ok(join, event, ref);
		break;
	case EVENT_AUTH_FAIL:
		on_auth_fail(join, event, ref);
		break;
	case EVENT_NOTICE:
		on_notice(join, event, ref);
		break;
	case EVENT_NONE:
	case EVENT_CONNECT:
	case EVENT_DISCONNECT:
	case EVENT_SUBJECT:
	case EVENT_HOLD:
	case EVENT_REQUEUED:
	case EVENT_SCRIPT:
	case EVENT_POST:
		break;
	}
}
