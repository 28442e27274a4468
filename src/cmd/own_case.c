/* SPDX-License-Identifier: ISC */
#include "cmd/own_case.h"

#include "base/lang.h"
#include "letter/service.h"

void
own_case_init(struct own_case *o, struct arena *a)
{
	*o = (struct own_case){.arena = a};
	o->domains = arena_alloc(a, POSTURE_DOMAINS * sizeof(*o->domains));
	o->c.domains = o->domains;
}

static void
add_ip(struct own_case *o, const struct ip *ip, struct str why)
{
	char text[IP_TEXT];

	if (ip_is_private(ip) || ip_is_loopback(ip) || ip_is_none(ip)) {
		if (o->private_n < OWN_CASE_PRIVATE)
			o->private[o->private_n++] =
			    str_keep(o->arena, str_z(ip_text(ip, text)));
		return;
	}
	for (size_t i = 0; i < o->c.ips_n; i++)
		if (ip_eq(&o->c.ips[i], ip))
			return;
	if (o->c.ips_n == POSTURE_SOURCES) {
		o->more_ips++;
		return;
	}
	o->c.ips[o->c.ips_n] = *ip;
	o->c.ip_whys[o->c.ips_n++] = why;
}

void
own_case_helo(struct own_case *o, struct str name, struct str why)
{
	name = dns_name_trim(name);
	for (size_t i = 0; i < o->c.helos_n; i++)
		if (str_eq_fold(o->c.helos[i].text, name))
			return;
	if (name.n > 0 && o->c.helos_n < POSTURE_HELOS)
		o->c.helos[o->c.helos_n++] = (struct posture_word){name, why};
	else
		o->more_helos += name.n > 0;
}

void
own_case_domain(struct own_case *o, struct str name, struct str why)
{
	name = dns_name_trim(name);
	for (size_t i = 0; i < o->c.domains_n; i++)
		if (dns_name_eq(o->domains[i].text, name))
			return;
	/* A name of the machine itself is looked at as such. */
	for (size_t i = 0; i < o->c.helos_n && why.n > 0; i++)
		if (dns_name_eq(o->c.helos[i].text, name))
			return;
	if (o->c.domains_n < POSTURE_DOMAINS)
		o->domains[o->c.domains_n++] = (struct posture_word){name, why};
	else
		o->more_domains++;
}

struct str
own_case_left_out(const struct own_case *o)
{
	if (o->more_ips + o->more_helos + o->more_domains == 0)
		return S("");
	return arena_printf(o->arena,
	    _("left out: %zu addresses, %zu names of the greeting, %zu "
	      "domains; what matters most can be named in a run of its own"),
	    o->more_ips, o->more_helos, o->more_domains);
}

/* "192.0.2.1" is none; no top-level domain is a number (RFC 3696 2). */
bool
own_case_is_domain(struct str word)
{
	uint8_t wire[DNS_NAME_WIRE];
	struct ip ip;
	size_t n;

	word = dns_name_trim(word);
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] <= ' ' || word.p[i] >= 0x7f ||
		    strchr("/@:*?$\\\"'", word.p[i]) != NULL)
			return false;
	return str_chr(word, '.') < word.n && !ip_parse(word, &ip) &&
	       dns_name_wire(word, wire, &n);
}

/* The settings that say what a server greets with. */
static bool
is_helo_setting(struct str name)
{
	static const struct str names[] = {S0("myhostname"),
	    S0("smtp_helo_name"), S0("primary_hostname"), S0("helo_data"),
	    S0("helohost"), S0("me")};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_fold(name, names[i]))
			return true;
	return false;
}

/* smtp_helo_name of Postfix goes before myhostname, of which it is made where
 * nobody set it. */
static void
take_helos(struct own_case *o, const struct facts *facts)
{
	bool own = false;

	for (size_t i = 0; i < facts->n; i++)
		own |= str_eq_fold(facts->items[i].name, S("smtp_helo_name")) &&
		       facts->items[i].line > 0;
	for (size_t i = 0; i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];
		struct str value =
		    fact->value.n > 0 ? fact->value : fact->whole;

		if (fact->kind != FACT_SOURCE || !is_helo_setting(fact->name) ||
		    str_chr(value, '$') < value.n || value.n == 0 ||
		    (own && str_eq_fold(fact->name, S("myhostname"))))
			continue;
		own_case_helo(o, value,
		    arena_printf(o->arena, _("%.*s of %.*s"),
			STR_ARG(fact->name),
			STR_ARG(fact_file(o->arena, facts, fact))));
	}
}

/* "[smtp.relay.example]:587", "smtp:relay.example", "a.example : b.example":
 * the first name; not that of a table. */
static struct str
relay_host(struct str value)
{
	while (value.n > 0) {
		size_t n = 0;
		struct str word;

		while (n < value.n && strchr(" \t[]:;,\"", value.p[n]) == NULL)
			n++;
		word = str_head(value, n);
		value = str_skip(value, n + 1);
		if (own_case_is_domain(word))
			return word;
	}
	return (struct str){NULL, 0};
}

static void
take_relays(struct own_case *o, const struct facts *facts)
{
	for (size_t i = 0; i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];
		struct str host =
		    relay_host(fact->value.n > 0 ? fact->value : fact->whole);
		const struct service *service;

		if (fact->kind != FACT_RELAYHOST || host.n == 0 ||
		    o->c.relays_n == POSTURE_RELAYS)
			continue;
		service = service_of_spf(host);
		if (service == NULL)
			service = service_of_dkim(host);
		o->c.relays[o->c.relays_n++] = (struct posture_relay){
		    .host = host,
		    .why = arena_printf(o->arena, _("%.*s of %.*s"),
			STR_ARG(fact->name),
			STR_ARG(fact_file(o->arena, facts, fact))),
		    .name = service != NULL ? service->name : NULL,
		    .domains = service != NULL ? str_z(service->spf) : S("")};
	}
}

void
own_case_take(struct own_case *o, const struct sends_as_set *own,
    const struct facts *facts, bool domains)
{
	struct ip_prefix range;
	struct ip ip;

	if (facts != NULL) {
		take_helos(o, facts);
		take_relays(o, facts);
	}
	for (size_t i = 0; i < own->n; i++) {
		const struct sends_as *item = &own->items[i];

		/* Which of a range send mail is not known. */
		if (!ip_parse(item->text, &ip) &&
		    ip_prefix_parse(item->text, &range))
			o->more_ips++;
		else if (ip_parse(item->text, &ip))
			add_ip(o, &ip, item->why);
		/* The machine's name counts when no server says more. */
		else if (item->host && own_case_is_domain(item->text) &&
			 !str_eq(item->why, S("--own")) && o->c.helos_n == 0)
			own_case_helo(o, item->text, item->why);
	}
	for (size_t i = 0; i < own->n && domains; i++)
		if ((own->items[i].domain ||
			str_eq(own->items[i].why, S("--own"))) &&
		    own_case_is_domain(own->items[i].text))
			own_case_domain(
			    o, own->items[i].text, own->items[i].why);
}
