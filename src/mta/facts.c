/* SPDX-License-Identifier: ISC */
#include "mta/facts.h"

#include "base/lang.h"
#include "mta/mta.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const names[] = {
    [FACT_RELAY_NETWORK] = "relay-network",
    [FACT_RELAY_STYLE] = "relay-style",
    [FACT_RELAY_NAME] = "relay-name",
    [FACT_RELAY_SENDER] = "relay-sender",
    [FACT_RELAY_ANYBODY] = "relay-anybody",
    [FACT_LISTENER] = "listener",
    [FACT_SUBMISSION] = "submission",
    [FACT_DESTINATION] = "destination",
    [FACT_RELAY_DOMAIN] = "relay-domain",
    [FACT_CATCH_ALL] = "catch-all",
    [FACT_FORWARD] = "forward",
    [FACT_UNCHECKED] = "unchecked-recipients",
    [FACT_SOFT_BOUNCE] = "soft-bounce",
    [FACT_FILTER] = "filter",
    [FACT_RELAYHOST] = "relayhost",
    [FACT_SOURCE] = "source-address",
    [FACT_LOG] = "log",
};

const char *
fact_kind_name(enum fact_kind kind)
{
	return names[kind];
}

bool
fact_is_domain(enum fact_kind kind)
{
	return kind == FACT_DESTINATION || kind == FACT_RELAY_DOMAIN;
}

/* An option of master.cf is read once for each service that has it. */
static bool
is_known(const struct facts *facts, const struct fact *fact)
{
	/* Many domains: they are told apart by their lines. */
	size_t from = facts->n > 200 ? facts->n - 200 : 0;

	for (size_t i = from; i < facts->n; i++) {
		const struct fact *other = &facts->items[i];

		if (other->kind == fact->kind && other->line == fact->line &&
		    str_eq(other->name, fact->name) &&
		    str_eq(other->value, fact->value) &&
		    str_eq(other->file, fact->file) &&
		    str_eq(other->scope, fact->scope))
			return true;
	}
	return false;
}

void
facts_more_domains(struct facts *facts)
{
	facts->more_domains = facts->more_relayed = true;
}

void
facts_add(struct facts *facts, struct fact fact)
{
	if (facts->n == FACTS_MAX && fact_is_domain(fact.kind))
		facts_more_domains(facts);
	if (facts->n == FACTS_MAX || is_known(facts, &fact))
		return;
	if (facts->n == facts->cap) {
		struct fact *more;

		facts->cap = facts->cap * 2 + 64;
		more = arena_alloc(facts->arena, facts->cap * sizeof(*more));
		if (facts->n > 0)
			memcpy(more, facts->items, facts->n * sizeof(*more));
		facts->items = more;
	}
	facts->items[facts->n++] = fact;
}

void
facts_source(struct facts *facts, const char *mta, struct str file)
{
	if (facts->sources_n < FACT_SOURCES_MAX)
		facts->sources[facts->sources_n++] =
		    (struct fact_source){mta, file};
}

void
facts_gap(struct facts *facts, struct str what, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	for (size_t i = 0; i < facts->gaps_n; i++)
		if (str_eq(facts->gaps[i].what, what))
			return;
	if (facts->gaps_n == FACT_GAPS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	facts->gaps[facts->gaps_n++] =
	    (struct fact_gap){.what = str_keep(facts->arena, what),
		.sentence = str_keep(facts->arena, str_z(text))};
}

void
facts_read(struct facts *facts, struct arena *a, struct files *files)
{
	facts->arena = a;
	for (size_t i = 0; mtas[i] != NULL; i++)
		if (mtas[i]->facts != NULL)
			mtas[i]->facts(facts, files);
}

struct str
fact_text(struct arena *a, const struct fact *fact)
{
	enum {
		WHOLE = 100
	};
	struct str value = fact->whole.n > 0 && fact->whole.n <= WHOLE
			       ? fact->whole
			       : fact->value;

	/* A rule of smtpd.conf is its own sentence. */
	if (str_starts(value, fact->name) && value.n > fact->name.n &&
	    value.p[fact->name.n] == ' ')
		return value;
	return arena_printf(
	    a, "%.*s = %.*s", STR_ARG(fact->name), STR_ARG(value));
}

struct str
fact_file(struct arena *a, const struct facts *facts, const struct fact *fact)
{
	return arena_printf(
	    a, "%.*s%.*s", STR_ARG(facts->root), STR_ARG(fact->file));
}

struct str
fact_place(struct arena *a, const struct facts *facts, const struct fact *fact)
{
	struct str file = fact_file(a, facts, fact);

	if (fact->line == 0)
		return file;
	return arena_printf(a, _("%.*s line %llu"), STR_ARG(file),
	    (unsigned long long)fact->line);
}

const struct fact *
facts_find(const struct facts *facts, enum fact_kind kind)
{
	for (size_t i = 0; facts != NULL && i < facts->n; i++)
		if (facts->items[i].kind == kind)
			return &facts->items[i];
	return NULL;
}

const struct fact *
facts_relay_of(const struct facts *facts, const struct ip *ip)
{
	const struct fact *widest = NULL;

	for (size_t i = 0; facts != NULL && i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];

		if (fact->kind != FACT_RELAY_NETWORK || !fact->has_prefix ||
		    fact->excluded || !ip_in_prefix(ip, &fact->prefix))
			continue;
		/* "::/0" is no IPv4 network, though ours are kept as such. */
		if (ip_is_v4(ip) && fact->prefix.bits < 96)
			continue;
		if (widest == NULL || fact->prefix.bits < widest->prefix.bits)
			widest = fact;
	}
	return widest;
}

bool
fact_is_shell_safe(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~' || text.p[i] == '\'' ||
		    text.p[i] == '\\')
			return false;
	return true;
}
