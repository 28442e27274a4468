/* SPDX-License-Identifier: ISC */
/*
 * The letter, or the words for the form or the ticket, with the evidence. It
 * goes to strangers: whose account it was is not in it. What strangers wrote is
 * made safe; what nobody but the administrator can know stands in brackets.
 */
#ifndef DELIST_DRAFT_H
#define DELIST_DRAFT_H

#include "delist/petition.h"

struct draft {
	struct str to;      /* address, page; empty: the owner of the network */
	struct str subject; /* one line */
	struct str body;    /* lines of at most DRAFT_WIDTH columns */
	size_t blanks;      /* brackets to be filled in */
};

enum {
	DRAFT_WIDTH = 72,
};

/* done: what was done about the cause, in the administrator's words; may be
 * none. False: nothing is to be asked now. */
bool draft_make(struct arena *a, const struct petitions *p,
    const struct petition *x, const struct report *report,
    const struct str *done, size_t done_n, struct draft *ret_draft);

#endif
