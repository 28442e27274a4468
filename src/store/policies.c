/* SPDX-License-Identifier: ISC */
#include "store/policies.h"

#include <stdlib.h>

enum {
	AGE_MAX = 31557600, /* RFC 8461 3.2 */
	FORM = 3,           /* of the file, that first had the table */
};

static struct kept_policy
row(struct arena *a, struct store *store, enum store_statement id)
{
	int64_t age = store_number(store, id, 3);

	return (struct kept_policy){
	    .domain = str_keep(a, store_text(store, id, 0)),
	    .id = str_keep(a, store_text(store, id, 1)),
	    .hash = str_keep(a, store_text(store, id, 2)),
	    .age = age < 0         ? 0
		   : age > AGE_MAX ? AGE_MAX
				   : age,
	    .first = store_number(store, id, 4),
	    .last = store_number(store, id, 5),
	    .other = store_is_null(store, id, 6) ? WALL_NONE
						 : store_number(store, id, 6)};
}

void
kept_policies_load(struct kept_policies *p, struct store *store)
{
	const enum store_statement id = SQL_POLICIES;

	/* A file of before that is only read. */
	if (store->form < FORM ||
	    !store_ask(store, id, "i", (int64_t)STORE_LISTINGS))
		return;
	while (store_next(store, id)) {
		VEC_ROOM(p->items, p->n, p->cap);
		p->items[p->n++] = row(&p->arena, store, id);
	}
}

void
kept_policies_done(struct kept_policies *p)
{
	free(p->items);
	arena_done(&p->arena);
	*p = (struct kept_policies){0};
}

const struct kept_policy *
kept_policies_find(const struct kept_policies *p, struct str domain)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq_fold(p->items[i].domain, domain))
			return &p->items[i];
	return NULL;
}

bool
kept_policy_differs(
    const struct kept_policy *known, struct str id, struct str hash, wall_us at)
{
	wall_us since = known->other != WALL_NONE ? known->other : at;

	return str_eq(known->id, id) && !str_eq(known->hash, hash) &&
	       at - since <= known->age * US_SECOND;
}

static bool
find(struct store *store, struct arena *a, struct str domain,
    struct kept_policy *ret_known)
{
	bool found = false;

	if (!store_ask(store, SQL_POLICY, "s", domain))
		return false;
	while (store_next(store, SQL_POLICY)) {
		*ret_known = row(a, store, SQL_POLICY);
		found = true;
	}
	return found;
}

void
kept_policies_seen(struct store *store, wall_us at, struct str domain,
    struct str id, struct str hash, struct str age)
{
	struct arena a = {0};
	struct kept_policy known;
	uint64_t seconds = 0;

	if (!str_u64(&age, 10, &seconds) || seconds > AGE_MAX)
		seconds = AGE_MAX;
	if (!find(store, &a, domain, &known))
		known = (struct kept_policy){.age = -1};
	if (known.age >= 0 && str_eq(known.id, id) && str_eq(known.hash, hash))
		(void)store_run(store, SQL_POLICY_SAME, "si", domain, at);
	else if (known.age >= 0 && kept_policy_differs(&known, id, hash, at))
		(void)store_run(store, SQL_POLICY_OTHER, "si", domain, at);
	else
		(void)store_run(store, SQL_POLICY_NEW, "sssii", domain, id,
		    hash, (int64_t)seconds, at);
	arena_done(&a);
}

void
kept_policies_trim(struct store *store)
{
	(void)store_run(
	    store, SQL_FORGET_POLICIES, "i", (int64_t)STORE_LISTINGS);
}
