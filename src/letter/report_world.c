/* SPDX-License-Identifier: ISC */
/*
 *	tienda.example  v=spf1 mx ip4:203.0.113.5 include:spf.example.net ~all
 *	                       ours               a service of ours
 *
 * Which term lets an address send tells whose it is. "all" tells nothing. A
 * name counts when it leads back to the address.
 */
#include "letter/report_world.h"

#include "check/spf.h"

#include <stdlib.h>

struct subject {
	struct ip ip;
	uint32_t from;
	uint64_t messages;
	bool done, direct;
	uint32_t include, host;
};

struct asking {
	struct reports *r;
	struct dns_book book;
	struct subject *items;
	size_t n, cap;
	struct map by_key;
};

static uint64_t
key_of(const struct report_source *s)
{
	return ip_hash(&s->ip) ^ (s->from + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static void
add(struct asking *m, const struct report_source *s)
{
	uint32_t *number;
	bool is_new;

	if (ip_is_none(&s->ip) || s->from == COUNTED_NONE ||
	    own_has_ip(m->r->own, &s->ip))
		return;
	number = map_put(&m->by_key, key_of(s), &is_new);
	if (is_new) {
		*number = (uint32_t)m->n;
		VEC_ROOM(m->items, m->n, m->cap);
		m->items[m->n++] = (struct subject){.ip = s->ip,
		    .from = s->from,
		    .include = COUNTED_NONE,
		    .host = COUNTED_NONE};
	}
	m->items[*number].messages += s->messages;
}

static int
compare(const void *left, const void *right)
{
	const struct subject *a = left, *b = right;

	return (a->messages < b->messages) - (a->messages > b->messages);
}

/* The name of an address that leads back to it. */
static bool
ask_host(struct asking *m, struct subject *s)
{
	struct arena a = {0};
	const struct dns_answer *names =
	    dns_book_get(&m->book, dns_reverse_name(&a, &s->ip), DNS_PTR);
	const struct dns_answer *back;
	bool known = names != NULL;

	arena_done(&a);
	if (!known || names->status != DNS_OK || names->n == 0)
		return known;
	back = dns_book_get(&m->book, names->records[0].name,
	    ip_is_v4(&s->ip) ? DNS_A : DNS_AAAA);
	if (back == NULL)
		return false;
	for (size_t i = 0; back->status == DNS_OK && i < back->n; i++)
		if (ip_eq(&back->records[i].ip, &s->ip))
			s->host = counted_add(
			    &m->r->names, &m->r->arena, names->records[0].name);
	return true;
}

/* The term that lets it send; a redirect is looked through. */
static void
take_term(struct asking *m, const struct spf_trace *trace, struct subject *s)
{
	for (const struct spf_step *step = trace != NULL ? trace->steps : NULL;
	     step != NULL; step = step->next) {
		struct str term = step->term;

		if (!step->matched && step->next != NULL)
			continue;
		(void)str_eat(&term, S("+"));
		if (str_eq_fold(str_head(term, 8), S("include:")))
			s->include =
			    counted_add(&m->r->names, &m->r->arena, step->name);
		else if (str_eq_fold(str_head(term, 9), S("redirect=")))
			take_term(m, step->inner, s);
		else if (!str_eq_fold(term, S("all")))
			s->direct = true;
		return;
	}
}

static bool
ask_spf(struct asking *m, struct subject *s)
{
	struct arena a = {0};
	struct str domain = reports_name(m->r, s->from);
	struct spf_query query = {.ip = s->ip,
	    .helo = domain,
	    .sender = arena_printf(&a, "postmaster@%.*s", STR_ARG(domain)),
	    .at = time_now()};
	struct spf_outcome outcome;
	bool known = spf_check(&m->book, &a, &query, &outcome);

	if (known && outcome.result == SPF_PASS)
		take_term(m, outcome.trace, s);
	if (known && outcome.result == SPF_TEMPERROR)
		m->r->unanswered++;
	arena_done(&a);
	return known;
}

static void
apply(struct reports *r, const struct asking *m)
{
	for (size_t i = 0; i < r->sources_n; i++) {
		struct report_source *s = &r->sources[i];
		const struct subject *about = NULL;

		for (size_t k = 0; k < m->n; k++)
			if (m->items[k].from == s->from &&
			    ip_eq(&m->items[k].ip, &s->ip))
				about = &m->items[k];
		if (about == NULL)
			continue;
		s->direct = about->direct;
		s->include = about->include;
		s->host = about->host;
		r->direct += about->direct;
	}
}

void
reports_ask(struct reports *r, struct resolver *resolver)
{
	struct asking m = {.r = r};

	for (size_t i = 0; i < r->sources_n; i++)
		add(&m, &r->sources[i]);
	if (m.n > 0)
		qsort(m.items, m.n, sizeof(*m.items), compare);
	if (m.n > REPORT_WORLD_MAX) {
		r->unasked = m.n - REPORT_WORLD_MAX;
		m.n = REPORT_WORLD_MAX;
	}
	do {
		for (size_t i = 0; i < m.n; i++) {
			struct subject *s = &m.items[i];

			if (!s->done) {
				bool host = ask_host(&m, s);

				s->done = ask_spf(&m, s) && host;
			}
		}
	} while (dns_book_ask(&m.book, resolver));
	apply(r, &m);
	dns_book_done(&m.book);
	map_done(&m.by_key);
	free(m.items);
}
