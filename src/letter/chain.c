/* SPDX-License-Identifier: ISC */
/*
 *	0  from relay.other (192.0.2.9)  by mx.reader     believed: it is the
 *	1  from mx9.other (10.0.0.7)     by relay.other   reader's own line
 *	   ---------------------------------------------- boundary
 *	2  from pc (198.51.100.22)       by mx1.tienda    said by 192.0.2.9
 *
 * Inside of one organisation a message makes several hops; the lines of hosts
 * of the same owner are believed as the newest one is. The first line of
 * somebody else may be forged, and all below it.
 */
#include "letter/chain.h"

#include "mail/address.h"
#include "mail/field.h"

/* Providers whose hosts always write in their own form. */
static const struct {
	struct str domain;
	const char *program;
} providers[] = {
    {S0("google.com"), "Google"},
    {S0("outlook.com"), "Exchange"},
    {S0("hotmail.com"), "Exchange"},
};

/* The owner's domain: the last two labels, three below "co.uk" and its like. */
static struct str
owner(struct str name)
{
	size_t dots = 0, at = name.n, last = 0;

	while (at > 0) {
		at--;
		if (name.p[at] != '.')
			continue;
		dots++;
		if (dots == 1)
			last = name.n - at - 1;
		if (dots == 2 && !(last == 2 && name.n - at - 1 <= 6))
			return str_skip(name, at + 1);
		if (dots == 3)
			return str_skip(name, at + 1);
	}
	return name;
}

bool
chain_same_owner(struct str a, struct str b)
{
	return a.n > 0 && b.n > 0 && str_chr(a, '.') < a.n &&
	       str_eq_fold(owner(a), owner(b));
}

static bool
is_inside(const struct received_field *r)
{
	return ip_is_none(&r->ip) || ip_is_private(&r->ip) ||
	       ip_is_loopback(&r->ip);
}

/*
 * Inside of Microsoft 365 a mail goes from host to host by addresses of its
 * own that have no names in the DNS: 2603:1080::/25, as its Received lines show
 * them (2603:1096, 2603:10a6, 2603:10b6 ...). What it publishes for clients,
 * and what customers' machines get in its cloud, lies outside.
 */
static bool
is_microsoft(struct str name)
{
	static const struct str domains[] = {S0("outlook.com"),
	    S0("office365.com"), S0("exchangelabs.com"), S0("office365.us")};

	for (size_t i = 0; i < ARRAY_LEN(domains); i++)
		if (name.n > domains[i].n &&
		    name.p[name.n - domains[i].n - 1] == '.' &&
		    str_eq_fold(
			str_skip(name, name.n - domains[i].n), domains[i]))
			return true;
	return false;
}

static bool
is_within_microsoft(
    const struct received_field *above, const struct received_field *below)
{
	static const uint8_t net[4] = {0x26, 0x03, 0x10, 0x80};

	return memcmp(above->ip.b, net, 3) == 0 &&
	       (above->ip.b[3] & net[3]) != 0 && is_microsoft(above->by) &&
	       is_microsoft(below->by);
}

/* Is the line below written by somebody whom the writer of the line above
 * belongs to? */
static bool
goes_on(const struct received_field *above, const struct received_field *below,
    const struct own *own)
{
	struct str by = below->by;

	if (is_inside(above))
		return true; /* within one host or one network */
	if (own_has_ip(own, &above->ip) || is_within_microsoft(above, below))
		return true;
	if (above->rdns.n > 0 && !above->rdns_doubtful)
		return chain_same_owner(above->by, above->rdns) &&
		       chain_same_owner(by, above->rdns);
	return false;
}

static size_t
find_entry(const struct chain *chain, size_t from, const struct own *own)
{
	size_t i = from;

	while (i + 1 < chain->n && goes_on(&chain->hops[i].received,
				       &chain->hops[i + 1].received, own))
		i++;
	return i;
}

static enum boundary
boundary_of(const struct chain *chain)
{
	const struct received_field *r = &chain->hops[chain->entry].received;

	if (chain->entry + 1 >= chain->n)
		return BOUNDARY_END;
	if (r->rdns.n == 0 || r->rdns_doubtful)
		return BOUNDARY_NAME;
	return chain_same_owner(r->by, r->rdns) ? BOUNDARY_WRITER
						: BOUNDARY_OWNER;
}

/* Does the client that the line above saw match the writer of this one? */
static bool
matches(const struct received_field *above, const struct received_field *below)
{
	struct ip by;

	if (below->by.n == 0 || is_inside(above))
		return true;
	if (ip_parse(below->by, &by))
		return true; /* Google writes addresses of its own there */
	return chain_same_owner(above->rdns, below->by) ||
	       chain_same_owner(above->helo, below->by);
}

static bool
is_smtp(const struct received_field *r)
{
	return str_eq_fold(str_head(r->with, 5), S("ESMTP")) ||
	       str_eq_fold(r->with, S("SMTP")) ||
	       str_eq_fold(r->with, S("SMTPS"));
}

static bool
is_wrong_form(const struct received_field *r)
{
	for (size_t i = 0; i < ARRAY_LEN(providers); i++)
		if (domain_same_owner(r->by, providers[i].domain) &&
		    r->by.n >= providers[i].domain.n)
			return r->program == NULL ||
			       strcmp(r->program, providers[i].program) != 0;
	return false;
}

static unsigned
doubts_of(const struct chain *chain, size_t i, const struct own *own)
{
	const struct received_field *r = &chain->hops[i].received;
	const struct received_field *above = &chain->hops[i - 1].received;
	unsigned doubts = 0;

	if (!matches(above, r))
		doubts |= DOUBT_GAP;
	if (r->at == WALL_NONE)
		doubts |= DOUBT_NO_DATE;
	else if (above->at != WALL_NONE && r->at > above->at + 10 * US_MINUTE)
		doubts |= DOUBT_FUTURE;
	/* What our own address brought may well be ours. */
	if (own_has_name(own, r->by) && !own_has_ip(own, &above->ip))
		doubts |= DOUBT_OUR_NAME;
	if (is_wrong_form(r))
		doubts |= DOUBT_PROVIDER;
	if (is_smtp(r) && r->helo.n == 0 && ip_is_none(&r->ip) &&
	    !received_is_login(r) && r->program == NULL)
		doubts |= DOUBT_NO_CLIENT;
	if (is_smtp(r) && !received_is_login(r) && ip_is_private(&r->ip) &&
	    r->rdns.n > 0 && !chain_same_owner(r->rdns, r->by))
		doubts |= DOUBT_PRIVATE;
	return doubts;
}

static void
set_delays(struct chain *chain)
{
	for (size_t i = 0; i + 1 < chain->n; i++) {
		struct hop *hop = &chain->hops[i];
		wall_us below = chain->hops[i + 1].received.at;

		if (hop->received.at == WALL_NONE || below == WALL_NONE)
			continue;
		hop->delay = hop->received.at - below;
		if (hop->trusted && chain->hops[i + 1].trusted &&
		    (hop->delay < -US_MINUTE || hop->delay > 5 * US_DAY))
			hop->doubts |= DOUBT_CLOCK;
	}
}

static void
settle(struct chain *chain, size_t from, const struct own *own)
{
	chain->entry = find_entry(chain, from, own);
	chain->boundary = boundary_of(chain);
	for (size_t i = 0; i <= chain->entry; i++) {
		chain->hops[i].trusted = true;
		chain->hops[i].doubts = 0;
	}
	for (size_t i = chain->entry + 1; i < chain->n; i++)
		chain->hops[i].doubts = doubts_of(chain, i, own);
	set_delays(chain);
}

void
chain_confirm(struct chain *chain, size_t hop, const struct own *own)
{
	chain->hops[hop].confirmed = true;
	if (hop > chain->entry)
		settle(chain, hop, own);
}

bool
chain_believes(const struct chain *chain, struct str server, size_t hops)
{
	if (chain->n == 0 || hops > chain->entry + 1)
		return false;
	if (hops <= chain->entry)
		return true;
	for (size_t i = 0; i <= chain->entry; i++)
		if (str_eq_fold(chain->hops[i].received.by, server) ||
		    (server.n > 0 &&
			domain_same_owner(chain->hops[i].received.by, server)))
			return true;
	return false;
}

bool
hop_is_forged(const struct hop *hop)
{
	const unsigned alone = DOUBT_OUR_NAME | DOUBT_PROVIDER;
	const unsigned two = DOUBT_GAP | DOUBT_FUTURE | DOUBT_NO_DATE |
			     DOUBT_NO_CLIENT | DOUBT_PRIVATE;
	unsigned both = hop->doubts & two;

	return (hop->doubts & alone) != 0 || (both & (both - 1)) != 0;
}

void
chain_read(struct str header, const struct own *own, struct chain *ret_chain)
{
	struct chain *chain = ret_chain;
	struct field field;

	*chain = (struct chain){0};
	while (field_next(&header, &field)) {
		struct hop *hop;

		if (!str_eq_fold(field.name, S("Received")))
			continue;
		if (chain->n == CHAIN_HOPS) {
			chain->missed++;
			continue;
		}
		hop = &chain->hops[chain->n];
		if (received_parse(field.value, &hop->received))
			chain->n++;
	}
	if (chain->n == 0)
		return;
	settle(chain, 0, own);
}
