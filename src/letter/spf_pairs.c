/* SPDX-License-Identifier: ISC */
/*
 *	tienda.example  v=spf1 mx ip4:203.0.113.5 include:spf.example.net ~all
 *	                       direct             include
 */
#include "letter/spf_pairs.h"

#include <stdlib.h>

static uint64_t
key_of(const struct ip *ip, struct str domain)
{
	return ip_hash(ip) ^
	       str_hash_fold_keyed(domain) * UINT64_C(0x9e3779b97f4a7c15);
}

void
spf_pairs_add(
    struct spf_pairs *pairs, const struct ip *ip, struct str domain, uint64_t n)
{
	bool is_new;
	uint32_t *number = map_put(&pairs->by_key, key_of(ip, domain), &is_new);

	if (is_new) {
		*number = (uint32_t)pairs->n;
		VEC_ROOM(pairs->items, pairs->n, pairs->cap);
		pairs->items[pairs->n++] = (struct spf_pair){
		    .ip = *ip, .domain = domain, .result = SPF_NONE};
	}
	pairs->items[*number].n += n;
}

static int
compare(const void *left, const void *right)
{
	const struct spf_pair *a = left, *b = right;

	return (a->n < b->n) - (a->n > b->n);
}

/* False: not yet known. */
static bool
ask_host(struct spf_pairs *pairs, struct spf_pair *p)
{
	struct arena a = {0};
	const struct dns_answer *names =
	    dns_book_get(&pairs->book, dns_reverse_name(&a, &p->ip), DNS_PTR);
	const struct dns_answer *back;
	bool known = names != NULL;

	arena_done(&a);
	if (!known || names->status != DNS_OK || names->n == 0)
		return known;
	back = dns_book_get(&pairs->book, names->records[0].name,
	    ip_is_v4(&p->ip) ? DNS_A : DNS_AAAA);
	if (back == NULL)
		return false;
	for (size_t i = 0; back->status == DNS_OK && i < back->n; i++)
		if (ip_eq(&back->records[i].ip, &p->ip))
			p->host =
			    str_keep(&pairs->arena, names->records[0].name);
	return true;
}

static void
take_term(
    struct spf_pairs *pairs, const struct spf_trace *trace, struct spf_pair *p)
{
	for (const struct spf_step *step = trace != NULL ? trace->steps : NULL;
	     step != NULL; step = step->next) {
		struct str term = step->term;

		if (!step->matched && step->next != NULL)
			continue;
		(void)str_eat(&term, S("+"));
		if (str_eq_fold(str_head(term, 8), S("include:")))
			p->include = str_keep(&pairs->arena, step->name);
		else if (str_eq_fold(str_head(term, 9), S("redirect=")))
			take_term(pairs, step->inner, p);
		else if (!str_eq_fold(term, S("all")))
			p->direct = true;
		return;
	}
}

static bool
ask_spf(struct spf_pairs *pairs, struct spf_pair *p)
{
	struct arena a = {0};
	struct spf_query query = {.ip = p->ip,
	    .helo = p->domain,
	    .sender = arena_printf(&a, "postmaster@%.*s", STR_ARG(p->domain)),
	    .at = time_now()};
	struct spf_outcome outcome;
	bool known = spf_check(&pairs->book, &a, &query, &outcome);

	if (known) {
		p->result = outcome.result;
		if (outcome.result == SPF_PASS)
			take_term(pairs, outcome.trace, p);
	}
	arena_done(&a);
	return known;
}

size_t
spf_pairs_ask(struct spf_pairs *pairs, struct resolver *resolver, bool hosts)
{
	size_t more = 0;

	if (pairs->n == 0)
		return 0;
	qsort(pairs->items, pairs->n, sizeof(*pairs->items), compare);
	if (pairs->n > SPF_PAIRS_ASKED) {
		more = pairs->n - SPF_PAIRS_ASKED;
		pairs->n = SPF_PAIRS_ASKED;
	}
	do {
		for (size_t i = 0; i < pairs->n; i++) {
			struct spf_pair *p = &pairs->items[i];
			bool host;

			if (p->done)
				continue;
			host = !hosts || ask_host(pairs, p);
			p->done = ask_spf(pairs, p) && host;
		}
	} while (dns_book_ask(&pairs->book, resolver));
	/* they stand elsewhere now */
	map_done(&pairs->by_key);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct spf_pair *p = &pairs->items[i];
		bool is_new;

		*map_put(&pairs->by_key, key_of(&p->ip, p->domain), &is_new) =
		    (uint32_t)i;
	}
	return more;
}

const struct spf_pair *
spf_pairs_find(
    const struct spf_pairs *pairs, const struct ip *ip, struct str domain)
{
	const uint32_t *number = map_get(&pairs->by_key, key_of(ip, domain));

	return number == NULL ? NULL : &pairs->items[*number];
}

void
spf_pairs_done(struct spf_pairs *pairs)
{
	dns_book_done(&pairs->book);
	map_done(&pairs->by_key);
	free(pairs->items);
	arena_done(&pairs->arena);
	*pairs = (struct spf_pairs){0};
}
