/* SPDX-License-Identifier: ISC */
/*
 * The receiver that bounced may not have looked at SPF; the record can still be
 * asked: is the address that brought the mail one that the domain lets send?
 * A record that lets everybody send ("+all") tells nothing, and where the
 * receiver told its own result that one counts, not ours.
 */
#include "letter/bag_world.h"

#include "check/spf.h"
#include "mail/address.h"

#include <stdlib.h>

struct pair {
	struct ip entry;
	struct str domain;
	uint64_t key, n;
	bool done;
	uint32_t signal; /* 0: none */
};

struct asking {
	struct dns_book book;
	struct pair *items;
	size_t n, cap;
	struct map by_key;
};

static struct str
domain_of(const struct bag *bag, const struct bag_record *r)
{
	if (r->address == COUNTED_NONE || ip_is_none(&r->entry))
		return (struct str){NULL, 0};
	return address_domain(bag->addresses.items[r->address].text);
}

static uint64_t
key_of(const struct bag *bag, const struct bag_record *r)
{
	return ip_hash(&r->entry) ^ str_hash_fold(domain_of(bag, r)) * 3;
}

static void
collect(struct asking *m, const struct bag *bag)
{
	for (size_t i = 0; i < bag->records_n; i++) {
		const struct bag_record *r = &bag->records[i];
		struct str domain = domain_of(bag, r);
		uint32_t *number;
		bool is_new;

		if (domain.n == 0 || own_has_ip(bag->own, &r->entry))
			continue;
		number = map_put(&m->by_key, key_of(bag, r), &is_new);
		if (is_new) {
			*number = (uint32_t)m->n;
			VEC_ROOM(m->items, m->n, m->cap);
			m->items[m->n++] = (struct pair){.entry = r->entry,
			    .domain = domain,
			    .key = key_of(bag, r)};
		}
		m->items[*number].n++;
	}
}

static int
compare(const void *left, const void *right)
{
	const struct pair *a = left, *b = right;

	return (a->n < b->n) - (a->n > b->n);
}

/* Is "all" what let it pass? */
static bool
is_for_all(const struct spf_outcome *outcome)
{
	struct str term = outcome->term;

	(void)str_eat(&term, S("+"));
	return outcome->cause == SPF_BY_TERM && str_eq_fold(term, S("all"));
}

static void
ask(struct asking *m, struct pair *p)
{
	struct arena a = {0};
	struct spf_query query = {.ip = p->entry,
	    .helo = p->domain,
	    .sender = arena_printf(&a, "postmaster@%.*s", STR_ARG(p->domain)),
	    .at = time_now()};
	struct spf_outcome outcome;

	p->done = spf_check(&m->book, &a, &query, &outcome);
	if (p->done && outcome.result == SPF_PASS && !is_for_all(&outcome))
		p->signal = UINT32_C(1) << SIGNAL_SPF_NAMES;
	if (p->done &&
	    (outcome.result == SPF_FAIL || outcome.result == SPF_SOFTFAIL))
		p->signal = UINT32_C(1) << SIGNAL_SPF_OTHERS;
	arena_done(&a);
}

static void
apply(struct bag *bag, struct asking *m)
{
	const uint32_t told =
	    UINT32_C(1) << SIGNAL_SPF_FAIL | UINT32_C(1) << SIGNAL_SPF_SOFT;

	map_done(&m->by_key);
	m->by_key = (struct map){0};
	for (size_t i = 0; i < m->n; i++) {
		bool is_new;

		*map_put(&m->by_key, m->items[i].key, &is_new) = (uint32_t)i;
	}
	for (size_t i = 0; i < bag->records_n; i++) {
		struct bag_record *r = &bag->records[i];
		const uint32_t *number;

		if (domain_of(bag, r).n == 0 || (r->signals & told) != 0)
			continue;
		number = map_get(&m->by_key, key_of(bag, r));
		if (number != NULL)
			r->signals |= m->items[*number].signal;
	}
}

size_t
bag_ask(struct bag *bag, struct resolver *resolver)
{
	struct asking m = {0};
	size_t more = 0;

	collect(&m, bag);
	if (m.n > 0)
		qsort(m.items, m.n, sizeof(*m.items), compare);
	if (m.n > BAG_WORLD_MAX) {
		more = m.n - BAG_WORLD_MAX;
		m.n = BAG_WORLD_MAX;
	}
	do {
		for (size_t i = 0; i < m.n; i++)
			if (!m.items[i].done)
				ask(&m, &m.items[i]);
	} while (m.n > 0 && dns_book_ask(&m.book, resolver));
	apply(bag, &m);
	dns_book_done(&m.book);
	map_done(&m.by_key);
	free(m.items);
	return more;
}
