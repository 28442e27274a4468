/* SPDX-License-Identifier: ISC */
/*
 * Who got a mail of ours can put all of its lines on spam of his:
 *
 *	0  from dyn7.isp (198.18.0.7)  by mx.victim   for <victim@...>  seen
 *	1  from mx1.tienda             by mx.evil     id E1             copied
 *	2  from pc                     by mx1.tienda  id 9A0B2          copied
 *
 * The log has 9A0B2, and also to whom it went: me@evil, by mx.evil. Only the
 * lines of the receiver, down to the boundary, tell against the log where the
 * message in hand came from and to whom it went. Who sends a mail on leaves his
 * own line, as line 1, and brings it himself or through a host that the log does
 * not know; a copy looks the same then.
 *
 * When mx.evil itself brings it, it may have sent the mail on, or send spam below
 * its lines. That is held against what a forger has to know or to keep: the
 * Message-ID that our log has, the queue id under which mx.evil told us that it
 * took the mail, the time. Who keeps all of that looks like who sends on; only a
 * signature proves the text then.
 */
#include "letter/copy.h"

#include "mail/address.h"
#include "mail/field.h"

#include <string.h>

const char *
copy_state_name(enum copy_state state)
{
	static const char *const names[COPY_STATES] = {
	    [COPY_NO] = "no",
	    [COPY_PERHAPS] = "perhaps",
	    [COPY_YES] = "yes",
	};

	return names[state];
}

enum {
	NAMED_MAX = 32, /* recipients that are looked up */
};

/* Who sends a mail on does it at once. Greylisting takes minutes; a receiver
 * that is down, or a moderator, longer: such a mail is not clear then. */
#define AT_ONCE (6 * US_HOUR)

/* What is held against what. */
struct hand {
	const struct own *own;
	const struct chain *chain;
	const struct passage *passage;
	size_t ours;  /* the newest hop of the log's message; n: none */
	size_t seen;  /* hops down to this one are of the receiver */
	size_t named; /* he tells to whom it went ... */
	bool agrees;  /* ... and the log tells the same */
};

/* The next delivery of the story from *i on; NULL: no more. */
static const struct event *
next_delivery(const struct passage *p, size_t *i)
{
	while (*i < p->trace.events_n) {
		const struct trace_event *e = &p->trace.events[(*i)++];

		if (p->trace.halves[e->half].story == p->story &&
		    e->event.kind == EVENT_DELIVERY && e->event.recipient.n > 0)
			return &e->event;
	}
	return NULL;
}

static bool
has_recipient(const struct passage *p, struct str address)
{
	const struct event *e;
	size_t i = 0;

	while ((e = next_delivery(p, &i)) != NULL)
		if (address_eq(e->recipient, address) ||
		    (e->orig_to.n > 0 && address_eq(e->orig_to, address)))
			return true;
	return false;
}

/* Is it a host of those to whom the log says that it went? */
static bool
is_relay(const struct passage *p, struct str name)
{
	const struct event *e;
	size_t i = 0;

	while (name.n > 0 && (e = next_delivery(p, &i)) != NULL)
		if (str_eq_fold(e->relay, name) ||
		    chain_same_owner(e->relay, name) ||
		    chain_same_owner(address_domain(e->recipient), name))
			return true;
	return false;
}

static bool
is_relay_network(const struct passage *p, const struct ip *ip)
{
	struct ip net = ip_network(ip), other;
	const struct event *e;
	size_t i = 0;

	while ((e = next_delivery(p, &i)) != NULL) {
		other = ip_network(&e->relay_ip);
		if (!ip_is_none(&e->relay_ip) && ip_eq(&other, &net))
			return true;
	}
	return false;
}

/* "250 2.0.0 Ok: queued as 4jYqNN50Ckz1": the next host's own id. */
static bool
has_reply(const struct passage *p, struct str words)
{
	const struct event *e;
	size_t i = 0;

	while (words.n > 0 && (e = next_delivery(p, &i)) != NULL)
		if (e->status == STATUS_SENT && str_has_fold(e->reply, words))
			return true;
	return false;
}

/* Did one of the receiver's hosts take it under the id that it told us? */
static bool
has_next_id(const struct hand *h)
{
	for (size_t i = 0; i < h->ours && i <= h->seen; i++) {
		struct str id = h->chain->hops[i].received.id;

		if (id.n >= 6 && has_reply(h->passage, id))
			return true;
	}
	return false;
}

static bool
knows_public(const struct own *own)
{
	for (size_t i = 0; i < own->nets_n; i++)
		if (!ip_is_private(&own->nets[i].net))
			return true;
	return false;
}

/* ---- to whom it went ---- */

static void
meet(struct hand *h, struct str address)
{
	if (address_domain(address).n == 0 || h->named == NAMED_MAX)
		return;
	h->named++;
	h->agrees |= has_recipient(h->passage, address);
}

static void
read_recipients(struct hand *h, struct str header)
{
	static const struct str names[] = {S0("X-Original-To"),
	    S0("Delivered-To"), S0("Envelope-To"), S0("X-Envelope-To")};
	struct field f;
	size_t hops = 0;

	for (size_t i = 0; i < h->ours && i <= h->seen; i++)
		meet(h, h->chain->hops[i].received.recipient);
	while (hops <= h->seen && hops < h->ours && field_next(&header, &f)) {
		hops += str_eq_fold(f.name, S("Received"));
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (str_eq_fold(f.name, names[i]))
				meet(h, str_trim(f.value));
	}
}

static void
read_notice(
    struct hand *h, const struct exhibit *exhibit, const struct notice *notice)
{
	if (exhibit->how == EXHIBIT_COMPLAINT)
		meet(h, notice->arf.recipient);
	if (exhibit->how != EXHIBIT_RETURNED)
		return;
	for (size_t i = 0; i < notice->recipients_n; i++) {
		meet(h, notice->recipients[i].address);
		meet(h, notice->recipients[i].original);
	}
}

/* ---- by whom it came ---- */

/* Was this hop's client us, or inside of the receiver's side? */
static bool
is_ours(const struct hand *h, size_t i)
{
	const struct received_field *r = &h->chain->hops[i].received;

	if (i < h->seen || ip_is_none(&r->ip) || ip_is_private(&r->ip) ||
	    ip_is_loopback(&r->ip) || own_has_ip(h->own, &r->ip) ||
	    (!r->rdns_doubtful && own_has_name(h->own, r->rdns)))
		return true;
	/* our own address may be one that nobody told */
	return i + 1 == h->ours && i > h->seen && !knows_public(h->own) &&
	       is_relay(h->passage, r->by);
}

/* One to whom the log says that it went? */
static bool
is_next(const struct hand *h, size_t i)
{
	const struct received_field *r = &h->chain->hops[i].received;

	return is_relay_network(h->passage, &r->ip) ||
	       (!r->rdns_doubtful && is_relay(h->passage, r->rdns));
}

/* Is the client that brought it, by its name in the DNS, the host that our own
 * line is of? */
static bool
is_by_name(const struct hand *h)
{
	const struct received_field *above =
	    &h->chain->hops[h->ours - 1].received;

	return above->rdns.n > 0 && !above->rdns_doubtful &&
	       str_eq_fold(above->rdns, h->chain->hops[h->ours].received.by);
}

/* A stranger brought what stands right above our own line: nobody sent it on
 * who leaves lines. */
static enum copy_state
judge_direct(const struct hand *h)
{
	struct str by = h->chain->hops[h->ours - 1].received.by;
	bool behind_nat = !knows_public(h->own) &&
			  (is_relay(h->passage, by) || is_by_name(h));

	/* a host that sends on, and leaves no line */
	if (is_next(h, h->ours - 1))
		return h->named > 0 && !h->agrees ? COPY_PERHAPS : COPY_NO;
	if (h->ours - 1 > h->seen)
		return COPY_PERHAPS;
	if (h->agrees)
		return has_reply(h->passage, S("queued as ")) ? COPY_PERHAPS
							      : COPY_NO;
	if (h->named > 0)
		return behind_nat ? COPY_PERHAPS : COPY_YES;
	return behind_nat ? COPY_NO : COPY_PERHAPS;
}

/* ---- by a host that got it ---- */

/* Has the log another Message-ID for it? */
static bool
is_other_message(const struct passage *p, struct str message_id)
{
	bool told = false;

	for (size_t i = 0; i < p->trace.events_n; i++) {
		const struct trace_event *e = &p->trace.events[i];

		if (p->trace.halves[e->half].story != p->story ||
		    e->event.message_id.n == 0)
			continue;
		told = true;
		if (str_eq(e->event.message_id, message_id))
			return false;
	}
	return told;
}

/* Did the host whose line stands above ours tell us another id? */
static bool
is_other_id(const struct hand *h)
{
	const struct received_field *r = &h->chain->hops[h->ours - 1].received;
	const struct event *e;
	bool told = false;
	size_t i = 0;

	if (r->id.n < 6 || r->by.n == 0)
		return false;
	while ((e = next_delivery(h->passage, &i)) != NULL)
		told |= e->status == STATUS_SENT &&
			str_has_fold(e->reply, S("queued as ")) &&
			chain_same_owner(e->relay, r->by);
	return told && !has_reply(h->passage, r->id);
}

/* Did the receiver get it long after all had it to whom it went? */
static bool
is_late(const struct hand *h)
{
	wall_us seen = h->chain->hops[h->seen].received.at, last = WALL_NONE;
	const struct event *e;
	size_t i = 0;

	while ((e = next_delivery(h->passage, &i)) != NULL)
		if (e->status == STATUS_SENT && e->at > last)
			last = e->at;
	return seen != WALL_NONE && last != WALL_NONE && seen - last > AT_ONCE;
}

static size_t
newest_of_log(const struct chain *chain, const struct passage *passage)
{
	for (size_t i = 0; i < chain->n; i++)
		if (passage_has_id(passage, chain->hops[i].received.id))
			return i;
	return chain->n;
}

enum copy_state
copy_judge(const struct own *own, const struct chain *chain,
    const struct exhibit *exhibit, const struct notice *notice,
    const struct passage *passage, struct str message_id, bool *ret_handed_on)
{
	struct hand h = {.own = own,
	    .chain = chain,
	    .passage = passage,
	    .seen = chain->entry};
	bool handed_on = false;
	size_t i = 0;

	*ret_handed_on = false;
	if (passage->state != PASSAGE_FOUND || !passage->by_queue_id ||
	    passage->trace.too_many || next_delivery(passage, &i) == NULL)
		return COPY_NO;
	h.ours = newest_of_log(chain, passage);
	if (h.ours == chain->n)
		return COPY_NO;
	read_recipients(&h, exhibit->header);
	read_notice(&h, exhibit, notice);
	if (has_next_id(&h))
		return COPY_NO;
	for (i = h.ours; i-- > 0;) {
		if (is_ours(&h, i))
			continue;
		if (i + 1 == h.ours) {
			enum copy_state state = judge_direct(&h);

			if (state != COPY_NO)
				return state;
			handed_on |= is_next(&h, i);
			continue;
		}
		if (!is_next(&h, i))
			return h.agrees ? COPY_NO : COPY_PERHAPS;
		handed_on = true;
	}
	/* the log says that it went to the receiver: it need not be a third */
	handed_on &= !is_relay(passage, chain->hops[h.seen].received.by);
	if (handed_on && (is_other_message(passage, message_id) ||
			     is_other_id(&h) || is_late(&h)))
		return COPY_PERHAPS;
	*ret_handed_on = handed_on;
	return COPY_NO;
}
