/* SPDX-License-Identifier: ISC */
/* The bounces that --bounces of check names, weighed beside the log. */
#ifndef CMD_RETURNED_H
#define CMD_RETURNED_H

#include "cmd/examination.h"
#include "letter/match.h"

struct returned {
	struct own own;
	struct dkim_keys keys;
	struct reading reading; /* the log once more, for the ids */
	struct match match;
	struct bag bag;
};

/* *err: --own is wrong. */
bool returned_open(struct returned *ret_returned, struct examination *x,
    struct err *err) MUST_CHECK;
/* Read all that x->letters feeds; report gets the bag, and sentences on what
 * could not be read. */
void returned_read(
    struct returned *returned, struct examination *x, struct report *report);
void returned_done(struct returned *returned);

#endif
