/* SPDX-License-Identifier: ISC */
#include "store/listings.h"

#include <stdlib.h>

static uint64_t
key_of(struct str list, struct str target)
{
	return str_hash(list) * 31 + str_hash(target);
}

static void
read_row(struct store *store, struct arena *a, struct listing *ret_listing)
{
	const enum store_statement id = SQL_LISTINGS;

	*ret_listing = (struct listing){
	    .list = str_keep(a, store_text(store, id, 0)),
	    .target = str_keep(a, store_text(store, id, 1)),
	    .labels = str_keep(a, store_text(store, id, 2)),
	    .first = store_number(store, id, 3),
	    .last = store_number(store, id, 4),
	    .gone = store_is_null(store, id, 5) ? WALL_NONE
						: store_number(store, id, 5),
	};
}

static void
load_asked(struct listings *l, struct store *store)
{
	if (!store_ask(store, SQL_ASKED, "i", (int64_t)STORE_LISTINGS))
		return;
	while (store_next(store, SQL_ASKED)) {
		struct asked *item;
		bool is_new;

		VEC_ROOM(l->asked, l->asked_n, l->asked_cap);
		item = &l->asked[l->asked_n++];
		item->target =
		    str_keep(&l->arena, store_text(store, SQL_ASKED, 0));
		item->at = store_number(store, SQL_ASKED, 1);
		*map_put(&l->asked_map, str_hash(item->target), &is_new) =
		    (uint32_t)l->asked_n;
	}
}

void
listings_load(struct listings *l, struct store *store)
{
	load_asked(l, store);
	if (!store_ask(store, SQL_LISTINGS, "i", (int64_t)STORE_LISTINGS))
		return;
	while (store_next(store, SQL_LISTINGS)) {
		struct listing *item;
		bool is_new;

		VEC_ROOM(l->items, l->n, l->cap);
		item = &l->items[l->n++];
		read_row(store, &l->arena, item);
		*map_put(&l->map, key_of(item->list, item->target), &is_new) =
		    (uint32_t)l->n;
	}
}

void
listings_done(struct listings *l)
{
	free(l->items);
	free(l->asked);
	map_done(&l->map);
	map_done(&l->asked_map);
	arena_done(&l->arena);
	*l = (struct listings){0};
}

const struct listing *
listings_find(const struct listings *l, struct str list, struct str target)
{
	const uint32_t *at = map_get(&l->map, key_of(list, target));
	const struct listing *item = at == NULL ? NULL : &l->items[*at - 1];

	return item != NULL && str_eq(item->list, list) &&
		       str_eq(item->target, target)
		   ? item
		   : NULL;
}

wall_us
listings_asked(const struct listings *l, struct str target)
{
	const uint32_t *at = map_get(&l->asked_map, str_hash(target));

	return at != NULL && str_eq(l->asked[*at - 1].target, target)
		   ? l->asked[*at - 1].at
		   : WALL_NONE;
}

void
listings_ask(struct store *store, wall_us at, struct str target)
{
	(void)store_run(store, SQL_ASKED_NOW, "si", target, at);
}

void
listings_seen(struct store *store, wall_us at, struct str list,
    struct str target, struct str labels, struct str said)
{
	bool known = store_ask(store, SQL_LISTING, "ss", list, target) &&
		     store_next(store, SQL_LISTING);
	bool gone = known && !store_is_null(store, SQL_LISTING, 5);

	/* To its end, so that nothing holds the row. */
	while (known && store_next(store, SQL_LISTING))
		;
	if (!known || gone)
		(void)store_run(store, SQL_CHANGE, "issss", at, list, target,
		    gone ? S("again") : S("listed"), said);
	(void)store_run(
	    store, SQL_LISTING_SEEN, "sssi", list, target, labels, at);
}

void
listings_gone(
    struct store *store, wall_us at, struct str list, struct str target)
{
	if (store_run(store, SQL_LISTING_GONE, "ssi", list, target, at) &&
	    store_changed(store) > 0)
		(void)store_run(store, SQL_CHANGE, "issss", at, list, target,
		    S("gone"), S(""));
}

void
listings_trim(struct store *store)
{
	(void)store_run(store, SQL_FORGET_CHANGES, "i", (int64_t)STORE_CHANGES);
	(void)store_run(store, SQL_FORGET_ASKED, "i", (int64_t)STORE_LISTINGS);
	(void)store_run(
	    store, SQL_FORGET_LISTINGS, "i", (int64_t)STORE_LISTINGS);
}
