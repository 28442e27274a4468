/* SPDX-License-Identifier: ISC */
/* Everything that one message tells about where it came from, and what our
 * log says to it. */
#ifndef LETTER_INSPECTION_H
#define LETTER_INSPECTION_H

#include "letter/claim.h"
#include "letter/copy.h"
#include "letter/exhibit.h"
#include "letter/imprint.h"
#include "letter/passage.h"
#include "letter/seal.h"
#include "mail/auth_results.h"

enum inspection_verdict {
	INSPECTION_UNKNOWN,
	INSPECTION_OURS,    /* put in here */
	INSPECTION_THROUGH, /* from outside, and sent on by our server */
	INSPECTION_INBOUND, /* from outside, for us */
	INSPECTION_FORGED,  /* names us, and never passed here */
	INSPECTION_FOREIGN, /* has nothing to do with us */
	INSPECTION_VERDICTS,
};

enum {
	INSPECTION_RESULTS = 32,
};

/* What a receiver found, and whether he is one who is believed. */
struct inspection_result {
	struct str server;
	struct auth_result result;
	bool believed;
};

struct inspection {
	/* given */
	struct own *own;
	struct dkim_keys *keys;
	/* result; slices of the message */
	struct arena arena;
	struct notice notice; /* that it came in */
	struct exhibit exhibit;
	struct chain chain;
	struct claim claim;
	struct imprints imprints;
	struct inspection_result results[INSPECTION_RESULTS];
	size_t results_n;
	struct seals seals;
	struct passage passage;
	enum copy_state copy; /* only the lines are those of the log */
	bool handed_on;       /* by who got it; nothing proves its text */
	enum inspection_verdict verdict;
	bool by_log;    /* the verdict is proved by the log */
	bool names_us;  /* it bears a name of ours */
	size_t own_hop; /* the oldest believed hop of ours; chain.n: none */
	/* of the message; first of each */
	struct str from, sender, return_path, to, subject, message_id;
	wall_us date;
	span_us date_zone;
};

/* Read the message. outer: itself, whatever is in it. False: it has no header
 * field at all and is no message. */
bool inspection_read(struct inspection *x, struct str message, bool outer);
/* Then ask the log, match as match_look found it, and judge. */
void inspection_judge(
    struct inspection *x, struct reading *reading, const struct match *match);
void inspection_done(struct inspection *x);

/* It says that it passed a host of ours, and no log tells whether it did. */
bool inspection_needs_log(const struct inspection *x);

const char *inspection_verdict_name(enum inspection_verdict verdict);

#endif
