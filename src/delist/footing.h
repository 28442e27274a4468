/* SPDX-License-Identifier: ISC */
/*
 * What must be in order before a block is asked to be lifted: by the logs,
 * queues and configuration of a report, and by the DNS.
 */
#ifndef DELIST_FOOTING_H
#define DELIST_FOOTING_H

#include "check/posture.h"
#include "check/way.h"
#include "verdict/verdict.h"

enum standing_state {
	STANDING_UNKNOWN, /* it could not be found out */
	STANDING_GOOD,
	STANDING_BAD,
};

struct standing {
	enum standing_state state;
	struct str sentence;      /* foreign bytes as they are */
	const struct cite *proof; /* or NULL */
};

/* Of one address that mail leaves from. */
struct host_footing {
	struct ip ip;
	struct str target; /* "192.0.2.1" */
	struct str ptr, helo;
	struct standing needs[NEEDS]; /* PTR, HELO, SPF, DMARC */
};

enum {
	FOOTING_HOSTS = 64,
	FOOTING_DOMAINS = 64,
};

struct footing {
	/* QUIET, QUEUE, RELAY; the others where no address is known */
	struct standing needs[NEEDS];
	/* Who sent last of what is held against this server; NULL: nobody. */
	const struct finding *source;
	wall_us last;    /* of it; WALL_NONE: not known */
	wall_us until;   /* what was read goes so far */
	uint64_t queued; /* messages of such sources */
	struct host_footing hosts[FOOTING_HOSTS];
	size_t hosts_n;
	struct str domains[FOOTING_DOMAINS]; /* of senders */
	size_t domains_n;
	size_t left_out; /* addresses and domains above these limits */
	struct str record, record_of; /* one's SPF record; empty: none */
};

/* From what was read. until: so far the logs go; silence behind that is
 * nobody's word. */
void footing_read(struct footing *f, struct arena *a,
    const struct report *report, wall_us until);
/* An address, or the domain of senders, of this server. */
void footing_add(struct footing *f, struct arena *a, struct str text);
/* What the DNS says of them, by check/; its sources are added. NULL: it was not
 * asked. */
void footing_dns(
    struct footing *f, struct arena *a, const struct posture *posture);

/* Is it one of the addresses or domains? */
bool footing_owns(const struct footing *f, struct str target);
/* Of a name the first address: its mail leaves from them all. NULL: no address
 * is known. */
const struct host_footing *footing_host(
    const struct footing *f, struct str target);
/* How this need stands for this target. */
const struct standing *footing_of(
    const struct footing *f, struct str target, enum need need);

#endif
