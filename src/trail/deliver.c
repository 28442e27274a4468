/* SPDX-License-Identifier: ISC */
/* What becomes of a recipient: one line of a delivery agent. */
#include "mail/address.h"
#include "mail/free_mail.h"
#include "trail/bind.h"
#include "trail/step.h"

/* LMTP leads to the mailboxes of this server, wherever they are: RFC 2033
 * forbids it on the way to others. A filter takes it, too; that one names the
 * message anew. */
static bool
is_for_mailbox(const struct event *event)
{
	return event->agent == AGENT_LMTP && event->child_id.n == 0;
}

enum {
	DOMAIN_BYTES = 255 /* RFC 1035 2.3.4 */
};

/* Does the configuration take mail for it? */
static bool
is_configured(const struct map *ours, struct str address)
{
	struct str domain = address_domain(address);
	uint32_t wanted = OURS_ITSELF;

	if (str_ends(domain, S("."))) /* of the root, RFC 1034 3.1 */
		domain.n--;
	if (domain.n > DOMAIN_BYTES)
		return false;
	while (domain.n > 0) {
		const uint32_t *how = map_get(ours, str_hash_fold(domain));

		if (how != NULL && (*how & wanted) != 0)
			return true;
		wanted = OURS_BELOW;
		domain = str_skip(domain, str_chr(domain, '.') + 1);
	}
	return false;
}

/* Postfix sends mail for domains it relays for by a transport of that name
 * (transport(5), relay_domains), or by smtp where the table says so: it goes on
 * to where it belongs, as everything does that comes to a gateway. */
static bool
is_passed_to_its_own(const struct join *join, const struct event *event)
{
	return event->agent == AGENT_SMTP &&
	       (str_starts(event->service, S("relay/")) ||
		   (join->ours != NULL &&
		       is_configured(join->ours, event->recipient)));
}

static bool
goes_far(const struct event *event, bool is_own)
{
	if (event->agent == AGENT_LMTP)
		return !is_own && !step_is_near(&event->relay_ip);
	if (event->agent != AGENT_SMTP || is_own)
		return false;
	return ip_is_none(&event->relay_ip) || !step_is_near(&event->relay_ip);
}

/* The same message for the same recipient under many queue ids. */
static void
watch_circle(struct join *join, const struct trail *trail,
    const struct event *event, const struct record *r)
{
	uint64_t key = step_circle_key(r->hash, trail->message_id);
	struct join_circle *c = step_circle_slot(join, key);
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

/* hash: of the recipient. The same ones come again and again. */
static void
note_local(struct join *join, const struct event *event, uint64_t hash)
{
	uint64_t *known = &join->locals[(hash >> 20) % JOIN_LOCALS];

	if (event->status != STATUS_SENT ||
	    join->tally.our_domains.n >= TALLY_DOMAINS)
		return;
	if (*known != hash) {
		struct str domain = address_domain(event->recipient);
		bool is_new;

		if (domain.n == 0)
			return;
		++*map_put(
		    &join->tally.our_domains, str_hash_fold(domain), &is_new);
		*known = hash;
	}
	if (event->agent != AGENT_LOCAL && !step_is_near(&event->relay_ip))
		tally_mailbox(&join->tally, &event->relay_ip);
}

/* Does it end with the people of this server? */
static bool
is_for_its_own(const struct join *join, const struct event *event)
{
	return event->agent == AGENT_LOCAL || is_for_mailbox(event) ||
	       is_passed_to_its_own(join, event);
}

/* What is said of one that was not delivered. */
static void
read_reply(struct join *join, const struct event *event, struct record *r)
{
	struct reply_reading reading = reply_read(
	    join->replies, event->code, event->dsn, event->relay, event->reply);

	r->class = (uint8_t)reading.class;
	r->rule = reading.rule;
	if (reading.class == REPLY_LOOP) {
		join->tally.loops_said++;
		if (join->tally.loop_ref.segment == 0)
			join->tally.loop_ref = r->ref;
		if ((r->flags & RECORD_FAR) == 0)
			step_loop_here(join, r->ref);
	}
	if (reading.rule != NULL && (r->flags & RECORD_FAR) != 0)
		tally_block(
		    &join->tally, reading.rule, r->at, r->ref, event->relay);
}

/* Sendmail logs the address that was written to, and not where its
 * virtusertable sends it. */
static bool
is_forwarded(const struct join *join, struct str address)
{
	size_t at;

	if (join->forwards == NULL || join->forwards->n == 0)
		return false;
	at = str_rchr(address, '@');
	if (at == address.n)
		return false;
	return map_get(join->forwards, str_hash_fold(address)) != NULL ||
	       map_get(join->forwards, str_hash_fold(str_skip(address, at))) !=
		   NULL;
}

/* So far. A stranger's mail may wait long for a mailbox here. */
static bool
stays_here(
    const struct join *join, const struct trail *trail, const struct record *r)
{
	return trail->caller != 0 && (r->flags & RECORD_FAR) == 0 &&
	       !bind_went_far(join, trail);
}

/* An unbound trail is about to leave: now it matters who it is from. */
static void
bind_before(struct join *join, struct trail *trail, const struct event *event,
    struct record *r)
{
	struct str alias = event->orig_to, to = event->recipient;
	bool is_alias;

	if (alias.n == 0 && (event->is_alias || is_forwarded(join, to))) {
		alias = to; /* whose it is was not told: known by its target */
		to = S("");
	}
	is_alias = alias.n > 0 && !address_eq(alias, to);
	bind_leaving(join, trail, r, alias, to);
	if (trail->origin != 0)
		return;
	/* A later part cannot know what the one before it has to say. */
	if (join->is_first && r->at - trail->from > BIND_PATIENCE &&
	    !stays_here(join, trail, r))
		bind_settle(join, trail);
	else if (is_alias && ((trail->flags & TRAIL_NEAR) != 0 ||
				 (!join->is_first &&
				     (trail->caller == 0 ||
					 (trail->flags & TRAIL_PARENT) != 0))))
		r->value = bind_alias(join, alias);
}

static void
link_child(struct join *join, struct trail *trail, const struct event *event,
    const struct record *r, uint64_t key)
{
	struct record link = *r;

	link.hash = key;
	link.size = r->hash;
	link.kind = RECORD_CHILD;
	if (event->local == LOCAL_FORWARDED) {
		struct trail *child = trails_find(&join->trails, key);
		struct str name =
		    event->orig_to.n > 0 ? event->orig_to : event->recipient;
		static const struct ip none;

		if (child == trail || (child == NULL && join->is_first))
			return;
		if (child == NULL) { /* begun in the part before */
			child = trails_add(&join->trails, key);
			child->from = r->at;
		}
		bind_to(join, child,
		    tally_origin(
			&join->tally, ORIGIN_FORWARD, str_head(name, 255), -1),
		    &none);
		return;
	}
	handback_alias(join, trail, event);
	bind_emit(join, trail, &link);
}

/* Under which key does the message go on here? 0: it does not. Another host's
 * queue id is none of ours. */
static uint64_t
next_half(struct join *join, const struct trail *trail,
    const struct event *event, const struct record *r)
{
	if (event->status != STATUS_SENT || (r->flags & RECORD_FAR) != 0 ||
	    !step_is_near(&event->relay_ip))
		return 0;
	if (event->child_id.n > 0)
		return step_key_here(join, event->host, event->child_id);
	return handback_of(join, trail, event);
}

/* Where no line says which message a notice is about: did mail of its receiver
 * fail, and if not, whose mailbox answers by itself? */
static void
note_writer(struct join *join, const struct trail *trail,
    const struct event *event, const struct record *r)
{
	const struct caller *caller = pool_at(&join->callers, trail->caller);
	uint64_t hash =
	    address_hash((struct str){caller->sender, caller->sender_n});
	struct join_writer *w = step_writer_slot(join, hash);

	if (w->hash != (uint32_t)(hash >> 32))
		return;
	if (r->status != STATUS_SENT) {
		w->failed = true;
		return;
	}
	if (event->agent != AGENT_LOCAL)
		return;
	w->box = bind_alias(join, event->recipient);
	if (w->replied)
		origin_top_add(&join->tally.backscatter.replies,
		    join->aliases[w->box - 1], 1);
	w->replied = false;
}

/* Why a notice goes, or will go, to the stranger who handed the mail in. */
static void
note_cause(struct join *join, const struct trail *trail,
    const struct event *event, const struct record *r)
{
	struct backscatter *b = &join->tally.backscatter;

	if (trail->caller == 0 || (trail->flags & TRAIL_NEAR) != 0)
		return;
	if (trail->ends == END_COUNTED)
		note_writer(join, trail, event, r);
	if (event->local == LOCAL_REPLY && r->status == STATUS_SENT) {
		origin_top_add(&b->replies, event->recipient, 1);
		if (b->reply_ref.segment == 0)
			b->reply_ref = r->ref;
	}
	if (r->status != STATUS_BOUNCED)
		return;
	origin_top_add(&b->causes, event->recipient, 1);
	if (b->cause_ref.segment == 0)
		b->cause_ref = r->ref;
}

/* Sendmail says so of a notice that it wanted to send to a sender here who
 * does not exist: that is no recipient of the message. */
bool
step_is_failed_notice(const struct trail *trail, const struct record *r)
{
	return trail->ends != END_SAID && trail->ends != END_UNTOLD &&
	       (r->flags & RECORD_OWN) != 0 &&
	       trail->sender == step_sender(r->hash);
}

/* To whom do strangers write through us? */
static void
note_passed_on(
    struct join *join, const struct trail *trail, const struct event *event)
{
	struct passed_on *p = &join->tally.passed_on;
	struct origin *origin;
	struct str domain;
	bool is_free;

	if (trail->origin == 0 || event->status == STATUS_DEFERRED)
		return;
	origin = join->tally.origins[trail->origin - 1];
	if (origin->kind != ORIGIN_CLIENT)
		return;
	domain = address_domain(event->recipient);
	is_free = free_mail_has(domain);
	p->recipients++;
	p->free_mail += is_free;
	origin->passed++;
	origin->passed_free += is_free;
	origin_top_add(&p->domains, domain, 1);
	if (!ip_is_none(&event->relay_ip))
		tally_passed_to(&join->tally, domain, &event->relay_ip);
}

/* A stranger's mail that goes to a server inside is for its people; one that
 * goes on here is not there yet. */
static bool
goes_inside(const struct join *join, const struct trail *trail,
    const struct event *event, uint64_t next)
{
	const struct caller *caller;

	if (event->agent != AGENT_SMTP || trail->caller == 0 ||
	    event->orig_to.n > 0 || (trail->flags & TRAIL_HANDED_ON) != 0 ||
	    (next != 0 && trails_find(&join->trails, next) != NULL))
		return false;
	caller = pool_at(&join->callers, trail->caller);
	return !step_is_near(&caller->client);
}

/* Is it to be looked whether this was the end of the message? */
static bool
deliver_one(struct join *join, const struct event *event, struct ref ref)
{
	struct trail *trail = step_trail(join, event);
	bool is_own = is_for_its_own(join, event);
	struct record r = {.kind = RECORD_DELIVERY,
	    .status = (uint8_t)event->status,
	    .class = REPLY_ACCEPTED,
	    .at = step_second(event),
	    .ref = ref,
	    .hash = event->keys.address};
	bool may_end =
	    trail->ends == END_COUNTED && event->status != STATUS_DEFERRED;
	uint64_t next;

	if (event->status == STATUS_EXPIRED)
		r.status = STATUS_BOUNCED;
	if (event->agent == AGENT_ERROR)
		r.flags |= RECORD_OWN;
	if (goes_far(event, is_own))
		r.flags |= RECORD_FAR;
	if (event->status != STATUS_SENT)
		read_reply(join, event, &r);
	if (step_is_failed_notice(trail, &r))
		return may_end;
	ending_settle(trail, (enum event_status)r.status);
	next = next_half(join, trail, event, &r);
	if (next == 0 || event->child_id.n == 0)
		watch_circle(join, trail, event, &r);
	if ((r.flags & RECORD_FAR) == 0 &&
	    ((is_own && next == 0) || goes_inside(join, trail, event, next)))
		note_local(join, event, r.hash);
	if (next != 0) {
		link_child(join, trail, event, &r, next);
		return may_end;
	}
	if (event->agent == AGENT_PIPE && event->status == STATUS_SENT &&
	    reinject_piped(join, trail, event))
		return may_end;
	if ((r.flags & RECORD_FAR) == 0)
		handback_taken(join, trail, event);
	note_cause(join, trail, event, &r);
	if ((r.flags & RECORD_FAR) != 0 &&
	    (trail->flags & (TRAIL_NULL | TRAIL_PICKUP)) != 0) {
		const struct join_writer *w = step_writer_slot(join, r.hash);

		if (w->hash == (uint32_t)(r.hash >> 32) &&
		    r.at - w->at < 3600 && r.status != STATUS_DEFERRED)
			r.flags |= RECORD_ANSWER;
	}
	if (trail->origin == 0)
		bind_before(join, trail, event, &r);
	if ((r.flags & RECORD_FAR) != 0)
		note_passed_on(join, trail, event);
	bind_emit(join, trail, &r);
	return may_end;
}

void
deliver_event(struct join *join, const struct event *event, struct ref ref)
{
	if (event->status == STATUS_UNDELIVERABLE ||
	    event->status == STATUS_DELIVERABLE)
		return; /* address probes are no mail */
	if (deliver_one(join, event, ref))
		ending_look(join, event->keys.trail, step_second(event));
}
