/* SPDX-License-Identifier: ISC */
#include "queue/campaign.h"

#include "mail/address.h"
#include "queue/clusters.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the id ---- */

/*
 * An id must stay when most of the messages leave and others come. Where a word
 * of the template has the smallest hash of a slot, all agree on that slot, until
 * a word of a single message has a smaller one; the smaller the hash, the rarer
 * that is. So an id is made of the smallest ones that nearly all agree on.
 */
enum {
	ID_SLOTS = 5,
	/* Percent of the messages. Words that are exchanged leave three
	 * quarters or less. */
	ID_AGREE = 85,
};

/* The value that more than half of the messages have in a slot (Boyer and
 * Moore 1981), and how many have it. */
static uint16_t
majority(const struct campaign *c, size_t slot, size_t *ret_n)
{
	uint16_t value = 0;
	size_t lead = 0, n = 0;

	for (size_t i = 0; i < c->messages; i++) {
		uint16_t v = c->items[i]->kin->likeness.slots[slot];

		if (lead == 0)
			value = v;
		if (v == value)
			lead++;
		else
			lead--;
	}
	for (size_t i = 0; i < c->messages; i++)
		n += c->items[i]->kin->likeness.slots[slot] == value;
	*ret_n = n;
	return value;
}

static uint32_t
majority_subject(const struct campaign *c)
{
	uint32_t value = 0;
	size_t lead = 0, n = 0;

	for (size_t i = 0; i < c->messages; i++) {
		uint32_t v = c->items[i]->kin->likeness.subject;

		if (lead == 0)
			value = v;
		if (v == value)
			lead++;
		else
			lead--;
	}
	for (size_t i = 0; i < c->messages; i++)
		n += c->items[i]->kin->likeness.subject == value;
	return n * 100 >= c->messages * ID_AGREE ? value : 0;
}

static uint64_t
hash_more(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

/* Values that nearly all agree on, the smallest first; returns how many. */
static size_t
find_agreed(
    const uint16_t *values, const bool *agreed, size_t ret_slots[ID_SLOTS])
{
	size_t n = 0;

	for (size_t slot = 0; slot < LIKENESS_SLOTS; slot++) {
		size_t at = n;

		if (!agreed[slot])
			continue;
		while (at > 0 && values[ret_slots[at - 1]] > values[slot])
			at--;
		if (at == ID_SLOTS)
			continue;
		n += n < ID_SLOTS;
		for (size_t i = n - 1; i > at; i--)
			ret_slots[i] = ret_slots[i - 1];
		ret_slots[at] = slot;
	}
	return n;
}

static void
find_sample(struct campaign *c, const uint16_t *values)
{
	size_t best = 0;

	for (size_t i = 0; i < c->messages; i++) {
		const struct likeness *l = &c->items[i]->kin->likeness;
		size_t same = 1;

		for (size_t slot = 0; slot < LIKENESS_SLOTS; slot++)
			same += l->slots[slot] == values[slot];
		if (same <= best)
			continue;
		best = same;
		c->sample = c->items[i];
	}
}

/* Texts that are too short for a sketch have their subject in the id; so have
 * those whose id another campaign has. */
static void
find_id(struct campaign *c, const uint16_t *values, const bool *agreed,
    bool with_subject)
{
	size_t slots[ID_SLOTS];
	size_t n = find_agreed(values, agreed, slots);
	uint64_t hash = 1;

	for (size_t i = 0; i < n; i++)
		hash = hash_more(hash, slots[i] << 16 | values[slots[i]]);
	if (n < ID_SLOTS || with_subject)
		hash = hash_more(hash, majority_subject(c));
	c->id = (uint32_t)(hash >> 32 ^ hash);
	c->id += c->id == 0;
}

/* Texts can be made so that all want one id: the numbers behind it that are
 * given away are not tried one after another. */
static uint32_t
free_id(struct map *taken, uint32_t wanted)
{
	bool is_new;
	uint32_t *tried = map_put(taken, wanted, &is_new);
	uint32_t id = wanted;

	while (!is_new) {
		id = wanted + ++*tried;
		id += id == 0;
		if (map_get(taken, id) != NULL)
			continue;
		(void)map_put(taken, id, &is_new);
	}
	return id;
}

static void
name_it(struct map *taken, struct campaign *c)
{
	uint16_t values[LIKENESS_SLOTS];
	bool agreed[LIKENESS_SLOTS];

	for (size_t slot = 0; slot < LIKENESS_SLOTS; slot++) {
		size_t n;

		values[slot] = majority(c, slot, &n);
		agreed[slot] =
		    values[slot] != 0 && n * 100 >= c->messages * ID_AGREE;
	}
	find_sample(c, values);
	find_id(c, values, agreed, false);
	if (map_get(taken, c->id) != NULL)
		find_id(c, values, agreed, true);
	c->id = free_id(taken, c->id);
}

const char *
campaign_id_text(uint32_t id, char buf[CAMPAIGN_ID])
{
	(void)snprintf(buf, CAMPAIGN_ID, "%08x", id);
	return buf;
}

uint32_t
campaign_id_parse(struct str text)
{
	uint32_t id = 0;

	if (text.n != CAMPAIGN_ID - 1)
		return 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c >= '0' && c <= '9')
			id = id << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			id = id << 4 | (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			id = id << 4 | (uint32_t)(c - 'A' + 10);
		else
			return 0;
	}
	return id;
}

/* ---- what they have in common ---- */

/* Bulk senders write each recipient into the sender (VERP): its domain counts
 * then. */
static uint64_t
sender_key(struct str sender)
{
	return str_hash_fold_keyed(
	    address_is_list_sender(sender) ? address_domain(sender) : sender);
}

/* The i-th value of a trait; 0: it has no more. */
static uint64_t
key_of(const struct waiting *w, enum trait trait, size_t i)
{
	if (trait == TRAIT_LINK)
		return i < LIKENESS_LINKS ? w->kin->likeness.links[i] : 0;
	if (i > 0)
		return 0;
	switch (trait) {
	case TRAIT_ORIGIN:
		return w->kind == ORIGIN_UNKNOWN
			   ? 0
			   : (str_hash_fold_keyed(w->origin) +
				 (uint64_t)w->kind * 7919) |
				 1;
	case TRAIT_SENDER:
		return sender_key(w->sender) | 1;
	case TRAIT_SUBJECT:
		return w->kin->likeness.subject;
	case TRAIT_CLIENT:
		return ip_is_none(&w->client) ? 0 : ip_hash(&w->client) | 1;
	case TRAIT_LINK:
	case TRAITS:
		break;
	}
	return 0;
}

struct tally_of {
	uint64_t key;
	const struct waiting *sample;
	struct str text;
	uint32_t messages;
};

static int
by_messages(const void *left, const void *right)
{
	const struct tally_of *a = left, *b = right;

	if (a->messages != b->messages)
		return a->messages > b->messages ? -1 : 1;
	return (a->sample > b->sample) - (a->sample < b->sample);
}

static void
find_common(struct campaign *c, enum trait trait, const struct map *others)
{
	struct common *common = &c->common[trait];
	struct map numbers = {0};
	struct tally_of *values = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < c->messages; i++) {
		const struct waiting *w = c->items[i];
		uint64_t key;

		for (size_t k = 0; (key = key_of(w, trait, k)) != 0; k++) {
			bool is_new;
			uint32_t *number = map_put(&numbers, key, &is_new);

			if (is_new) {
				VEC_ROOM(values, n, cap);
				values[n++] = (struct tally_of){key, w,
				    trait == TRAIT_LINK ? w->kin->links[k]
							: S(""),
				    0};
				*number = (uint32_t)n;
			}
			values[*number - 1].messages++;
		}
	}
	if (n > 0)
		qsort(values, n, sizeof(*values), by_messages);
	common->distinct = (uint32_t)n;
	for (size_t i = 0; i < n && i < CAMPAIGN_TOP; i++) {
		const uint32_t *other = map_get(others, values[i].key);

		common->top[i].sample = values[i].sample;
		common->top[i].text = values[i].text;
		common->top[i].messages = values[i].messages;
		common->top[i].others = other != NULL ? *other : 0;
		common->top_n = i + 1;
	}
	map_done(&numbers);
	free(values);
}

static void
count_others(
    struct map *counts, const struct waiting *items, size_t n, enum trait trait)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t key;

		if (items[i].campaign != 0 || items[i].is_notice)
			continue;
		for (size_t k = 0; (key = key_of(&items[i], trait, k)) != 0;
		     k++) {
			bool is_new;

			++*map_put(counts, key, &is_new);
		}
	}
}

static void
sum_up(struct campaign *c)
{
	c->first = c->last = WALL_NONE;
	for (size_t i = 0; i < c->messages; i++) {
		const struct waiting *w = c->items[i];

		c->recipients += w->rcpts;
		c->bytes += w->size;
		c->lists += w->is_list;
		c->held += w->state == QUEUE_HELD;
		c->spam += waiting_is_spam(w);
		if (w->arrived == WALL_NONE)
			continue;
		if (c->first == WALL_NONE || w->arrived < c->first)
			c->first = w->arrived;
		if (w->arrived > c->last)
			c->last = w->arrived;
	}
}

/* ---- finding them ---- */

static int
by_size(const void *left, const void *right)
{
	const struct campaign *a = left, *b = right;

	if (a->messages != b->messages)
		return a->messages > b->messages ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static bool
is_campaign(const struct campaign *c)
{
	uint64_t recipients = 0;

	if (c->messages >= CAMPAIGN_MESSAGES)
		return true;
	for (size_t i = 0; i < c->messages; i++)
		recipients += c->items[i]->rcpts;
	return c->messages > 1 && recipients >= CAMPAIGN_RECIPIENTS;
}

/* Members of each cluster, one cluster behind another, in room. */
static void
sort_members(const uint32_t *first, const struct waiting *items, size_t n,
    const struct waiting **room, uint32_t *ends)
{
	uint32_t at = 0;

	for (size_t i = 0; i < n; i++)
		ends[first[i]]++;
	for (size_t i = 0; i < n; i++) {
		uint32_t count = ends[i];

		ends[i] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
		room[ends[first[i]]++] = &items[i];
}

static void
take(struct campaigns *cs, struct shelf *shelf, struct map *taken,
    struct campaign *c)
{
	name_it(taken, c);
	sum_up(c);
	for (size_t i = 0; i < c->messages; i++)
		shelf_mark(shelf, c->items[i], c->id);
	cs->items[cs->n++] = *c;
}

static void
make(struct campaigns *cs, struct arena *a, struct shelf *shelf,
    const struct waiting *items, size_t n, const uint32_t *first)
{
	const struct waiting **room =
	    arena_alloc(a, (n + 1) * sizeof(struct waiting *));
	uint32_t *ends = xcalloc(n + 1, sizeof(*ends));
	struct map taken = {0}; /* ids; how many behind each were tried */
	size_t cap = 1;

	sort_members(first, items, n, room, ends);
	for (int run = 0; run < 2; run++) {
		for (size_t i = 0, from = 0; i < n; i++) {
			struct campaign c = {
			    .items = room + from, .messages = ends[i] - from};

			from = ends[i];
			if (!is_campaign(&c))
				continue;
			if (run == 0)
				cap++;
			else
				take(cs, shelf, &taken, &c);
		}
		if (run == 0)
			cs->items = arena_alloc(a, cap * sizeof(*cs->items));
	}
	free(ends);
	map_done(&taken);
}

void
campaigns_find(
    struct campaigns *ret_campaigns, struct arena *a, struct shelf *shelf)
{
	struct campaigns *cs = ret_campaigns;
	size_t n;
	const struct waiting *items = shelf_items(shelf, &n);
	const struct likeness **kin = xcalloc(n + 1, sizeof(*kin));
	uint32_t *first = xcalloc(n + 1, sizeof(*first));

	*cs = (struct campaigns){0};
	for (size_t i = 0; i < n; i++)
		kin[i] = items[i].is_notice ? NULL : &items[i].kin->likeness;
	clusters_find(kin, n, first);
	free(kin);
	make(cs, a, shelf, items, n, first);
	free(first);
	if (cs->n > 0)
		qsort(cs->items, cs->n, sizeof(*cs->items), by_size);
	for (size_t i = 0; i < n; i++) {
		cs->notices += items[i].is_notice;
		if (items[i].is_notice || items[i].campaign != 0)
			continue;
		cs->others++;
		cs->others_recipients += items[i].rcpts;
	}
	for (int trait = 0; trait < TRAITS; trait++) {
		struct map counts = {0};

		count_others(&counts, items, n, (enum trait)trait);
		for (size_t i = 0; i < cs->n; i++)
			find_common(&cs->items[i], (enum trait)trait, &counts);
		map_done(&counts);
	}
}
