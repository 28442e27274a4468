/* SPDX-License-Identifier: ISC */
/*
 * Three ways lead to the answer, the surest first: the log has the message;
 * the hops that are believed reach a host of ours; the signals of claim.h for
 * and against it.
 */
#include "letter/inspection.h"

#include "mail/address.h"
#include "mail/date.h"
#include "mail/field.h"

const char *
inspection_verdict_name(enum inspection_verdict verdict)
{
	static const char *const names[INSPECTION_VERDICTS] = {
	    [INSPECTION_UNKNOWN] = "unknown",
	    [INSPECTION_OURS] = "ours",
	    [INSPECTION_THROUGH] = "through",
	    [INSPECTION_INBOUND] = "inbound",
	    [INSPECTION_FORGED] = "forged",
	    [INSPECTION_FOREIGN] = "foreign",
	};

	return names[verdict];
}

static void
read_fields(struct inspection *x)
{
	struct {
		struct str name;
		struct str *to;
	} kept[] = {
	    {S("From"), &x->from},
	    {S("Sender"), &x->sender},
	    {S("Return-Path"), &x->return_path},
	    {S("To"), &x->to},
	    {S("Subject"), &x->subject},
	    {S("Message-ID"), &x->message_id},
	};
	struct str header = x->exhibit.header;
	struct field f;

	x->date = WALL_NONE;
	while (field_next(&header, &f)) {
		for (size_t i = 0; i < ARRAY_LEN(kept); i++)
			if (kept[i].to->p == NULL &&
			    str_eq_fold(f.name, kept[i].name))
				*kept[i].to = f.value;
		if (x->date == WALL_NONE && str_eq_fold(f.name, S("Date")) &&
		    !date_parse(f.value, &x->date, &x->date_zone))
			x->date = WALL_NONE;
	}
	x->return_path = address_in_field(x->return_path);
	x->message_id = address_in_field(x->message_id);
}

static void
read_results(struct inspection *x)
{
	struct str header = x->exhibit.header;
	struct field f;
	size_t hops = 0;

	x->results_n = 0;
	while (field_next(&header, &f)) {
		struct inspection_result *r;
		struct str rest = f.value, server;
		bool spf = str_eq_fold(f.name, S("Received-SPF"));

		hops += str_eq_fold(f.name, S("Received"));
		if (!spf && !str_eq_fold(f.name, S("Authentication-Results")) &&
		    !str_eq_fold(f.name, S("ARC-Authentication-Results")))
			continue;
		if (x->results_n == INSPECTION_RESULTS)
			break;
		r = &x->results[x->results_n];
		if (spf) {
			*r = (struct inspection_result){
			    .result = {.method = S("spf"),
				.result = field_word(f.value),
				.about = f.value},
			    .believed = chain_believes(&x->chain, S(""), hops)};
			x->results_n += r->result.result.n > 0;
			continue;
		}
		server = auth_results_server(&rest);
		while (x->results_n < INSPECTION_RESULTS &&
		       auth_results_next(
			   &rest, &x->results[x->results_n].result)) {
			r = &x->results[x->results_n++];
			r->server = server;
			r->believed = chain_believes(&x->chain, server, hops);
		}
	}
}

/* ---- whose name it bears ---- */

static bool
is_own_address(const struct inspection *x, struct str value)
{
	return own_has_name(x->own, address_domain(address_in_field(value)));
}

/* The address of ours under which it was sent. What bounces or is complained
 * about at somebody was sent in his name. */
static struct str
own_address(const struct inspection *x)
{
	const struct str offered[] = {x->return_path, address_in_field(x->from),
	    address_in_field(x->sender)};

	for (size_t i = 0; i < ARRAY_LEN(offered); i++)
		if (is_own_address(x, offered[i]))
			return offered[i];
	if (x->exhibit.how == EXHIBIT_RETURNED)
		return x->return_path.n > 0
			   ? x->return_path
			   : claim_bounced_to(x->notice.header);
	return (struct str){NULL, 0};
}

static bool
find_names(const struct inspection *x)
{
	if (x->claim.address.n > 0 || is_own_address(x, x->message_id))
		return true;
	for (size_t i = 0; i < x->chain.n; i++) {
		const struct received_field *r = &x->chain.hops[i].received;

		if (own_has_name(x->own, r->by) ||
		    own_has_name(x->own, r->helo) ||
		    own_has_name(x->own, r->rdns) || own_has_ip(x->own, &r->ip))
			return true;
	}
	return false;
}

bool
inspection_read(struct inspection *x, struct str message, bool outer)
{
	struct str rest;
	struct field f;

	notice_read(&x->arena, NULL, message, &x->notice);
	exhibit_find(&x->arena, message, &x->notice, outer, &x->exhibit);
	read_fields(x);
	chain_read(x->exhibit.header, x->own, &x->chain);
	rest = x->exhibit.header;
	return field_next(&rest, &f);
}

/* ---- the log ---- */

static void
want_hops(const struct inspection *x, struct passage_wanted *w)
{
	for (size_t i = 0; i < x->chain.n && w->n < PASSAGE_IDS; i++) {
		const struct received_field *r = &x->chain.hops[i].received;
		struct str label = str_head(r->by, str_chr(r->by, '.'));

		if (r->id.n > 0 &&
		    (own_has_name(x->own, r->by) || own_is_name(x->own, label)))
			w->queue_ids[w->n++] = r->id;
	}
	if (x->exhibit.how == EXHIBIT_RETURNED && x->notice.queue_id.n > 0 &&
	    own_has_name(x->own, x->notice.reporter) && w->n < PASSAGE_IDS)
		w->queue_ids[w->n++] = x->notice.queue_id;
}

/* When it was sent, by whatever tells. */
static wall_us
sent_at(const struct inspection *x)
{
	const struct chain *c = &x->chain;

	if (c->n > 0 && c->hops[c->entry].received.at != WALL_NONE)
		return c->hops[c->entry].received.at;
	if (x->notice.arf.arrival != WALL_NONE &&
	    x->exhibit.how == EXHIBIT_COMPLAINT)
		return x->notice.arf.arrival;
	return x->date;
}

/* Hops whose ids are in the log are believed, whatever stands above them. */
static void
confirm_hops(struct inspection *x)
{
	if (x->passage.state != PASSAGE_FOUND)
		return;
	for (size_t i = 0; i < x->chain.n; i++) {
		const struct received_field *r = &x->chain.hops[i].received;

		if (passage_has_id(&x->passage, r->id))
			chain_confirm(&x->chain, i, x->own);
	}
}

static void
find_own_hop(struct inspection *x)
{
	x->own_hop = x->chain.n;
	for (size_t i = 0; i < x->chain.n; i++) {
		const struct hop *hop = &x->chain.hops[i];

		if (hop->confirmed ||
		    (hop->trusted && own_has_name(x->own, hop->received.by)))
			x->own_hop = i;
	}
}

/* ---- the verdict ---- */

/* By somebody who is not ours, and showed no password? */
static bool
is_from_outside(const struct inspection *x, const struct received_field *r)
{
	return !received_is_login(r) && !ip_is_none(&r->ip) &&
	       !ip_is_private(&r->ip) && !ip_is_loopback(&r->ip) &&
	       !own_has_ip(x->own, &r->ip);
}

/* Did somebody else get it behind us? */
static bool
was_sent_on(const struct inspection *x)
{
	if ((x->passage.left && x->copy == COPY_NO) ||
	    x->exhibit.how == EXHIBIT_COMPLAINT)
		return true;
	for (size_t i = 0; i < x->own_hop && i < x->chain.n; i++)
		if (!own_has_name(x->own, x->chain.hops[i].received.by))
			return true;
	return false;
}

static enum inspection_verdict
judge_log(const struct inspection *x)
{
	const struct passage *p = &x->passage;

	switch (p->origin) {
	case PASSAGE_BY_ACCOUNT:
	case PASSAGE_BY_USER:
	case PASSAGE_BY_SYSTEM:
		return INSPECTION_OURS;
	case PASSAGE_BY_CLIENT:
		if (ip_is_loopback(&p->client) || ip_is_private(&p->client) ||
		    own_has_ip(x->own, &p->client))
			return INSPECTION_OURS;
		return was_sent_on(x) ? INSPECTION_THROUGH : INSPECTION_INBOUND;
	case PASSAGE_BY_NOBODY:
		break;
	}
	return INSPECTION_OURS;
}

/* Do the believed hops lead to us? The newest line of what a stranger sends
 * back is believed only when more speaks for it. */
static bool
reaches_us(const struct inspection *x)
{
	const uint32_t good = UINT32_C(1) << SIGNAL_OWN_IP |
			      UINT32_C(1) << SIGNAL_OWN_NAME |
			      UINT32_C(1) << SIGNAL_FROM_OUTSIDE;

	if (x->own_hop == x->chain.n ||
	    (x->claim.signals & UINT32_C(1) << SIGNAL_NO_QUEUE_ID) != 0)
		return false;
	return x->exhibit.how == EXHIBIT_ITSELF ||
	       (x->claim.signals & good) != 0;
}

static enum inspection_verdict
judge_hops(const struct inspection *x)
{
	const struct received_field *r = &x->chain.hops[x->own_hop].received;

	if (!is_from_outside(x, r))
		return INSPECTION_OURS;
	return was_sent_on(x) ? INSPECTION_THROUGH : INSPECTION_INBOUND;
}

/* Below the boundary somebody took it from one of our addresses: so reads a mail
 * that its receiver sent on, and so reads a careful forgery. */
static bool
claims_us(const struct inspection *x)
{
	for (size_t i = x->chain.entry + 1; i < x->chain.n; i++)
		if (own_has_ip(x->own, &x->chain.hops[i].received.ip))
			return true;
	return false;
}

bool
inspection_needs_log(const struct inspection *x)
{
	return (x->passage.state == PASSAGE_NO_LOG ||
		   x->passage.state == PASSAGE_UNCOVERED) &&
	       claims_us(x);
}

static enum inspection_verdict
judge_signals(const struct inspection *x)
{
	bool knows_us = x->own->names_n > 0 || x->own->nets_n > 0;

	switch (claim_judge(x->claim.signals)) {
	case CLAIM_OURS:
		return INSPECTION_OURS;
	case CLAIM_FORGED:
		if (inspection_needs_log(x))
			return INSPECTION_UNKNOWN;
		return x->names_us ? INSPECTION_FORGED : INSPECTION_FOREIGN;
	case CLAIM_UNKNOWN:
	case CLAIM_STATES:
		break;
	}
	if (!x->names_us && knows_us && x->chain.n > 0 &&
	    !ip_is_none(&x->claim.entry))
		return INSPECTION_FOREIGN;
	return INSPECTION_UNKNOWN;
}

static void
add(struct claim *claim, enum signal_bit bit)
{
	claim->signals |= UINT32_C(1) << bit;
}

/* Is a hop of a host that wrote the log, by its very name? Other hosts of our
 * domain have logs of their own. */
static bool
names_log(const struct inspection *x)
{
	for (size_t i = 0; i < x->chain.n; i++) {
		struct str by = x->chain.hops[i].received.by;

		if (own_is_name(x->own, by) ||
		    own_is_name(x->own, str_head(by, str_chr(by, '.'))))
			return true;
	}
	return false;
}

static void
add_log_signals(struct inspection *x, const struct match *match)
{
	const struct passage *p = &x->passage;

	/* copied for sure: that mail passed, not this one */
	if (p->by_queue_id && x->copy != COPY_YES)
		add(&x->claim, SIGNAL_QUEUE_ID);
	if (x->copy != COPY_NO)
		add(&x->claim, SIGNAL_COPIED);
	if (p->by_message_id)
		add(&x->claim, SIGNAL_MESSAGE_ID);
	if (p->state == PASSAGE_UNCOVERED)
		add(&x->claim, SIGNAL_UNCOVERED);
	if (p->state != PASSAGE_ABSENT)
		return;
	if (x->claim.queue_id.n > 0 && names_log(x))
		add(&x->claim, SIGNAL_NO_QUEUE_ID);
	if (x->message_id.n > 0 && match->has_ids)
		add(&x->claim, SIGNAL_NO_MESSAGE_ID);
}

static void
check_seals(struct inspection *x, struct str recipient)
{
	const struct sealed sealed = {.header = x->exhibit.header,
	    .body = x->exhibit.body,
	    .whole = x->exhibit.whole,
	    .at = x->chain.n > 0 ? x->chain.hops[x->chain.entry].received.at
				 : WALL_NONE,
	    .address = x->claim.address,
	    .recipient = recipient};

	seals_read(&x->seals, x->keys, x->own, &sealed, false);
	seals_claim(&x->seals, &sealed, &x->claim);
}

static void
read_claim(struct inspection *x)
{
	struct str recipient = x->notice.recipients_n > 0
				   ? x->notice.recipients[0].address
				   : S("");

	x->claim = (struct claim){.sent = WALL_NONE};
	x->claim.address = own_address(x);
	claim_header(
	    &x->claim, x->own, &x->chain, x->exhibit.header, recipient);
	check_seals(x, recipient);
	x->names_us = find_names(x);
}

/* The client of the oldest line that is believed. */
static struct ip
entry_ip(const struct inspection *x)
{
	return x->chain.n == 0 ? (struct ip){0}
			       : x->chain.hops[x->chain.entry].received.ip;
}

/* "[192.0.2.1]", "CIP:192.0.2.1;CTRY:": the whole address stands there. */
static bool
names_address(struct str value, struct ip ip)
{
	char text[IP_TEXT];
	struct str name = str_z(ip_text(&ip, text));
	size_t at = str_find(value, name), end = at + name.n;

	if (ip_is_none(&ip) || at == value.n)
		return false;
	return (at == 0 || strchr(" :[=(", value.p[at - 1]) != NULL) &&
	       (end == value.n || strchr(" ;])", value.p[end]) != NULL);
}

/* What the log says, too, is true. */
static void
check_imprints(struct inspection *x)
{
	const struct passage *p = &x->passage;
	bool known = x->copy == COPY_NO;
	char ip[IP_TEXT];

	for (size_t i = 0; i < x->imprints.n; i++) {
		struct imprint *m = &x->imprints.items[i];
		struct str value = m->value, said = {NULL, 0};
		uint64_t uid;

		if (m->kind == IMPRINT_ACCOUNT && known)
			said = p->account;
		else if (m->kind == IMPRINT_ADDRESS && known &&
			 !ip_is_none(&p->client))
			said = str_z(ip_text(&p->client, ip));
		if (m->kind == IMPRINT_ADDRESS && m->trust < IMPRINT_SEEN &&
		    names_address(value, entry_ip(x)))
			m->trust = IMPRINT_AGREES;
		if (said.n > 0 && str_has(value, said))
			m->trust = IMPRINT_LOG;
		if (m->kind == IMPRINT_SCRIPT && known && p->uid >= 0 &&
		    str_u64(&value, 9, &uid) && str_starts(value, S(":")) &&
		    (int64_t)uid == p->uid)
			m->trust = IMPRINT_LOG;
	}
}

/* Who copies our lines cannot sign what he puts below them. */
static bool
is_content_ours(const struct inspection *x)
{
	const uint32_t pass = UINT32_C(1) << SIGNAL_AUTH_PASS;
	const uint32_t good = UINT32_C(1) << SIGNAL_DKIM_GOOD;

	return (x->claim.signals & pass) != 0 ||
	       ((x->claim.signals & good) != 0 && x->exhibit.whole);
}

static enum inspection_verdict
judge(const struct inspection *x)
{
	if (x->by_log)
		return judge_log(x);
	if (x->copy == COPY_PERHAPS)
		return INSPECTION_UNKNOWN;
	if (reaches_us(x))
		return judge_hops(x);
	return x->copy == COPY_YES ? INSPECTION_FORGED : judge_signals(x);
}

void
inspection_judge(
    struct inspection *x, struct reading *reading, const struct match *match)
{
	struct passage_wanted wanted = {
	    .message_id = x->message_id, .sent = sent_at(x)};

	/* the log's hosts are ours now */
	chain_read(x->exhibit.header, x->own, &x->chain);
	want_hops(x, &wanted);
	passage_find(reading, match, &wanted, &x->passage);
	x->copy = copy_judge(x->own, &x->chain, &x->exhibit, &x->notice,
	    &x->passage, x->message_id, &x->handed_on);
	read_claim(x);
	if (is_content_ours(x)) {
		x->copy = COPY_NO;
		x->handed_on = false;
	}
	if (x->copy == COPY_NO) {
		confirm_hops(x);
		read_claim(x);
	}
	add_log_signals(x, match);
	find_own_hop(x);
	read_results(x);
	x->by_log = x->passage.state == PASSAGE_FOUND && x->copy == COPY_NO &&
		    (x->passage.by_queue_id ||
			claim_judge(x->claim.signals) == CLAIM_OURS);
	x->verdict = judge(x);
	imprints_read(x->exhibit.header, &x->chain,
	    x->verdict == INSPECTION_OURS, &x->imprints);
	check_imprints(x);
}

void
inspection_done(struct inspection *x)
{
	passage_done(&x->passage);
	arena_done(&x->arena);
}
