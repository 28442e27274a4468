/* SPDX-License-Identifier: ISC */
#include "trail/bind.h"

#include "mail/address.h"
#include "trail/apply.h"
#include "trail/step.h"

#include <stdio.h>

/* Names that web servers run under: Debian, Red Hat, SUSE, Plesk, BSD, and
 * cPanel's for sites without a user of their own. */
static const char *const web_users[] = {"www-data", "apache", "nginx", "httpd",
    "wwwrun", "psaserv", "www", "nobody"};

enum {
	WEB_USER_FIRST = -2 /* trail.uid of the first; the next is one less */
};

int32_t
bind_web_user(struct str user)
{
	for (size_t i = 0; i < ARRAY_LEN(web_users); i++)
		if (str_eq(user, str_z(web_users[i])))
			return WEB_USER_FIRST - (int32_t)i;
	return 0;
}

static struct caller *
caller_of(const struct join *join, const struct trail *trail)
{
	return trail->caller == 0 ? NULL
				  : pool_at(&join->callers, trail->caller);
}

static void
keep_record(struct join *join, struct trail *trail, const struct record *record)
{
	uint32_t number;
	struct record *r;

	if (join->records.used >= JOIN_RECORDS) {
		join->dropped++;
		return;
	}
	number = pool_take_as_it_is(&join->records);
	r = pool_at(&join->records, number);
	*r = *record;
	r->next = 0;
	if (trail->records == 0)
		trail->records = number;
	else
		((struct record *)pool_at(&join->records, trail->records_last))
		    ->next = number;
	trail->records_last = number;
}

/* ---- from one trail to another ---- */

static void
follow_child(struct join *join, struct trail *trail, const struct record *r)
{
	struct trail *child = trails_find(&join->trails, r->hash);
	struct record sent;

	if (child != NULL && child != trail && child->origin == 0) {
		bind_child(join, trail, child);
		return;
	}
	/* A quick second half is delivered and gone before the filter's
	 * answer to the first is logged. */
	if (child != NULL || (trail->flags & TRAIL_HANDED_ON) != 0)
		return;
	/* Handed to something that does not log here: that was the end. */
	sent = *r;
	sent.kind = RECORD_DELIVERY;
	sent.status = STATUS_SENT;
	sent.hash = r->size;
	sent.size = 0;
	apply_record(join, trail, &sent);
}

static void
follow_dsn(struct join *join, struct trail *trail, const struct record *r)
{
	struct trail *notice = trails_find(&join->trails, r->hash);

	if (notice == NULL || notice->origin != 0 || notice == trail)
		return;
	bind_to(join, notice,
	    tally_origin(&join->tally, ORIGIN_SYSTEM, S("bounces"), -1),
	    &(struct ip){0});
}

static void
note_stranger_dsn(struct backscatter *b, const struct record *r)
{
	b->made++;
	if (b->first == 0 || r->at < b->first)
		b->first = r->at;
	if (r->at > b->last)
		b->last = r->at;
	if (b->ref.segment == 0)
		b->ref = r->ref;
}

/* A stranger's mail came back to him from here. */
static void
follow_stranger_dsn(
    struct join *join, struct trail *trail, const struct record *r)
{
	struct trail *notice = trails_find(&join->trails, r->hash);

	note_stranger_dsn(&join->tally.backscatter, r);
	if (notice != NULL && notice->origin == 0)
		notice->flags |= TRAIL_NOTICE;
	follow_dsn(join, trail, r);
}

/* The stranger who handed in parent is now behind child. */
static void
hand_on(struct join *join, struct trail *parent, struct trail *child)
{
	struct caller handed;
	struct caller *own;
	bool is_again;

	memcpy(
	    &handed, pool_at(&join->callers, parent->caller), sizeof(handed));
	if (child->caller == 0) {
		child->caller = pool_take(&join->callers);
		memcpy(pool_at(&join->callers, child->caller), &handed,
		    sizeof(handed));
		((struct caller *)pool_at(&join->callers, child->caller))
		    ->client = (struct ip){0};
	}
	own = pool_at(&join->callers, child->caller);
	/* Each recipient has a line that says so: the first is enough. */
	is_again = (child->flags & TRAIL_NEAR) == 0 &&
		   !ip_is_none(&own->client) &&
		   ip_eq(&own->client, &handed.client);
	own->client = handed.client;
	if (own->alias == 0)
		own->alias = handed.alias;
	child->flags &= (uint16_t) ~(TRAIL_NEAR | TRAIL_PICKUP);
	if ((parent->flags & TRAIL_HANDED_ON) != 0 && !is_again)
		child->flags |= TRAIL_CHILD;
	parent->flags |= TRAIL_HANDED_ON;
	if (bind_went_far(join, child))
		bind_stranger(join, child, handback_left(join, child), S(""));
}

/*
 * A session whose mail went through a filter before it was queued
 * (smtpd_proxy_filter): the trail of the session has no message of its own,
 * the one behind the filter is counted in its name.
 */
static void
follow_proxy(struct join *join, struct trail *session, const struct record *r)
{
	struct trail *trail = trails_find(&join->trails, r->hash);
	static const struct ip none;

	if (trail == NULL || trail == session || trail->origin != 0)
		return;
	if (session->origin != 0) {
		struct origin *origin =
		    join->tally.origins[session->origin - 1];

		bind_to(join, trail, origin,
		    session->ip == 0 ? &none
				     : &origin->ips[session->ip - 1].ip);
		return;
	}
	session->flags &= (uint16_t)~TRAIL_HANDED_ON;
	hand_on(join, session, trail);
}

/* A record that leads to another trail. Apart: most are sums. */
static __attribute__((noinline)) void
follow(struct join *join, struct trail *trail, const struct record *r)
{
	switch ((enum record_kind)r->kind) {
	case RECORD_CHILD:
		follow_child(join, trail, r);
		break;
	case RECORD_DSN:
		follow_dsn(join, trail, r);
		break;
	case RECORD_PROXY:
		follow_proxy(join, trail, r);
		break;
	case RECORD_PARENT: /* it has an origin already */
	case RECORD_SESSION:
		break;
	case RECORD_QUEUED:
	case RECORD_DELIVERY:
	case RECORD_EXPIRED:
	case RECORD_REMOVED:
	case RECORD_DELETED:
	case RECORD_SENDER:
		apply_record(join, trail, r);
	}
}

static inline void
dispatch(struct join *join, struct trail *trail, const struct record *r)
{
	if (r->kind == RECORD_DELIVERY || r->kind == RECORD_QUEUED)
		apply_record(join, trail, r);
	else
		follow(join, trail, r);
}

/* The first half is looked for; without it the client that the proxy named is
 * the one who handed it in. */
static void
follow_parent(struct join *join, struct trail *trail, const struct record *r)
{
	struct trail *parent = trails_find(&join->trails, r->hash);
	const struct caller *caller = caller_of(join, trail);

	if (parent != NULL && parent != trail &&
	    (parent->origin != 0 || parent->caller != 0)) {
		trail->flags &= (uint16_t)~TRAIL_PARENT;
		bind_child(join, parent, trail);
		return;
	}
	if (!join->is_first) { /* it began in the part before */
		trail->flags |= TRAIL_PARENT;
		keep_record(join, trail, r);
		return;
	}
	trail->flags &= (uint16_t)~TRAIL_PARENT;
	if (caller == NULL || ip_is_loopback(&caller->client) ||
	    ip_is_private(&caller->client))
		return;
	trail->flags &= (uint16_t)~TRAIL_NEAR;
	if (bind_went_far(join, trail))
		bind_stranger(join, trail, S(""), S(""));
}

/* Who is behind its connection was told in the part before. */
static void
follow_session(struct join *join, struct trail *trail, const struct record *r)
{
	if (!join->is_first)
		keep_record(join, trail, r);
	else
		bind_session(
		    join, trail, trails_find(&join->trails, r->hash), r->ref);
}

/* A notice or a local user's mail, whose sender was just told. */
static void
follow_sender(struct join *join, struct trail *trail, const struct record *r)
{
	static const struct ip none;
	struct backscatter *b = &join->tally.backscatter;

	if ((r->flags & RECORD_NULL) == 0) {
		if (r->value != 0)
			bind_local(join, trail, join->aliases[r->value - 1]);
		return;
	}
	if ((r->flags & RECORD_ANSWER) != 0) {
		note_stranger_dsn(b, r);
		trail->flags |= TRAIL_NOTICE;
	}
	bind_to(join, trail,
	    tally_origin(&join->tally, ORIGIN_SYSTEM, S("bounces"), -1), &none);
}

void
bind_inbound(struct join *join, struct trail *trail)
{
	uint32_t number = trail->records;

	while (number != 0) {
		struct record r;

		memcpy(&r, pool_at(&join->records, number), sizeof(r));
		number = r.next;
		if (r.kind == RECORD_DSN)
			follow_stranger_dsn(join, trail, &r);
	}
	apply_inbound(join, trail);
}

static __attribute__((noinline)) void
emit_unbound(
    struct join *join, struct trail *trail, const struct record *record)
{
	if (record->kind == RECORD_PROXY && trail->caller != 0) {
		follow_proxy(join, trail, record);
		return;
	}
	if (record->kind == RECORD_PARENT) {
		follow_parent(join, trail, record);
		return;
	}
	if (record->kind == RECORD_SESSION) {
		follow_session(join, trail, record);
		return;
	}
	if (record->kind == RECORD_SENDER && (trail->flags & TRAIL_PICKUP) != 0)
		follow_sender(join, trail, record);
	if (trail->origin != 0) {
		dispatch(join, trail, record);
		return;
	}
	/* One that may be the second half of another: later. */
	if (trail->caller != 0 && record->kind == RECORD_DSN &&
	    (trail->flags & (TRAIL_NEAR | TRAIL_PARENT)) == 0) {
		follow_stranger_dsn(join, trail, record);
		return;
	}
	if (trail->caller != 0 && record->kind == RECORD_CHILD) {
		struct trail *child = trails_find(&join->trails, record->hash);

		if (child != NULL && child != trail && child->origin == 0) {
			bind_child(join, trail, child);
			return;
		}
	}
	keep_record(join, trail, record);
}

void
bind_emit(struct join *join, struct trail *trail, const struct record *record)
{
	if (trail->origin != 0)
		dispatch(join, trail, record);
	else
		emit_unbound(join, trail, record);
}

void
bind_to(struct join *join, struct trail *trail, struct origin *origin,
    const struct ip *ip)
{
	uint32_t number;

	if (trail->origin != 0)
		return;
	trail->origin = origin->number + 1;
	if (!ip_is_none(ip))
		trail->ip = origin_ip(origin, ip) + 1; /* 0: not kept */
	if (trail->caller != 0 && (trail->flags & TRAIL_CHILD) == 0 &&
	    (trail->flags & TRAIL_QUEUED) != 0)
		origin_see(
		    origin, TOP_SENDER, caller_sender(caller_of(join, trail)));
	number = trail->records;
	trail->records = trail->records_last = 0;
	while (number != 0) {
		struct record r;

		memcpy(&r, pool_at(&join->records, number), sizeof(r));
		pool_give(&join->records, number);
		number = r.next;
		dispatch(join, trail, &r);
	}
	pool_give(&join->callers, trail->caller);
	trail->caller = 0;
}

void
bind_child(struct join *join, struct trail *parent, struct trail *child)
{
	if (parent->origin != 0) {
		struct origin *origin = join->tally.origins[parent->origin - 1];
		uint32_t ip = parent->ip;
		static const struct ip none;

		child->flags |= TRAIL_CHILD;
		parent->flags |= TRAIL_HANDED_ON;
		bind_to(join, child, origin,
		    ip == 0 ? &none : &origin->ips[ip - 1].ip);
		return;
	}
	if (parent->caller != 0)
		hand_on(join, parent, child);
}

bool
bind_went_far(const struct join *join, const struct trail *trail)
{
	uint32_t number = trail->records;

	while (number != 0) {
		const struct record *r = pool_at(&join->records, number);

		if (r->kind == RECORD_DELIVERY && (r->flags & RECORD_FAR) != 0)
			return true;
		number = r->next;
	}
	return false;
}

/* A list manager on this host or its network. */
static void
bind_list(struct join *join, struct trail *trail, const struct caller *caller)
{
	struct ip client = caller->client;
	struct str local, domain;

	(void)address_split(caller_sender(caller), &local, &domain);
	bind_to(join, trail,
	    tally_origin(&join->tally, ORIGIN_LIST,
		str_head(local, str_find(local, S("-bounces"))), -1),
	    &client);
}

/* An address of which nobody knows whether it is ours: the caller may be a
 * relay client, or an alias here may send its mail on. */
void
bind_stranger(struct join *join, struct trail *trail, struct str orig_to,
    struct str recipient)
{
	const struct caller *caller = caller_of(join, trail);
	struct ip client;
	char text[IP_TEXT];
	enum origin_kind kind = ORIGIN_NETWORK;

	if (caller == NULL)
		return;
	client = caller->client;
	if (orig_to.n > 0 && !address_eq(orig_to, recipient)) {
		bind_to(join, trail,
		    tally_origin(&join->tally, ORIGIN_FORWARD, orig_to, -1),
		    &client);
		return;
	}
	if (ip_is_none(&client)) {
		bind_to(join, trail,
		    tally_origin(&join->tally, ORIGIN_UNKNOWN, S(""), -1),
		    &client);
		return;
	}
	if (!ip_is_private(&client) && !ip_is_loopback(&client))
		kind = ORIGIN_CLIENT;
	if (kind == ORIGIN_NETWORK && (trail->flags & TRAIL_LIST) != 0) {
		bind_list(join, trail, caller);
		return;
	}
	bind_to(join, trail,
	    tally_origin(&join->tally, kind, str_z(ip_text(&client, text)), -1),
	    &client);
}

void
bind_leaving(struct join *join, struct trail *trail, const struct record *r,
    struct str orig_to, struct str recipient)
{
	if ((trail->flags & TRAIL_WEB) != 0 && join->scripts != NULL) {
		struct str path =
		    scripts_of(join->scripts, r->hash, trail->from);
		static const struct ip none;

		if (path.n > 0)
			bind_to(join, trail,
			    tally_origin(&join->tally, ORIGIN_SCRIPT, path,
				trail->uid < 0 ? -1 : trail->uid),
			    &none);
		else
			bind_settle(join, trail);
	} else if ((trail->flags & TRAIL_PICKUP) != 0) {
		if (!trail->is_resent)
			bind_settle(join, trail);
	} else if (trail->caller != 0 && (trail->flags & TRAIL_NEAR) == 0 &&
		   (r->flags & RECORD_FAR) != 0) {
		if (orig_to.n == 0)
			orig_to = handback_name(join, trail, r->hash);
		bind_stranger(join, trail, orig_to, recipient);
	}
}

void
bind_local(struct join *join, struct trail *trail, struct str name)
{
	static const struct ip none;
	int32_t web = bind_web_user(name);

	if (web == 0) {
		bind_to(join, trail,
		    tally_origin(&join->tally, ORIGIN_LOCAL_USER,
			str_head(name, 255), -1),
		    &none);
		return;
	}
	trail->uid = web;
	trail->flags |= TRAIL_WEB;
	join->tally.web_submissions++;
	if (join->scripts == NULL)
		bind_settle(join, trail);
	else
		scripts_count_posts(join->scripts, &join->tally, trail->from);
}

uint32_t
bind_alias(struct join *join, struct str address)
{
	bool is_new;
	uint32_t *number;

	/* What is beyond them shares one, as origins do (tally.c). */
	if (join->aliases_n >= JOIN_ALIASES &&
	    map_get(&join->alias_numbers, address_hash(address)) == NULL)
		address = S("*");
	number = map_put(&join->alias_numbers, address_hash(address), &is_new);
	if (is_new) {
		VEC_ROOM(join->aliases, join->aliases_n, join->aliases_cap);
		join->aliases[join->aliases_n++] =
		    str_keep(&join->names, str_head(address, 255));
		*number = join->aliases_n;
	}
	return *number;
}

/* The last bound trail with the same Message-ID: its first half, when the
 * filter between them hides its queue ids. */
static bool
settle_by_id(struct join *join, struct trail *trail)
{
	const struct join_id *id = step_id_slot(join, trail->message_id);
	struct origin *origin;
	static const struct ip none;

	if (trail->message_id == 0 || id->hash != trail->message_id ||
	    id->origin == 0 || trail->from - id->at > 3600 ||
	    (trail->flags & TRAIL_LIST) != 0)
		return false;
	origin = join->tally.origins[id->origin - 1];
	trail->flags |= TRAIL_CHILD;
	bind_to(join, trail, origin,
	    id->ip == 0 ? &none : &origin->ips[id->ip - 1].ip);
	return true;
}

/* Who called sendmail, when nothing tells which script it was. */
static void
settle_pickup(struct join *join, struct trail *trail)
{
	static const struct ip none;
	char text[32];

	if (trail->user != 0) {
		bind_to(join, trail,
		    tally_origin(&join->tally, ORIGIN_LOCAL_USER,
			join->aliases[trail->user - 1], trail->uid),
		    &none);
		return;
	}
	if (trail->uid < -1)
		(void)snprintf(text, sizeof(text), "%s",
		    web_users[WEB_USER_FIRST - trail->uid]);
	else
		(void)snprintf(text, sizeof(text), "uid=%d", (int)trail->uid);
	bind_to(join, trail,
	    tally_origin(&join->tally,
		(trail->flags & TRAIL_WEB) != 0 ? ORIGIN_SCRIPT
						: ORIGIN_LOCAL_USER,
		str_z(text), trail->uid < 0 ? -1 : trail->uid),
	    &none);
}

void
bind_settle(struct join *join, struct trail *trail)
{
	static const struct ip none;

	if (trail->origin != 0)
		return;
	if ((trail->flags & TRAIL_NEAR) != 0) {
		if (settle_by_id(join, trail))
			return;
		if (trail->caller != 0) {
			bind_stranger(
			    join, trail, handback_left(join, trail), S(""));
			return;
		}
	}
	if (trail->caller != 0) {
		bind_stranger(join, trail, S(""), S(""));
		return;
	}
	if ((trail->flags & TRAIL_PICKUP) != 0) {
		settle_pickup(join, trail);
		return;
	}
	bind_to(join, trail,
	    tally_origin(&join->tally,
		(trail->flags & TRAIL_NULL) != 0 ? ORIGIN_SYSTEM
						 : ORIGIN_UNKNOWN,
		(trail->flags & TRAIL_NULL) != 0 ? S("bounces") : S(""), -1),
	    &none);
}
