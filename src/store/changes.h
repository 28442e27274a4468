/* SPDX-License-Identifier: ISC */
/* What happened, in its order: each change of a listing or of a request. */
#ifndef STORE_CHANGES_H
#define STORE_CHANGES_H

#include "base/arena.h"
#include "store/store.h"

struct change {
	wall_us at;
	struct str list;   /* or the id of a request */
	struct str target; /* empty: of a request */
	struct str
	    what; /* "listed", "again", "gone", "asked", "refused", ... */
	struct str said; /* the list's words; hostile */
};

/* Zeroed it is empty. */
struct changes {
	struct arena arena;
	struct change *items; /* newest first */
	size_t n, cap;
};

/* The newest, at most max of them. */
void changes_load(struct changes *c, struct store *store, size_t max);
void changes_done(struct changes *c);

#endif
