/* SPDX-License-Identifier: ISC */
#include "store/changes.h"

#include <stdlib.h>

void
changes_load(struct changes *c, struct store *store, size_t max)
{
	const enum store_statement id = SQL_ALL_CHANGES;

	if (!store_ask(store, id, "i", (int64_t)max))
		return;
	while (store_next(store, id)) {
		VEC_ROOM(c->items, c->n, c->cap);
		c->items[c->n++] = (struct change){
		    .at = store_number(store, id, 0),
		    .list = str_keep(&c->arena, store_text(store, id, 1)),
		    .target = str_keep(&c->arena, store_text(store, id, 2)),
		    .what = str_keep(&c->arena, store_text(store, id, 3)),
		    .said = str_keep(&c->arena, store_text(store, id, 4)),
		};
	}
}

void
changes_done(struct changes *c)
{
	free(c->items);
	arena_done(&c->arena);
	*c = (struct changes){0};
}
