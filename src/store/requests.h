/* SPDX-License-Identifier: ISC */
/* What was asked for, of whom, and what became of it. */
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H

#include "base/arena.h"
#include "store/store.h"

enum request_state {
	REQUEST_OPEN, /* not asked for */
	REQUEST_ASKED,
	REQUEST_REFUSED,
	REQUEST_DELISTED,
	REQUEST_AGAIN, /* it was delisted and came back */
	REQUEST_STATES,
};

struct request {
	struct str id; /* "spamhaus-xbl/192.0.2.1" */
	enum request_state state;
	wall_us at;          /* since when it is so */
	wall_us first, seen; /* reasons for it */
	uint64_t times;      /* it was asked for */
};

/* Zeroed it is empty. */
struct requests {
	struct arena arena;
	struct request *items;
	size_t n, cap;
};

void requests_load(struct requests *r, struct store *store);
void requests_done(struct requests *r);
const struct request *requests_find(const struct requests *r, struct str id);

/* Between store_begin and store_commit. */
void requests_seen(struct store *store, wall_us at, struct str id);
/* False: there is none of that id, or it could not be written. */
bool requests_mark(
    struct store *store, wall_us at, struct str id, enum request_state state);

const char *request_state_name(enum request_state state); /* "asked" */

#endif
