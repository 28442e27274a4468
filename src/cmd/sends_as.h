/* SPDX-License-Identifier: ISC */
/*
 * What this server sends as: what --own names, the addresses of its
 * interfaces, and addresses, names and domains of its mail servers'
 * configurations.
 */
#ifndef CMD_SENDS_AS_H
#define CMD_SENDS_AS_H

#include "base/arena.h"
#include "conf/options.h"
#include "mta/facts.h"
#include "trail/hints.h"

struct sends_as {
	struct str text; /* an address or a name */
	struct str
	    why; /* "interface eth0", "myhostname of /etc/postfix/main.cf" */
	/* Takes mail, has it passed on, or is sent as; and a name of a host.
	 * One name may be both. */
	bool domain, host;
};

struct sends_as_set {
	struct sends_as *items;
	size_t n, cap;
	size_t more;             /* left out: there were too many */
	bool interfaces, public; /* has some; has a public address */
};

/* What the world sees is not among the addresses, which are private. */
static inline bool
sends_as_private(const struct sends_as_set *set)
{
	return set->interfaces && !set->public;
}

/* Live in the arena but for items, which sends_as_done frees. */
void sends_as_find(
    struct sends_as_set *set, struct arena *a, const struct options *o);
/* What the configurations say, behind what is there. */
void sends_as_facts(
    struct sends_as_set *set, struct arena *a, const struct facts *facts);
/* Domains that the logs show: signed with DKIM here, or sent as by accounts
 * here. */
void sends_as_hints(
    struct sends_as_set *set, struct arena *a, const struct hints *hints);
/* One more, found elsewhere; text and why live in the arena. domain: no name
 * of a host. */
void sends_as_add(struct sends_as_set *set, struct arena *a, struct str text,
    struct str why, bool domain);
/* Only what --own names. */
void sends_as_named(
    struct sends_as_set *set, struct arena *a, const struct options *o);
void sends_as_done(struct sends_as_set *set);

#endif
