/* SPDX-License-Identifier: ISC */
/* How a message comes in: from whom, by which way, under which names. */
#include "mail/address.h"
#include "trail/bind.h"
#include "trail/step.h"

/* A name that list software and sign-up forms write under. */
static bool
asks_confirmation(struct str sender)
{
	static const struct str words[] = {S0("confirm"), S0("subscribe@"),
	    S0("-request@"), S0("optin"), S0("opt-in"), S0("verify"),
	    S0("verification"), S0("activation")};
	/* Their first and their second letters, by the lower five bits. */
	const uint32_t seconds = 1u << ('o' & 31) | 1u << ('u' & 31) |
				 1u << ('r' & 31) | 1u << ('p' & 31) |
				 1u << ('e' & 31) | 1u << ('c' & 31);
	const uint32_t firsts = 1u << ('c' & 31) | 1u << ('s' & 31) |
				1u << ('-' & 31) | 1u << ('o' & 31) |
				1u << ('v' & 31) | 1u << ('a' & 31);

	for (size_t at = 0; at + 1 < sender.n && sender.p[at] != '@'; at++) {
		struct str rest = {sender.p + at, sender.n - at};

		if ((firsts >> (rest.p[0] & 31) & 1) == 0 ||
		    (seconds >> (rest.p[1] & 31) & 1) == 0)
			continue;
		for (size_t i = 0; i < ARRAY_LEN(words); i++)
			if (rest.p[0] == words[i].p[0] &&
			    str_starts(rest, words[i]))
				return true;
	}
	return false;
}

static void
remember_id(struct join *join, const struct trail *trail, uint32_t at)
{
	if (trail->origin == 0 || trail->message_id == 0 ||
	    (trail->flags & TRAIL_CHILD) != 0)
		return;
	*step_id_slot(join, trail->message_id) =
	    (struct join_id){trail->message_id, trail->origin, trail->ip, at};
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
		origin = tally_account(&join->tally, event->keys.account,
		    str_head(event->account, TALLY_NAME));
	trail->origin = origin->number + 1;
	step_use_ip(
	    origin, &event->client, step_second(event), ref, &trail->ip);
}

void
enter_accept(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = step_start(join, event);
	struct caller *caller;

	if (event->account.n > 0) {
		accept_account(join, trail, event, ref);
		return;
	}
	trail->caller = pool_take_as_it_is(&join->callers);
	caller = pool_at(&join->callers, trail->caller);
	*caller = (struct caller){.client = event->client};
	if (step_is_near(&event->client))
		trail->flags |= TRAIL_NEAR;
	/* A proxy in front told who the client was (XFORWARD). */
	if (!ip_is_none(&event->origin_client) &&
	    !ip_is_loopback(&event->origin_client)) {
		caller->client = event->origin_client;
		caller->is_told = true;
	}
	if (event->origin_id.n > 0)
		bind_emit(join, trail,
		    &(struct record){.kind = RECORD_PARENT,
			.at = trail->from,
			.hash =
			    step_key_here(join, event->host, event->origin_id),
			.ref = ref});
}

/* The log told more than a uid: a name, or what was called. */
static void
bind_named(struct join *join, struct trail *trail, const struct event *event,
    struct str script)
{
	static const struct ip none;
	bool is_script = script.n > 0;
	struct origin *origin = tally_origin(&join->tally,
	    is_script ? ORIGIN_SCRIPT : ORIGIN_LOCAL_USER,
	    str_head(is_script ? script : event->user, 255), event->uid);

	if (is_script && event->user.n > 0)
		origin_see(origin, TOP_USER, event->user);
	bind_to(join, trail, origin, &none);
}

/* script: that of the event, or what else tells of it; web: bind_web_user. */
static void
enter_local(struct join *join, const struct event *event, struct str script,
    int32_t web)
{
	struct trail *trail = step_start(join, event);

	trail->flags |= TRAIL_PICKUP;
	trail->uid = web != 0 ? web : (int32_t)event->uid;
	trail->is_resent = script.n == 0 && handback_may_be(join, event);
	if (trail->is_resent && event->user.n > 0)
		trail->user = bind_alias(join, str_head(event->user, 255));
	if (trail->user == 0 &&
	    (script.n > 0 || (event->user.n > 0 && web == 0))) {
		bind_named(join, trail, event, script);
		return;
	}
	if (web != 0 || origin_is_web_uid(event->uid)) {
		trail->flags |= TRAIL_WEB;
		join->tally.web_submissions++;
		if (join->scripts != NULL)
			scripts_count_posts(
			    join->scripts, &join->tally, trail->from);
	}
	if (event->kind == EVENT_PICKUP && event->has_sender)
		reinject_pickup(join, event, trail->key);
	if (join->scripts == NULL && !trail->is_resent &&
	    !reinject_may_be(join, event))
		bind_settle(join, trail);
}

void
enter_pickup(struct join *join, const struct event *event)
{
	enter_local(join, event, event->script, bind_web_user(event->user));
}

void
enter_message_id(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = step_trail(join, event);
	struct str local, host;

	if ((trail->flags & TRAIL_STARTED) == 0)
		trail->flags |= TRAIL_BORN;
	trail->message_id =
	    event->message_id.n == 0 ? 0 : (uint32_t)event->keys.message_id;
	if (event->message_id.n == 0 || (trail->flags & TRAIL_CHILD) != 0)
		return;
	if ((trail->flags & TRAIL_PICKUP) != 0)
		reinject_message_id(join, trail, step_second(event));
	handback_message_id(join, trail);
	remember_id(join, trail, step_second(event));
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

/* Is it a list's bounce address, does it ask for a confirmation? Asked for
 * each message; the same few senders write most of them. */
static struct join_sender *
sender_known(struct join *join, uint64_t hash, struct str sender)
{
	struct join_sender *s = step_sender_slot(join, hash);

	if (s->hash == hash)
		return s;
	*s = (struct join_sender){.hash = hash};
	s->flags =
	    (uint8_t)((address_is_list_sender(sender) ? RECORD_LIST : 0) |
		      (asks_confirmation(sender) ? RECORD_CONFIRM : 0));
	return s;
}

/* Each account has one or two senders: what was found out about them is kept.
 * One that comes again is among the origin's senders already. */
static void
compare_sender(struct join_sender *s, const struct origin *origin,
    struct str sender, struct record *r)
{
	if (s->origin == origin->number + 1) {
		r->hash = 0;
	} else {
		s->origin = origin->number + 1;
		s->flags &= (uint8_t)~RECORD_STRANGE;
		if (origin->kind == ORIGIN_ACCOUNT &&
		    address_is_strange(origin->name, sender))
			s->flags |= RECORD_STRANGE;
	}
	r->flags |= s->flags & RECORD_STRANGE;
}

/* A stranger's mail: kept until it is known whether it leaves. */
static void
keep_sender(struct join *join, struct trail *trail, const struct event *event,
    const struct record *r)
{
	struct caller *caller = pool_at(&join->callers, trail->caller);
	struct str s = str_head(event->sender, sizeof(caller->sender));

	caller->sender_n = (uint8_t)s.n;
	if (s.n > 0)
		memcpy(caller->sender, s.p, s.n);
	if ((trail->flags & TRAIL_NEAR) == 0)
		*step_writer_slot(join, r->hash) = (struct join_writer){
		    .hash = (uint32_t)(r->hash >> 32), .at = r->at};
}

/* origins --by: the sender is known only now. */
static void
rename_origin(struct join *join, struct trail *trail, struct str sender)
{
	struct str name =
	    join->by == BY_SENDER ? sender : address_domain(sender);

	trail->origin = tally_origin(&join->tally, ORIGIN_ACCOUNT,
			    name.n == 0 ? S("<>") : str_head(name, 255), -1)
			    ->number +
			1;
	trail->ip = 0;
}

static void
note_sender(struct join *join, struct trail *trail, const struct event *event,
    struct record *r)
{
	struct join_sender *known;
	struct origin *origin;

	if (address_is_null(event->sender)) {
		r->flags |= RECORD_NULL;
		trail->flags |= TRAIL_NULL;
	}
	if (trail->caller != 0 && trail->origin == 0)
		keep_sender(join, trail, event, r);
	if (trail->caller != 0 && trail->origin == 0 &&
	    (trail->flags & TRAIL_NEAR) == 0)
		return; /* a stranger: what he calls himself says nothing */
	known = sender_known(join, r->hash, event->sender);
	r->flags |= known->flags & (RECORD_LIST | RECORD_CONFIRM);
	if ((r->flags & RECORD_LIST) != 0)
		trail->flags |= TRAIL_LIST;
	if (trail->origin == 0)
		return;
	if (join->by == BY_SENDER || join->by == BY_DOMAIN)
		rename_origin(join, trail, event->sender);
	if ((trail->flags & TRAIL_CHILD) != 0)
		return;
	origin = join->tally.origins[trail->origin - 1];
	origin_see(origin, TOP_SENDER, event->sender);
	compare_sender(known, origin, event->sender, r);
}

void
enter_queued(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = step_trail(join, event);
	struct record r = {.kind = RECORD_QUEUED,
	    .at = step_second(event),
	    .value = (uint32_t)event->nrcpt,
	    .size = event->size,
	    .ref = ref};

	/* qmgr says it again each time it looks at a deferred message. */
	if ((trail->flags & TRAIL_QUEUED) != 0)
		return;
	trail->flags |= TRAIL_QUEUED;
	if (event->has_sender || event->kind == EVENT_QUEUED) {
		r.hash = event->keys.address;
		note_sender(join, trail, event, &r);
	}
	if (join->is_first &&
	    (trail->flags & (TRAIL_STARTED | TRAIL_BORN)) == 0)
		bind_settle(join, trail);
	bind_emit(join, trail, &r);
}

/* A local user is known by his sender only; one of this host has his name. */
static struct str
local_name(const struct event *event)
{
	struct str local, domain;

	if (!address_split(event->sender, &local, &domain) ||
	    (str_starts(domain, event->host) &&
		(domain.n == event->host.n || domain.p[event->host.n] == '.')))
		return local;
	return event->sender;
}

/* A notice says that mail failed, and the log says so before. Of mail that did
 * not, it is a vacation or the like that answers, mostly while its mailbox's
 * program still runs: whose it is is said when that ends (deliver.c). */
static void
note_reply(struct join *join, struct join_writer *w, struct record *r)
{
	struct backscatter *b = &join->tally.backscatter;

	r->flags |= RECORD_REPLY;
	if (b->reply_ref.segment == 0)
		b->reply_ref = r->ref;
	if (w->box == 0)
		w->replied = true;
	else
		origin_top_add(&b->replies, join->aliases[w->box - 1], 1);
}

void
enter_sender(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = step_trail(join, event);
	struct record r = {.kind = RECORD_SENDER,
	    .at = step_second(event),
	    .hash = event->keys.address,
	    .ref = ref};
	uint64_t to = address_hash(event->recipient);
	struct join_writer *w = step_writer_slot(join, to);

	if (trail->sender != 0)
		return;
	trail->sender = step_sender(r.hash);
	if (w->hash == (uint32_t)(to >> 32) && r.at - w->at < 3600)
		r.flags |= RECORD_ANSWER;
	if (address_is_null(event->sender))
		r.flags |= RECORD_NULL;
	if (r.flags == (RECORD_ANSWER | RECORD_NULL) && !w->failed)
		note_reply(join, w, &r);
	else if ((trail->flags & (TRAIL_PICKUP | TRAIL_PARENT)) != 0 ||
		 (trail->flags & TRAIL_STARTED) == 0)
		r.value = bind_alias(join, local_name(event));
	note_sender(join, trail, event, &r);
	bind_emit(join, trail, &r);
}

/* How many recipients it has, or that this is not said; how it will end. */
static void
note_count(struct trail *trail, const struct event *event)
{
	if (event->no_end) {
		trail->ends = END_COUNTED;
		trail->left = event->nrcpt > UINT16_MAX
				  ? UINT16_MAX
				  : (uint16_t)event->nrcpt;
	}
	if (event->nrcpt == 0)
		trail->flags |= TRAIL_UNCOUNTED;
	if (event->endless)
		trail->ends = END_UNTOLD;
	if ((event->no_end || event->endless) && event->has_sender)
		trail->sender = step_sender(event->keys.address);
}

static bool
is_open(const struct join *join, const struct event *event)
{
	const struct trail *trail =
	    trails_find(&join->trails, event->keys.trail);

	return trail != NULL && (trail->flags & TRAIL_STARTED) != 0;
}

/* It has begun, and is not in the queue yet. */
static bool
is_begun(const struct join *join, const struct event *event)
{
	const struct trail *trail =
	    trails_find(&join->trails, event->keys.trail);

	return trail != NULL && (trail->flags & TRAIL_STARTED) != 0 &&
	       (trail->flags & (TRAIL_QUEUED | TRAIL_CLOSED)) == 0;
}

/* Handed in here: by which script, if the log tells that or the folder it was
 * called in. */
static void
enter_called(struct join *join, const struct event *event)
{
	const struct call *call = calls_take(&join->calls, event);
	struct str script = event->script, path = {NULL, 0};
	int32_t web = bind_web_user(event->user);
	bool is_web = web != 0 || origin_is_web_uid(event->uid);

	if (script.n == 0 && call != NULL && call->folder_n > 1 &&
	    (is_web || call->is_web))
		script = calls_folder(call);
	if (join->scripts != NULL && event->recipient.n > 0 &&
	    (is_web || script.n > 0))
		path = scripts_of(join->scripts, address_hash(event->recipient),
		    step_second(event));
	if (path.n > 0 && str_starts(path, script))
		script = path;
	enter_local(join, event, script, web);
}

/* By which name the client of a login called itself. */
static void
note_helo(struct join *join, const struct event *event)
{
	const struct trail *trail;
	struct origin *origin;

	if (event->helo.n == 0 || event->account.n == 0)
		return;
	trail = step_trail(join, event);
	if (trail->origin == 0 || trail->ip == 0)
		return;
	origin = join->tally.origins[trail->origin - 1];
	if (origin->ips[trail->ip - 1].helo == 0)
		origin->ips[trail->ip - 1].helo = origin_helo(event->helo);
}

void
enter_received(struct join *join, const struct event *event, struct ref ref)
{
	bool is_notice = event->parent_id.n > 0;
	bool is_started = is_notice && is_begun(join, event);

	if (event->again && is_open(join, event))
		return;
	/* A notice has its message's story behind it, not a sender's. */
	if (is_notice && !is_started)
		(void)step_start(join, event);
	else if (is_notice)
		; /* begun when it was made (join.c) */
	else if (event->orig_to.n > 0)
		bind_to(join, step_start(join, event),
		    tally_origin(&join->tally, ORIGIN_FORWARD,
			str_head(event->orig_to, 255), -1),
		    &(struct ip){0});
	else if (step_is_local(event))
		enter_called(join, event);
	else if (event->session != 0 && event->account.n == 0)
		session_enter(join, event, ref);
	else
		enter_accept(join, event, ref);
	note_helo(join, event);
	/* Nobody said who it was; it is not what a filter handed back. */
	if (ip_is_none(&event->client) && event->session == 0)
		step_trail(join, event)->flags &= (uint16_t)~TRAIL_NEAR;
	note_count(step_trail(join, event), event);
	if (event->message_id.n > 0)
		enter_message_id(join, event, ref);
	enter_queued(join, event, ref);
	if (is_notice && !is_started)
		step_link_notice(
		    join, event, event->parent_id, event->queue_id, ref);
}
