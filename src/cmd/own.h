/* SPDX-License-Identifier: ISC */
/*
 * What this server sends as: the addresses of its interfaces, addresses and
 * names of its mail server's configuration, and what --own adds. Found while
 * there are rights.
 */
#ifndef CMD_OWN_H
#define CMD_OWN_H

#include "base/arena.h"
#include "conf/options.h"

struct own {
	struct str text; /* an address or a name */
	struct str why;  /* "interface eth0", "myhostname of main.cf" */
};

struct own_set {
	struct own *items;
	size_t n, cap;
	bool private_only; /* no interface has a public address */
};

/* Live in the arena but for items, which own_done frees. */
void own_find(struct own_set *set, struct arena *a, const struct options *o);
void own_done(struct own_set *set);

#endif
