/* SPDX-License-Identifier: ISC */
#include "store/requests.h"

#include <stdlib.h>

static const char *const names[REQUEST_STATES] = {
    "open", "asked", "refused", "delisted", "again"};

const char *
request_state_name(enum request_state state)
{
	return names[state];
}

static enum request_state
state_of(struct str name)
{
	for (size_t i = 0; i < REQUEST_STATES; i++)
		if (str_eq(str_z(names[i]), name))
			return (enum request_state)i;
	return REQUEST_OPEN;
}

void
requests_load(struct requests *r, struct store *store)
{
	const enum store_statement id = SQL_REQUESTS;

	if (!store_ask(store, id, "i", (int64_t)STORE_LISTINGS))
		return;
	while (store_next(store, id)) {
		VEC_ROOM(r->items, r->n, r->cap);
		r->items[r->n++] = (struct request){
		    .id = str_keep(&r->arena, store_text(store, id, 0)),
		    .state = state_of(store_text(store, id, 1)),
		    .at = store_number(store, id, 2),
		    .first = store_number(store, id, 3),
		    .seen = store_number(store, id, 4),
		    .times = (uint64_t)store_number(store, id, 5),
		};
	}
}

void
requests_done(struct requests *r)
{
	free(r->items);
	arena_done(&r->arena);
	*r = (struct requests){0};
}

const struct request *
requests_find(const struct requests *r, struct str id)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->items[i].id, id))
			return &r->items[i];
	return NULL;
}

void
requests_seen(struct store *store, wall_us at, struct str id)
{
	(void)store_run(store, SQL_REQUEST_SEEN, "si", id, at);
}

bool
requests_mark(
    struct store *store, wall_us at, struct str id, enum request_state state)
{
	struct str name = str_z(names[state]);

	if (!store_run(store, SQL_REQUEST_MARK, "ssi", id, name, at) ||
	    store_changed(store) == 0)
		return false;
	return store_run(
	    store, SQL_CHANGE, "issss", at, id, S(""), name, S(""));
}
