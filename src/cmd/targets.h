/* SPDX-License-Identifier: ISC */
/*
 * Words as what lists are asked about: addresses, ranges, and names, which
 * stand for the addresses that they have, too.
 */
#ifndef CMD_TARGETS_H
#define CMD_TARGETS_H

#include "check/dnsbl.h"
#include "conf/options.h"
#include "verdict/verdict.h"

enum {
	TARGETS_NOTES = 64,
};

/* The zeroed struct is empty; its owner ends the arena. */
struct targets {
	struct arena arena;
	struct not_examined notes[TARGETS_NOTES]; /* what is not asked, why */
	size_t notes_n;
};

/* An address, a range that is not too large, or a name with a dot. */
bool targets_check(struct str word, struct err *err) MUST_CHECK;
/* The same of all words of --own. */
bool targets_check_own(const struct options *o, struct err *err) MUST_CHECK;
/* Into d, whose resolver is asked for the addresses of a name. What is none of
 * the three is left out. */
void targets_add(
    struct targets *w, struct dnsbl *d, struct str word, struct str why);
/* what is copied, sentence must live on. */
void targets_note(struct targets *w, struct str what, const char *sentence);

#endif
