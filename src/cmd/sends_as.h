/* SPDX-License-Identifier: ISC */
/*
 * What this server sends as: the addresses of its interfaces, addresses and
 * names of its mail server's configuration, and what --own adds. Found while
 * there are rights.
 */
#ifndef CMD_SENDS_AS_H
#define CMD_SENDS_AS_H

#include "base/arena.h"
#include "conf/options.h"

struct sends_as {
	struct str text; /* an address or a name */
	struct str why;  /* "interface eth0", "myhostname of main.cf" */
};

struct sends_as_set {
	struct sends_as *items;
	size_t n, cap;
	bool private_only; /* no interface has a public address */
};

/* Live in the arena but for items, which sends_as_done frees. */
void sends_as_find(
    struct sends_as_set *set, struct arena *a, const struct options *o);
/* Only what --own names. */
void sends_as_named(
    struct sends_as_set *set, struct arena *a, const struct options *o);
void sends_as_done(struct sends_as_set *set);

#endif
