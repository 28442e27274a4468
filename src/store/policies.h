/* SPDX-License-Identifier: ISC */
/*
 * Policies of MTA-STS as they were seen: one that changes and keeps its id
 * (RFC 8461 3.1) looks the same as ever to who has the old one.
 */
#ifndef STORE_POLICIES_H
#define STORE_POLICIES_H

#include "base/arena.h"
#include "store/store.h"

struct kept_policy {
	struct str domain, id;
	struct str hash;     /* of what it says (check/sts.h) */
	int64_t age;         /* max_age, seconds */
	wall_us first, last; /* seen so, with that id */
	wall_us other;       /* since when it says something else; WALL_NONE */
};

/* Zeroed it is empty. */
struct kept_policies {
	struct arena arena;
	struct kept_policy *items; /* by domain */
	size_t n, cap;
};

void kept_policies_load(struct kept_policies *p, struct store *store);
void kept_policies_done(struct kept_policies *p);
const struct kept_policy *kept_policies_find(
    const struct kept_policies *p, struct str domain);

/*
 * Is it another policy than that one, under the same id, while senders may
 * still have that one? at: when it was seen.
 */
bool kept_policy_differs(const struct kept_policy *known, struct str id,
    struct str hash, wall_us at);

/* Between store_begin and store_commit. age as it is written, digits. */
void kept_policies_seen(struct store *store, wall_us at, struct str domain,
    struct str id, struct str hash, struct str age);
void kept_policies_trim(struct store *store);

#endif
