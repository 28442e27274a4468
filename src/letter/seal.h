/* SPDX-License-Identifier: ISC */
/* The DKIM signatures of a message, checked, and what one of ours means. */
#ifndef LETTER_SEAL_H
#define LETTER_SEAL_H

#include "check/dkim_keys.h"
#include "letter/claim.h"

enum {
	SEALS = 8, /* of one message: nobody has more, each costs a check */
};

struct seal {
	struct dkim_signature signature; /* slices of the header */
	struct dkim_verdict verdict;
	bool ours; /* of a domain of ours */
};

struct seals {
	struct seal items[SEALS];
	size_t n;
	uint64_t missed;
};

/* What is signed, and what is known about it. */
struct sealed {
	struct str header, body;
	bool whole;           /* the body is there as it was sent */
	wall_us at;           /* when it was received; WALL_NONE */
	struct str address;   /* ours, under which it was sent; or empty */
	struct str recipient; /* who was to get this copy; or empty */
};

/* only_ours: those of other domains are left out. */
void seals_read(struct seals *ret_seals, struct dkim_keys *keys,
    const struct own *own, const struct sealed *sealed, bool only_ours);
/* What they say for and against the message being ours. */
void seals_claim(const struct seals *seals, const struct sealed *sealed,
    struct claim *claim);
/* How many of ours were not checked. */
uint64_t seals_unasked(const struct seals *seals);

#endif
