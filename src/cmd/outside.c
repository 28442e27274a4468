/* SPDX-License-Identifier: ISC */
#include "cmd/outside.h"

#include "base/lang.h"
#include "base/text.h"
#include "check/reverse.h"
#include "check/suffix.h"
#include "net/dns_book.h"

bool
outside_is_agreed(const struct hints *hints, size_t at)
{
	size_t n = hints->outside[at].receivers_n;

	if (n < OUTSIDE_RECEIVERS)
		return false;
	for (size_t i = 0; i < hints->outside_n; i++)
		if (i != at && hints->outside[i].receivers_n * 2 >= n)
			return false;
	return true;
}

/* A name of this server that the reverse name could be of; empty: none. */
static struct str
name_of_ours(const struct sends_as_set *set, struct str name)
{
	for (size_t i = 0; i < set->n; i++) {
		struct str ours = set->items[i].text;
		struct ip ip;

		if (ip_parse(ours, &ip) || str_chr(ours, '.') == ours.n)
			continue;
		if (dns_name_eq(ours, name) ||
		    (set->items[i].host &&
			dns_name_eq(suffix_organisation(ours),
			    suffix_organisation(name))))
			return ours;
	}
	return (struct str){NULL, 0};
}

/* A name of this server that has the address. */
static struct str
name_with(
    struct dns_book *book, const struct sends_as_set *set, const struct ip *ip)
{
	for (size_t i = 0; i < set->n; i++) {
		struct helo helo;
		struct ip is_ip;

		if (!set->items[i].host || ip_parse(set->items[i].text, &is_ip))
			continue;
		helo_read(book, set->items[i].text, &helo);
		for (size_t k = 0; k < helo.n; k++)
			if (ip_eq(&helo.ips[k], ip))
				return helo.name;
	}
	return (struct str){NULL, 0};
}

/* The reverse name that leads back and is ours. */
static struct str
confirmed_name(struct dns_book *book, struct arena *a,
    const struct sends_as_set *set, const struct ip *ip)
{
	struct str name = name_with(book, set, ip);
	struct reverse reverse;

	if (name.n > 0)
		return name;
	reverse_read(book, a, ip, &reverse);
	for (size_t i = 0; i < reverse.n; i++)
		if (reverse.names[i].back && !reverse.names[i].generic &&
		    name_of_ours(set, reverse.names[i].name).n > 0)
			return reverse.names[i].name;
	return (struct str){NULL, 0};
}

static struct str
said(struct arena *a, const struct hint_outside *o)
{
	struct str shown = text_safe(a, str_head(o->said, 160));

	return arena_printf(a,
	    _n("%zu receiver names it, %.*s: \"%.*s\" (%.*s)",
		"%zu receivers name it, %.*s among them: \"%.*s\" (%.*s)",
		o->receivers_n),
	    o->receivers_n, STR_ARG(o->receivers[0]), STR_ARG(shown),
	    STR_ARG(o->source));
}

static void
find_one(struct sends_as_set *set, struct arena *a, const struct hints *hints,
    size_t at, struct str name, struct str *ret_doubt)
{
	const struct hint_outside *o = &hints->outside[at];
	char text[IP_TEXT];
	struct str ip = str_keep(a, str_z(ip_text(&o->ip, text)));

	*ret_doubt = (struct str){NULL, 0};
	if (name.n > 0)
		sends_as_add(set, a, ip,
		    arena_printf(a, _("%.*s; %.*s has that address in the DNS"),
			STR_ARG(said(a, o)), STR_ARG(name)),
		    false);
	else if (outside_is_agreed(hints, at))
		sends_as_add(set, a, ip, said(a, o), false);
	else
		*ret_doubt = arena_printf(a,
		    _("%.*s could be the address of this server behind NAT: "
		      "%.*s; that alone is not believed. Name it with --own if "
		      "it is"),
		    STR_ARG(ip), STR_ARG(said(a, o)));
}

size_t
outside_find(struct sends_as_set *set, struct arena *a,
    const struct hints *hints, struct resolver *resolver,
    struct str *ret_doubts, size_t max)
{
	struct str names[HINTS_OUTSIDE] = {{NULL, 0}};
	struct dns_book book = {0};
	size_t doubts = 0;

	if (set->public)
		return 0;
	do
		for (size_t i = 0; i < hints->outside_n && resolver != NULL;
		     i++)
			names[i] = confirmed_name(
			    &book, a, set, &hints->outside[i].ip);
	while (resolver != NULL && dns_book_ask(&book, resolver));
	for (size_t i = 0; i < hints->outside_n; i++) {
		struct str doubt;

		find_one(set, a, hints, i, str_keep(a, names[i]), &doubt);
		if (doubt.n > 0 && doubts < max)
			ret_doubts[doubts++] = doubt;
	}
	dns_book_done(&book);
	return doubts;
}
