/* SPDX-License-Identifier: ISC */
/*
 * A gateway passes strangers' mail on to the servers of its people, and those
 * hand out through it what their people write, to everybody and without a
 * login. A relay that was found has no such friends: where its mail goes to,
 * none comes from.
 */
#include "trail/behind.h"

enum {
	BEHIND_LEAST = 20, /* recipients, of all those servers */
	BEHIND_EACH = 3,   /* and of each */
};

/* How many recipients mail of strangers was passed on to where this origin is;
 * 0: few, or it is no client. */
static uint32_t
written_to(const struct tally *tally, const struct origin *o)
{
	const uint32_t *count;
	struct ip ip;

	if (o->kind != ORIGIN_CLIENT || !ip_parse(o->name, &ip))
		return 0;
	count = map_get(&tally->passed_on.servers, ip_hash(&ip));
	return count == NULL || *count < BEHIND_EACH ? 0 : *count;
}

/* The domains whose mail went there are ours. */
static void
trust_domains(struct tally *tally, const struct map *behind)
{
	const struct map *homes = &tally->passed_on.homes;
	bool is_new;

	for (size_t i = 0; i < homes->size; i++)
		if (homes->slots[i].key != 0 &&
		    map_get(behind, homes->slots[i].value) != NULL)
			++*map_put(
			    &tally->our_domains, homes->slots[i].key, &is_new);
}

void
behind_find(struct tally *tally)
{
	struct passed_on *p = &tally->passed_on;
	uint64_t to = 0, from = 0;
	uint32_t from_free = 0;
	struct map behind = {0};
	bool is_new;

	for (uint32_t i = 0; i < tally->origins_n; i++) {
		const struct origin *o = tally->origins[i];
		uint32_t count = written_to(tally, o);

		if (count == 0)
			continue;
		to += count;
		from += o->passed;
		from_free += o->passed_free;
	}
	/* Most of what the others wrote? */
	if (to < BEHIND_LEAST || to < (p->recipients - from) / 2)
		return;
	for (uint32_t i = 0; i < tally->origins_n; i++) {
		struct ip ip;

		if (written_to(tally, tally->origins[i]) == 0 ||
		    !ip_parse(tally->origins[i]->name, &ip))
			continue;
		tally_mailbox(tally, &ip);
		(void)map_put(&behind, (uint32_t)ip_hash(&ip), &is_new);
	}
	p->recipients -= (uint32_t)from;
	p->free_mail -= from_free;
	trust_domains(tally, &behind);
	map_done(&behind);
}
