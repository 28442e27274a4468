/* SPDX-License-Identifier: ISC */
/*
 * Comparing all with all would take 5,000,000,000 comparisons for 100,000
 * messages. Two that share half of their text share many slots of their
 * sketches: they are found by sorting after two slots at a time (locality
 * sensitive hashing), each time with other two. What stands together then is
 * compared with a few of its neighbours only, and joined (union-find).
 *
 * The probability that two messages whose texts have 0.4 in common never stand
 * together is (1 - 0.16)^32 = 0.4 %, and they need not: one message between
 * them is enough.
 */
#include "queue/clusters.h"

#include "base/arena.h"

#include <stdlib.h>

enum {
	/* Of what stands together under one key: compared with at most so
	 * many that are not joined yet. */
	LEADERS = 8,
};

struct entry {
	uint64_t key;
	uint32_t item;
};

struct work {
	const struct likeness *const *items;
	uint32_t *parent;
	struct entry *entries;
	size_t n;
};

static uint32_t
root_of(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

/* The smaller number leads, so that it is the first of its cluster. */
static void
join(uint32_t *parent, uint32_t a, uint32_t b)
{
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

static int
by_key(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static void
join_run(struct work *w, const struct entry *run, size_t n)
{
	uint32_t leaders[LEADERS];
	size_t leaders_n = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t item = run[i].item;
		uint32_t root = root_of(w->parent, item);
		bool joined = false;

		for (size_t k = 0; k < leaders_n && !joined; k++)
			joined = root_of(w->parent, leaders[k]) == root;
		for (size_t k = 0; k < leaders_n && !joined; k++) {
			joined = likeness_alike(
			    w->items[leaders[k]], w->items[item]);
			if (joined)
				join(w->parent, root_of(w->parent, leaders[k]),
				    root);
		}
		if (!joined && leaders_n < LEADERS)
			leaders[leaders_n++] = item;
	}
}

static void
join_entries(struct work *w)
{
	size_t from = 0;

	if (w->n < 2)
		return;
	qsort(w->entries, w->n, sizeof(*w->entries), by_key);
	for (size_t i = 1; i <= w->n; i++) {
		if (i < w->n && w->entries[i].key == w->entries[from].key)
			continue;
		if (i - from > 1)
			join_run(w, w->entries + from, i - from);
		from = i;
	}
	w->n = 0;
}

static void
add(struct work *w, uint64_t key, size_t item)
{
	w->entries[w->n++] = (struct entry){key, (uint32_t)item};
}

void
clusters_find(
    const struct likeness *const *items, size_t n, uint32_t *ret_first)
{
	struct work w = {.items = items,
	    .parent = ret_first,
	    .entries = xcalloc(n + 1, sizeof(*w.entries))};

	for (size_t i = 0; i < n; i++)
		ret_first[i] = (uint32_t)i;
	/* What is the same altogether, and what has the same subject. */
	for (size_t i = 0; i < n; i++)
		if (items[i] != NULL)
			add(&w, items[i]->text, i);
	join_entries(&w);
	for (size_t i = 0; i < n; i++)
		if (items[i] != NULL && items[i]->subject != 0)
			add(&w, items[i]->subject, i);
	join_entries(&w);
	for (size_t slot = 0; slot < LIKENESS_SLOTS; slot += 2) {
		for (size_t i = 0; i < n; i++)
			if (items[i] != NULL && items[i]->slots[slot] != 0 &&
			    items[i]->slots[slot + 1] != 0)
				add(&w,
				    (uint64_t)items[i]->slots[slot] << 16 |
					items[i]->slots[slot + 1],
				    i);
		join_entries(&w);
	}
	for (size_t i = 0; i < n; i++)
		ret_first[i] = root_of(ret_first, (uint32_t)i);
	free(w.entries);
}
