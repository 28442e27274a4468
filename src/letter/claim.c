/* SPDX-License-Identifier: ISC */
/*
 * The header that came back, from the top:
 *
 *	Authentication-Results: mx.other.example; spf=fail       the receiver's
 *	Received: from spammer (x [198.51.100.9]) by mx.other.example
 *	----------------------------------------- what follows, he was told
 *	Received: from pc by mx1.tienda.example (Postfix) id 9A0B2
 *	Message-ID: <1@tienda.example>
 *
 * Only what the bouncing side wrote counts as seen; the rest is a claim, which
 * the log can confirm: a queue id in it is proof, a Message-ID could be copied
 * from a mail of ours.
 */
#include "letter/claim.h"

#include "base/lang.h"
#include "mail/address.h"
#include "mail/field.h"

/* Beyond this sum of weights (92 %) we say whose it is. */
#define CLAIM_SURE 2.5

const struct signal claim_signals[SIGNALS_N] = {
#define SIGNAL(name, code, weight, proof, sentence)                            \
	{code, weight, proof, sentence},
#include "letter/signal_list.h"
#undef SIGNAL
};

static void
add(struct claim *claim, enum signal_bit bit)
{
	claim->signals |= UINT32_C(1) << bit;
}

double
claim_weight(uint32_t signals)
{
	double sum = 0;

	for (unsigned i = 0; i < SIGNALS_N; i++)
		if (signals & UINT32_C(1) << i)
			sum += claim_signals[i].weight;
	return sum;
}

enum claim_state
claim_judge(uint32_t signals)
{
	double sum = claim_weight(signals);

	if (sum >= CLAIM_SURE)
		return CLAIM_OURS;
	return sum <= -CLAIM_SURE ? CLAIM_FORGED : CLAIM_UNKNOWN;
}

const char *
claim_state_name(enum claim_state state)
{
	static const char *const names[CLAIM_STATES] = {
	    [CLAIM_UNKNOWN] = "unknown",
	    [CLAIM_OURS] = "ours",
	    [CLAIM_FORGED] = "forged",
	};

	return names[state];
}

static struct str
bare(struct str value)
{
	size_t open = str_chr(value, '<');

	if (open < value.n) {
		value = str_skip(value, open + 1);
		value = str_head(value, str_chr(value, '>'));
	}
	return str_trim(str_head(value, str_chr(value, ',')));
}

struct str
claim_bounced_to(struct str header)
{
	static const struct str names[] = {S0("X-Original-To"),
	    S0("Delivered-To"), S0("Envelope-To"), S0("X-Envelope-To"),
	    S0("To")};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str value = bare(field_find(header, names[i]));

		if (value.n > 0 && str_chr(value, '@') < value.n)
			return value;
	}
	return (struct str){NULL, 0};
}

static bool
is_ours(const struct claim *claim, const struct own *own, struct str text)
{
	struct str domain = address_domain(claim->address);

	if (domain.n > 0 && str_has_fold(text, domain))
		return true;
	for (size_t i = 0; i < own->names_n; i++)
		if (str_has_fold(text, own->names[i]))
			return true;
	return false;
}

/* One field of the bouncing side: RFC 8601, RFC 7208 9.1. */
static void
read_results(struct claim *claim, const struct own *own, const struct field *f)
{
	struct str value = str_head(f->value, 2000);

	if (str_eq_fold(f->name, S("Received-SPF"))) {
		struct str word = field_word(value);

		if (str_eq_fold(word, S("fail")))
			add(claim, SIGNAL_SPF_FAIL);
		else if (str_eq_fold(word, S("softfail")))
			add(claim, SIGNAL_SPF_SOFT);
		else if (str_eq_fold(word, S("pass")) &&
			 is_ours(claim, own, value))
			add(claim, SIGNAL_AUTH_PASS);
	}
	if (!str_eq_fold(f->name, S("Authentication-Results")))
		return;
	if (str_has_fold(value, S("spf=fail")))
		add(claim, SIGNAL_SPF_FAIL);
	if (str_has_fold(value, S("spf=softfail")))
		add(claim, SIGNAL_SPF_SOFT);
	if (str_has_fold(value, S("dmarc=fail")))
		add(claim, SIGNAL_DMARC_FAIL);
	else if (str_has_fold(value, S("dmarc=pass")) &&
		 is_ours(claim, own, value))
		add(claim, SIGNAL_AUTH_PASS);
	if (str_has_fold(value, S("dkim=fail")) ||
	    str_has_fold(value, S("dkim=none")))
		add(claim, SIGNAL_DKIM_FAIL);
	else if (str_has_fold(value, S("dkim=pass")) &&
		 is_ours(claim, own, value))
		add(claim, SIGNAL_AUTH_PASS);
}

static void
read_field(struct claim *claim, const struct field *f)
{
	static const struct str scripts[] = {S0("X-PHP-Originating-Script"),
	    S0("X-PHP-Script"), S0("X-Source-Args")};
	static const struct str accounts[] = {S0("X-AuthUser"),
	    S0("X-Authenticated-Sender"), S0("X-Authenticated-User"),
	    S0("X-Get-Message-Sender-Via")};

	if (str_eq_fold(f->name, S("Message-ID")) && claim->message_id.n == 0)
		claim->message_id = bare(f->value);
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		if (str_eq_fold(f->name, scripts[i]) && claim->script.n == 0)
			claim->script = f->value;
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
		if (str_eq_fold(f->name, accounts[i]) && claim->account.n == 0)
			claim->account = f->value;
}

/* Fields above the boundary were written by the bouncing side. */
static void
read_header(struct claim *claim, const struct own *own,
    const struct chain *chain, struct str header)
{
	struct field field;
	size_t hops = 0;

	while (field_next(&header, &field)) {
		if (str_eq_fold(field.name, S("Received")))
			hops++;
		else if (chain->n > 0 && hops <= chain->entry + 1)
			read_results(claim, own, &field);
		read_field(claim, &field);
	}
}

/* A host of ours, or of the domain whose address was used. */
static bool
is_own_host(const struct claim *claim, const struct own *own, struct str name)
{
	struct str domain = address_domain(claim->address);

	if (own_has_name(own, name))
		return true;
	return domain.n > 0 && name.n > domain.n + 1 &&
	       name.p[name.n - domain.n - 1] == '.' &&
	       str_eq_fold(str_skip(name, name.n - domain.n), domain);
}

static void
read_hop(struct claim *claim, const struct own *own, const struct hop *hop)
{
	const struct received_field *r = &hop->received;

	bool ours = is_own_host(claim, own, r->by);

	if (!ours && !own_is_name(own, str_head(r->by, str_chr(r->by, '.'))))
		return;
	if (claim->queue_id.n == 0) {
		claim->queue_id = r->id;
		claim->names_us = ours;
		if (r->at != WALL_NONE)
			claim->sent = r->at;
	}
	if (ours && claim->account.n == 0)
		claim->account = r->account;
}

/* Handed to our own server by somebody without a login, for one of our own
 * recipients: mail that came in, whatever sender it bears. */
static bool
is_from_outside(const struct claim *claim, const struct own *own,
    const struct received_field *r, struct str recipient)
{
	struct str domain = address_domain(recipient);

	if (received_is_login(r) || ip_is_none(&r->ip) ||
	    ip_is_private(&r->ip) || ip_is_loopback(&r->ip) ||
	    own_has_ip(own, &r->ip) || domain.n == 0)
		return false;
	return own_has_name(own, domain) ||
	       str_eq_fold(domain, address_domain(claim->address));
}

/* The client that brought the original to those who bounced it. */
static void
read_entry(struct claim *claim, const struct own *own,
    const struct chain *chain, struct str recipient)
{
	const struct received_field *r = &chain->hops[chain->entry].received;
	struct str domain = address_domain(claim->address);

	for (size_t i = 0; i <= chain->entry; i++)
		if (own_has_ip(own, &chain->hops[i].received.ip))
			add(claim, SIGNAL_OWN_IP);
	if (is_own_host(claim, own, r->by)) {
		if (is_from_outside(claim, own, r, recipient))
			add(claim, SIGNAL_FROM_OUTSIDE);
		claim->entry = r->ip;
		claim->entry_name = r->rdns.n > 0 ? r->rdns : r->helo;
		return;
	}
	if (ip_is_none(&r->ip) || ip_is_private(&r->ip) ||
	    ip_is_loopback(&r->ip))
		return;
	claim->entry = r->ip;
	claim->entry_name = r->rdns.n > 0 ? r->rdns : r->helo;
	if (claim->signals & UINT32_C(1) << SIGNAL_OWN_IP)
		return;
	if (r->rdns.n > 0 && !r->rdns_doubtful && own_has_name(own, r->rdns))
		add(claim, SIGNAL_OWN_NAME);
	else
		add(claim,
		    own->nets_n > 0 ? SIGNAL_FOREIGN_IP : SIGNAL_STRANGE_IP);
	if (domain.n > 0 && str_eq_fold(r->helo, domain) &&
	    !str_eq_fold(r->rdns, domain))
		add(claim, SIGNAL_BARE_HELO);
}

/* A bounce that our own server made did not come from elsewhere. */
static void
read_reporter(
    struct claim *claim, const struct notice *notice, const struct own *own)
{
	struct chain chain;
	const struct received_field *entry;

	if (!is_own_host(claim, own, notice->reporter))
		return;
	chain_read(notice->header, own, &chain);
	entry = &chain.hops[chain.entry].received;
	if (chain.n > 0 && !ip_is_none(&entry->ip) &&
	    !ip_is_loopback(&entry->ip) && !ip_is_private(&entry->ip) &&
	    !own_has_ip(own, &entry->ip)) {
		add(claim, SIGNAL_FAKE_REPORT);
		return;
	}
	add(claim, SIGNAL_OWN_REPORTER);
	if (notice->queue_id.n > 0)
		claim->queue_id = notice->queue_id;
	claim->names_us = true;
}

static bool
is_tagged(struct str address)
{
	return str_eq_fold(str_head(address, 5), S("prvs=")) ||
	       str_eq_fold(str_head(address, 6), S("btv1==")) ||
	       str_eq_fold(str_head(address, 4), S("SRS0")) ||
	       str_eq_fold(str_head(address, 4), S("SRS1"));
}

void
claim_header(struct claim *claim, const struct own *own,
    const struct chain *chain, struct str header, struct str recipient)
{
	for (size_t i = 0; i < chain->n; i++)
		read_hop(claim, own, &chain->hops[i]);
	if (chain->n > 0) {
		wall_us at = chain->hops[chain->entry].received.at;

		if (claim->sent == WALL_NONE)
			claim->sent = at;
		read_entry(claim, own, chain, recipient);
	}
	read_header(claim, own, chain, header);
}

void
claim_read(
    const struct notice *notice, const struct own *own, struct claim *ret_claim)
{
	struct claim *claim = ret_claim;
	struct str to = claim_bounced_to(notice->header);
	struct chain chain;

	*claim = (struct claim){.sent = WALL_NONE};
	claim->address =
	    bare(field_find(notice->original_header, S("Return-Path")));
	if (claim->address.n == 0)
		claim->address = notice->sender;
	if (claim->address.n == 0)
		claim->address = to;
	if (is_tagged(to) || is_tagged(claim->address))
		add(claim, SIGNAL_TAG);
	if (notice->original != ORIGINAL_NONE) {
		chain_read(notice->original_header, own, &chain);
		claim_header(claim, own, &chain, notice->original_header,
		    notice->recipients_n > 0 ? notice->recipients[0].address
					     : S(""));
		if (notice->original == ORIGINAL_QUOTED || notice->cut)
			add(claim, SIGNAL_CUT);
	}
	read_reporter(claim, notice, own);
	if (claim->sent == WALL_NONE)
		claim->sent = notice->at;
}
