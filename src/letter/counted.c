/* SPDX-License-Identifier: ISC */
#include "letter/counted.h"

#include <stdlib.h>

uint32_t
counted_add(struct counted *c, struct arena *a, struct str text)
{
	uint64_t key = str_hash_fold(text);
	uint32_t *found;
	bool is_new;

	if (text.n == 0)
		return COUNTED_NONE;
	text = str_head(text, 300);
	found = map_get(&c->map, key);
	if (found != NULL) {
		c->items[*found].n++;
		return *found;
	}
	if (c->n == COUNTED_MAX) {
		c->missed++;
		return COUNTED_NONE;
	}
	VEC_ROOM(c->items, c->n, c->cap);
	c->items[c->n] =
	    (struct counted_item){.text = str_keep(a, text), .n = 1};
	*map_put(&c->map, key, &is_new) = (uint32_t)c->n;
	return (uint32_t)c->n++;
}

void
counted_done(struct counted *c)
{
	map_done(&c->map);
	free(c->items);
}

size_t
counted_top(const struct counted *c, enum claim_state state, size_t max,
    uint32_t *ret_numbers)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		uint64_t count = c->items[i].states[state];
		size_t at = n < max ? n : max;

		if (count == 0)
			continue;
		while (at > 0 &&
		       c->items[ret_numbers[at - 1]].states[state] < count) {
			if (at < max)
				ret_numbers[at] = ret_numbers[at - 1];
			at--;
		}
		if (at < max)
			ret_numbers[at] = (uint32_t)i;
		n += n < max;
	}
	return n;
}

uint64_t
counted_in(const struct counted *c, enum claim_state state)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->items[i].states[state] > 0;
	return n;
}
