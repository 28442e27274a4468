/* SPDX-License-Identifier: ISC */
#include "trail/timeline.h"

#include "base/arena.h"

#include <stdlib.h>

bool
timeline_add(struct timeline *line, uint64_t key, uint32_t at, uint32_t number)
{
	if (line->n >= TIMELINE_MAX)
		return false;
	VEC_ROOM(line->items, line->n, line->cap);
	line->items[line->n++] = (struct timeline_item){key, at, number};
	return true;
}

static int
item_compare(const void *a, const void *b)
{
	const struct timeline_item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void
timeline_ready(struct timeline *line)
{
	if (line->n > 0)
		qsort(line->items, line->n, sizeof(*line->items), item_compare);
}

size_t
timeline_find(const struct timeline *line, uint64_t key, uint32_t at)
{
	size_t low = 0, high = line->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct timeline_item *i = &line->items[middle];

		if (i->key < key || (i->key == key && i->at < at))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
timeline_near(const struct timeline *line, uint64_t key, uint32_t from,
    uint32_t to, uint32_t at)
{
	uint32_t best = UINT32_MAX, best_off = UINT32_MAX;

	for (size_t i = timeline_find(line, key, from); i < line->n; i++) {
		const struct timeline_item *item = &line->items[i];
		uint32_t off = item->at < at ? at - item->at : item->at - at;

		if (item->key != key || item->at > to)
			break;
		if (off <= best_off) {
			best = item->number;
			best_off = off;
		}
	}
	return best;
}

void
timeline_done(struct timeline *line)
{
	free(line->items);
	*line = (struct timeline){0};
}
