/* SPDX-License-Identifier: ISC */
#include "check/reverse.h"

#include "base/lang.h"

static struct reverse_name
read_name(struct dns_book *book, struct str name, const struct ip *ip)
{
	const struct dns_answer *answer =
	    dns_book_get(book, name, ip_is_v4(ip) ? DNS_A : DNS_AAAA);
	struct reverse_name r = {.name = name,
	    .lost = answer == NULL || !dns_is_known(answer->status),
	    .generic = reverse_is_generic(name, ip)};

	for (size_t i = 0; !r.lost && i < answer->n; i++)
		r.back |= ip_eq(&answer->records[i].ip, ip);
	return r;
}

void
reverse_read(struct dns_book *book, struct arena *a, const struct ip *ip,
    struct reverse *ret_reverse)
{
	const struct dns_answer *ptr =
	    dns_book_get(book, dns_reverse_name(a, ip), DNS_PTR);
	struct reverse r = {.ip = *ip};

	if (ptr != NULL) {
		r.status = ptr->status;
		r.total = ptr->n;
	}
	for (size_t i = 0; i < r.total && i < REVERSE_NAMES; i++)
		r.names[r.n++] = read_name(book, ptr->records[i].name, ip);
	*ret_reverse = r;
}

static struct str
ip_str(struct arena *a, const struct ip *ip)
{
	char text[IP_TEXT];

	return str_keep(a, str_z(ip_text(ip, text)));
}

const struct reverse_name *
reverse_back(const struct reverse *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->names[i].back)
			return &r->names[i];
	return NULL;
}

bool
reverse_is_lost(const struct reverse *r)
{
	bool lost = !dns_is_known(r->status);

	for (size_t i = 0; i < r->n; i++)
		lost |= r->names[i].lost;
	return lost && reverse_back(r) == NULL;
}

static void
advise_ptr(struct weakness *k, struct arena *a, const struct reverse *r,
    struct str helo)
{
	if (helo.n > 0)
		k->publish = (struct publish){dns_reverse_name(a, &r->ip),
		    "PTR", arena_printf(a, "%.*s.", STR_ARG(helo))};
	k->advice =
	    str_z(_("Who lends you the address sets its reverse name: ask the "
		    "provider, or look in his control panel."));
}

void
reverse_find(const struct reverse *r, struct str helo, struct weaknesses *w)
{
	struct str ip = ip_str(w->arena, &r->ip);
	const struct reverse_name *good = reverse_back(r);

	if (reverse_is_lost(r))
		return;
	if (r->n == 0) {
		advise_ptr(
		    weakness_add(w, WEAKNESS_PTR_NONE, ip,
			_("%.*s has no reverse name (PTR)"), STR_ARG(ip)),
		    w->arena, r, helo);
		return;
	}
	if (good == NULL) {
		struct weakness *k = weakness_add(w, WEAKNESS_PTR_NOT_BACK, ip,
		    _("the reverse name %.*s does not have the address "
		      "%.*s"),
		    STR_ARG(r->names[0].name), STR_ARG(ip));

		k->publish = (struct publish){
		    r->names[0].name, ip_is_v4(&r->ip) ? "A" : "AAAA", ip};
		return;
	}
	if (good->generic)
		advise_ptr(weakness_add(w, WEAKNESS_PTR_GENERIC, ip,
			       _("the reverse name %.*s looks like one that a "
				 "provider made up"),
			       STR_ARG(good->name)),
		    w->arena, r, helo);
	if (r->total > 1)
		(void)weakness_add(w, WEAKNESS_PTR_MANY, ip,
		    _("%.*s has %zu reverse names"), STR_ARG(ip), r->total);
}

/* ---- HELO ---- */

static const char *
helo_fault(struct str name)
{
	static const struct str inside[] = {S0("local"), S0("lan"),
	    S0("localdomain"), S0("home"), S0("internal"), S0("invalid"),
	    S0("localhost"), S0("home.arpa"), S0("workgroup"), S0("intern")};
	uint8_t wire[DNS_NAME_WIRE];
	struct ip ip;
	size_t n;

	if (ip_parse(name, &ip))
		return N_("it is an address without brackets");
	if (str_chr(name, '.') == name.n)
		return N_("it is no complete name: it has no dot");
	for (size_t i = 0; i < ARRAY_LEN(inside); i++)
		if (dns_name_within(name, inside[i]))
			return N_("it is a name of the house, which the world "
				  "does not know");
	if (!dns_name_wire(name, wire, &n))
		return N_("it is no name that the DNS could have");
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '_' || name.p[i] <= ' ' || name.p[i] >= 0x7f)
			return N_("it has a character that no host name may "
				  "have");
	return NULL;
}

void
helo_read(struct dns_book *book, struct str name, struct helo *ret_helo)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	struct helo h = {.name = name};

	h.literal = str_starts(name, S("[")) && str_ends(name, S("]"));
	if (!h.literal)
		h.fault = helo_fault(name);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct dns_answer *answer;

		if (h.literal || h.fault != NULL)
			continue;
		answer = dns_book_get(book, name, types[i]);
		if (answer == NULL)
			continue;
		h.lost |= !dns_is_known(answer->status);
		for (size_t k = 0; k < answer->n && h.n < REVERSE_NAMES; k++)
			h.ips[h.n++] = answer->records[k].ip;
	}
	*ret_helo = h;
}

bool
helo_has(const struct helo *h, const struct ip *ip)
{
	for (size_t i = 0; i < h->n; i++)
		if (ip_eq(&h->ips[i], ip))
			return true;
	return false;
}

static bool
is_reverse(const struct helo *h, const struct reverse *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (dns_name_eq(r->names[i].name, h->name))
			return true;
	return false;
}

static void
find_for_source(
    const struct helo *h, const struct reverse *r, struct weaknesses *w)
{
	struct str ip = ip_str(w->arena, &r->ip);

	if (!helo_has(h, &r->ip)) {
		struct weakness *k = weakness_add(w,
		    WEAKNESS_HELO_OTHER_ADDRESS, h->name,
		    _("%.*s greets as %.*s, which does not have this address"),
		    STR_ARG(ip), STR_ARG(h->name));

		k->publish = (struct publish){
		    h->name, ip_is_v4(&r->ip) ? "A" : "AAAA", ip};
	} else if (r->n > 0 && !is_reverse(h, r)) {
		(void)weakness_add(w, WEAKNESS_HELO_NOT_PTR, h->name,
		    _("%.*s greets as %.*s, but its reverse name is %.*s"),
		    STR_ARG(ip), STR_ARG(h->name), STR_ARG(r->names[0].name));
	}
}

void
helo_find(const struct helo *h, const struct reverse *own, size_t own_n,
    struct weaknesses *w)
{
	if (h->literal)
		return;
	if (h->fault != NULL) {
		weakness_add(w, WEAKNESS_HELO_INVALID, h->name,
		    _("the server greets as %.*s: %s"), STR_ARG(h->name),
		    _(h->fault))
		    ->advice = str_z(
		    _("Give the server a complete name that the world knows "
		      "(Postfix: smtp_helo_name or myhostname)."));
		return;
	}
	if (h->lost)
		return;
	if (h->n == 0) {
		struct weakness *k =
		    weakness_add(w, WEAKNESS_HELO_NO_ADDRESS, h->name,
			_("the server greets as %.*s, which has no "
			  "address"),
			STR_ARG(h->name));

		if (own_n > 0)
			k->publish = (struct publish){h->name,
			    ip_is_v4(&own[0].ip) ? "A" : "AAAA",
			    ip_str(w->arena, &own[0].ip)};
		return;
	}
	for (size_t i = 0; i < own_n; i++)
		find_for_source(h, &own[i], w);
}
