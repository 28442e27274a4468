/* SPDX-License-Identifier: ISC */
/* Which list held which address or name, since when, and until when. */
#ifndef STORE_LISTINGS_H
#define STORE_LISTINGS_H

#include "base/arena.h"
#include "base/map.h"
#include "store/store.h"

struct listing {
	struct str list;   /* its id, or the zone of a list of one's own */
	struct str target; /* "192.0.2.1", "example.org" */
	struct str labels; /* "SBL XBL" */
	wall_us first, last;
	wall_us gone; /* WALL_NONE: it is listed, as far as known */
};

/* What the store knows of them, in memory; zeroed it is nothing. */
struct listings {
	struct arena arena;
	struct listing *items;
	size_t n, cap;
	struct map map;
	struct asked {
		struct str target;
		wall_us at;
	} * asked;
	size_t asked_n, asked_cap;
	struct map asked_map;
};

void listings_load(struct listings *l, struct store *store);
void listings_done(struct listings *l);
/* NULL: it was never listed, as far as known. */
const struct listing *listings_find(
    const struct listings *l, struct str list, struct str target);

/* When lists were last asked about it; WALL_NONE: never. */
wall_us listings_asked(const struct listings *l, struct str target);

/*
 * Each between store_begin and store_commit. said: what the list said, or what
 * confirmed that it is gone.
 */
void listings_seen(struct store *store, wall_us at, struct str list,
    struct str target, struct str labels, struct str said);
void listings_gone(
    struct store *store, wall_us at, struct str list, struct str target);
void listings_ask(struct store *store, wall_us at, struct str target);
/* What is too old goes. */
void listings_trim(struct store *store);

#endif
