/* SPDX-License-Identifier: ISC */
/*
 * The Received fields of a message, the newest first, and how far down they
 * can be believed: a host may write whatever it likes below its own line.
 */
#ifndef LETTER_CHAIN_H
#define LETTER_CHAIN_H

#include "letter/own.h"
#include "mail/received.h"

enum {
	CHAIN_HOPS = 64, /* MTAs give up at 50 or 100 */
};

/* What speaks against a hop, as bits. */
enum hop_doubt {
	DOUBT_GAP = 1,        /* the hop above names another client */
	DOUBT_FUTURE = 2,     /* later than the hop above it */
	DOUBT_NO_DATE = 4,    /* no date that can be read */
	DOUBT_OUR_NAME = 8,   /* claims to be ours, below a stranger */
	DOUBT_PROVIDER = 16,  /* a large provider's name, not its form */
	DOUBT_NO_CLIENT = 32, /* by SMTP, from nobody */
	DOUBT_PRIVATE = 64,   /* reached a public host from a private address */
	DOUBT_CLOCK = 128,    /* a clock that is wrong, no more */
};

/* Why nothing below the boundary is believed. */
enum boundary {
	BOUNDARY_END,    /* nothing is below it */
	BOUNDARY_OWNER,  /* its client is of somebody else */
	BOUNDARY_NAME,   /* who its client is, the DNS does not say for sure */
	BOUNDARY_WRITER, /* the next line was not written by that client */
};

struct hop {
	struct received_field received;
	bool trusted;    /* at or above the boundary */
	bool confirmed;  /* chain_confirm */
	unsigned doubts; /* enum hop_doubt; only of those below it */
	span_us delay;   /* since the hop below; 0: not known */
};

struct chain {
	struct hop hops[CHAIN_HOPS];
	size_t n;
	uint64_t missed; /* hops beyond CHAIN_HOPS, the oldest ones */
	enum boundary boundary;
	/* The oldest hop that is believed: where the message entered the
	 * receiving side; its client is the sender that is known. n: none. */
	size_t entry;
};

/*
 * Read all hops of a header and find the boundary. The host that wrote the
 * newest one is believed; so are those below it while they are of the same
 * owner, or ours.
 */
void chain_read(
    struct str header, const struct own *own, struct chain *ret_chain);
/* Our log has the line of that hop: it is believed, and what follows from it. */
void chain_confirm(struct chain *chain, size_t hop, const struct own *own);

/*
 * Is what a field says below so many Received fields that of a believed host?
 * Beside the oldest believed hop only when it bears such a host's name: RFC
 * 8601 5 has servers take away what bears their name already.
 */
bool chain_believes(const struct chain *chain, struct str server, size_t hops);

/* Names of hosts or domains whose owner is the same by their last labels. */
bool chain_same_owner(struct str a, struct str b);
/* Can nobody have written this hop but a forger? */
bool hop_is_forged(const struct hop *hop);

#endif
