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
#include "mail/auth_results.h"
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

/* An address or domain that is ours, or below it. */
static bool
is_ours(const struct claim *claim, const struct own *own, struct str name)
{
	struct str domain = address_domain(claim->address);
	size_t at = str_rchr(name, '@');

	if (at < name.n)
		name = str_skip(name, at + 1);
	while (name.n > 0 &&
	       (name.p[name.n - 1] == '>' || name.p[name.n - 1] == '.'))
		name.n--;
	if (name.n == 0)
		return false;
	return own_has_name(own, name) || str_eq_fold(name, domain);
}

/* RFC 7208 9.1: "pass (why) client-ip=...; envelope-from=ana@x; ..." */
static void
read_spf(
    struct claim *claim, const struct own *own, struct str value, bool believed)
{
	struct str word = field_word(value), rest = value, from;

	if (str_eq_fold(word, S("fail")))
		add(claim, SIGNAL_SPF_FAIL);
	else if (str_eq_fold(word, S("softfail")))
		add(claim, SIGNAL_SPF_SOFT);
	if (!believed || !str_eq_fold(word, S("pass")))
		return;
	while (rest.n > 0) {
		from = auth_result_property(
		    str_take(&rest, ';'), S("envelope-from"));
		if (is_ours(claim, own, from)) {
			add(claim, SIGNAL_AUTH_PASS);
			return;
		}
	}
}

/* A pass is about one domain: that of another proves nothing for ours, which
 * may stand beside it. */
static void
read_result(struct claim *claim, const struct own *own,
    const struct auth_result *r, bool believed)
{
	bool pass = str_eq_fold(r->result, S("pass"));
	bool fail = str_eq_fold(r->result, S("fail"));
	bool ours = false;

	if (str_eq_fold(r->method, S("spf"))) {
		if (fail)
			add(claim, SIGNAL_SPF_FAIL);
		if (str_eq_fold(r->result, S("softfail")))
			add(claim, SIGNAL_SPF_SOFT);
	} else if (str_eq_fold(r->method, S("dmarc"))) {
		if (fail)
			add(claim, SIGNAL_DMARC_FAIL);
		ours = is_ours(claim, own,
		    auth_result_property(r->about, S("header.from")));
	} else if (str_eq_fold(r->method, S("dkim"))) {
		if (fail || str_eq_fold(r->result, S("none")))
			add(claim, SIGNAL_DKIM_FAIL);
		ours = is_ours(claim, own,
			   auth_result_property(r->about, S("header.d"))) ||
		       is_ours(claim, own,
			   auth_result_property(r->about, S("header.i")));
	}
	if (pass && ours && believed)
		add(claim, SIGNAL_AUTH_PASS);
}

/* One field of the bouncing side, below so many Received fields: RFC 8601, RFC
 * 7208 9.1. */
static void
read_results(struct claim *claim, const struct own *own,
    const struct chain *chain, const struct field *f, size_t hops)
{
	struct str value = str_head(f->value, 2000), server;
	struct auth_result result;

	if (str_eq_fold(f->name, S("Received-SPF")))
		read_spf(claim, own, value, chain_believes(chain, S(""), hops));
	if (!str_eq_fold(f->name, S("Authentication-Results")))
		return;
	server = auth_results_server(&value);
	while (auth_results_next(&value, &result))
		read_result(
		    claim, own, &result, chain_believes(chain, server, hops));
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
			read_results(claim, own, chain, &field, hops);
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

/* By its very name: a host whose log is there has told its name. */
static bool
is_known_host(const struct own *own, struct str name)
{
	return own_is_name(own, name) ||
	       own_is_name(own, str_head(name, str_chr(name, '.')));
}

static void
read_hop(struct claim *claim, const struct own *own, const struct hop *hop)
{
	const struct received_field *r = &hop->received;
	bool ours = is_own_host(claim, own, r->by);
	bool known = is_known_host(own, r->by);

	if (!ours && !known)
		return;
	/* One whose log is there is asked before those in front of it. */
	if (r->id.n > 0 &&
	    (claim->queue_id.n == 0 || (known && !claim->names_us))) {
		claim->queue_id = r->id;
		claim->names_us = known;
		if (r->at != WALL_NONE)
			claim->sent = r->at;
	}
	claim->elsewhere |= !known;
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
