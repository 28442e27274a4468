/* SPDX-License-Identifier: ISC */
#include "cmd/sends_as.h"

#include "base/ip.h"
#include "base/lang.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SENDS_AS_MAX = 2000, /* domains of a hoster; the first say enough */
};

void
sends_as_done(struct sends_as_set *set)
{
	free(set->items);
	*set = (struct sends_as_set){0};
}

void
sends_as_add(struct sends_as_set *set, struct arena *a, struct str text,
    struct str why, bool domain)
{
	struct ip ip;

	text = str_trim(text);
	if (text.n == 0)
		return;
	set->public |= ip_parse(text, &ip) && !ip_is_private(&ip);
	for (size_t i = 0; i < set->n; i++)
		if (str_eq_fold(set->items[i].text, text)) {
			set->items[i].domain |= domain;
			set->items[i].host |= !domain;
			return;
		}
	if (set->n == SENDS_AS_MAX) {
		set->more++;
		return;
	}
	VEC_ROOM(set->items, set->n, set->cap);
	set->items[set->n++] =
	    (struct sends_as){str_keep(a, text), why, domain, !domain};
}

static bool
ip_of(const struct sockaddr *from, struct ip *ret_ip)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct ip ip = {.b = {[10] = 0xff, [11] = 0xff}};

	if (from == NULL)
		return false;
	if (from->sa_family == AF_INET) {
		memcpy(&v4, from, sizeof(v4));
		memcpy(ip.b + 12, &v4.sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&v6, from, sizeof(v6));
		memcpy(ip.b, &v6.sin6_addr, 16);
	} else {
		return false;
	}
	*ret_ip = ip;
	return true;
}

static void
add_interfaces(struct sends_as_set *set, struct arena *a)
{
	struct ifaddrs *all = NULL;
	if (getifaddrs(&all) != 0)
		return;
	for (struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		char text[IP_TEXT];
		struct ip ip;

		if ((i->ifa_flags & IFF_UP) == 0 || !ip_of(i->ifa_addr, &ip) ||
		    ip_is_loopback(&ip))
			continue;
		set->interfaces = true;
		if (ip_is_private(&ip))
			continue;
		sends_as_add(set, a, str_z(ip_text(&ip, text)),
		    arena_printf(a, _("interface %s"), i->ifa_name), false);
	}
	freeifaddrs(all);
}

static void
add_host_name(struct sends_as_set *set, struct arena *a)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) == 0 &&
	    str_chr(str_z(name), '.') < strlen(name))
		sends_as_add(
		    set, a, str_z(name), str_z(_("name of this host")), false);
}

void
sends_as_named(
    struct sends_as_set *set, struct arena *a, const struct options *o)
{
	const struct option_value *own = &o->values[OPT_OWN];

	*set = (struct sends_as_set){0};
	for (size_t i = 0; i < own->n; i++)
		sends_as_add(set, a, own->texts[i], S("--own"), false);
}

void
sends_as_find(
    struct sends_as_set *set, struct arena *a, const struct options *o)
{
	sends_as_named(set, a, o);
	if (!options_has(o, OPT_ROOT)) {
		add_interfaces(set, a);
		add_host_name(set, a);
	}
}

/* "127.0.0.1", "localhost.example": nobody outside sees them. */
static bool
is_inward(struct str word)
{
	struct ip ip;

	if (ip_parse(word, &ip))
		return ip_is_loopback(&ip) || ip_is_none(&ip);
	return str_chr(word, '.') == word.n ||
	       str_starts(word, S("localhost."));
}

/* One word of a setting: addresses and names, in any punctuation; what is a
 * table, a path or a variable is for another reader. */
static struct str
source_word(struct str *rest)
{
	static const char between[] = " \t\r\n,;[]{}()\"'";
	struct str word;

	while (rest->n > 0 && strchr(between, rest->p[0]) != NULL)
		*rest = str_skip(*rest, 1);
	word = str_head(*rest, 0);
	while (rest->n > 0 && strchr(between, rest->p[0]) == NULL) {
		word.n++;
		*rest = str_skip(*rest, 1);
	}
	return word;
}

static void
add_fact(struct sends_as_set *set, struct arena *a, const struct facts *facts,
    const struct fact *fact)
{
	struct str rest = fact->value.n > 0 ? fact->value : fact->whole, word;
	struct str why = arena_printf(a, _("%.*s of %.*s"), STR_ARG(fact->name),
	    STR_ARG(fact_file(a, facts, fact)));

	/* What is put behind the names of local senders. */
	bool origin = str_eq_fold(fact->name, S("myorigin")) ||
		      str_eq_fold(fact->name, S("qualify_domain"));

	while ((word = source_word(&rest)).n > 0) {
		struct ip ip;

		if (ip_parse(word, &ip) || (str_chr(word, '/') == word.n &&
					       str_chr(word, ':') == word.n &&
					       str_chr(word, '$') == word.n &&
					       str_chr(word, '*') == word.n &&
					       str_chr(word, '=') == word.n))
			if (!is_inward(word)) {
				sends_as_add(set, a, word, why,
				    fact->kind != FACT_SOURCE);
				if (origin)
					sends_as_add(set, a, word, why, true);
			}
	}
}

void
sends_as_facts(
    struct sends_as_set *set, struct arena *a, const struct facts *facts)
{
	static const enum fact_kind kinds[] = {
	    FACT_SOURCE, FACT_DESTINATION, FACT_RELAY_DOMAIN};

	/* Sources first: they are few, and what is said of them counts most. */
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		for (size_t i = 0; i < facts->n; i++)
			if (facts->items[i].kind == kinds[k])
				add_fact(set, a, facts, &facts->items[i]);
}

void
sends_as_hints(
    struct sends_as_set *set, struct arena *a, const struct hints *hints)
{
	for (size_t i = 0; i < hints->selectors_n; i++)
		sends_as_add(set, a, hints->selectors[i].domain,
		    hints_signed_why(a, &hints->selectors[i]), true);
	for (size_t i = 0; i < hints->senders_n; i++) {
		const struct hint_sender *s = &hints->senders[i];

		if (hints_is_own(hints, s))
			sends_as_add(set, a, s->domain,
			    arena_printf(a,
				_n("accounts sent %s message as it, in %.*s",
				    "accounts sent %s messages as it, in %.*s",
				    s->n),
				lang_number(a, s->n), STR_ARG(s->source)),
			    true);
	}
}
