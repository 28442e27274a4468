/* SPDX-License-Identifier: ISC */
#include "cmd/examination.h"
#include "cmd/letters.h"
#include "letter/reports.h"

/* Start a process that feeds them; max: bytes of a message. */
static bool
open_feed(struct examination *x, const struct option_value *paths, size_t max,
    struct feeder *feeder, struct err *err)
{
	struct arena a = {0};
	struct imap_conf imap;
	bool good;

	if (paths->n == 0)
		return true;
	x->progress.total += feeder_size(paths->texts, paths->n);
	good = letters_find_accounts(&a, x->options, paths, max, &imap, err) &&
	       feeder_start(feeder, paths->texts, paths->n, &imap, err);
	letters_forget(&imap);
	arena_done(&a);
	return good;
}

bool
examination_open_letters(struct examination *x, struct err *err)
{
	const struct options *o = x->options;

	if ((x->look & LOOK_EVIDENCE) != 0)
		return open_feed(x, &o->values[OPT_BOUNCES], MAILBOX_MESSAGE,
			   &x->letters, err) &&
		       open_feed(x, &o->values[OPT_REPORTS], REPORTS_MESSAGE,
			   &x->reported, err);
	if ((x->look & LOOK_LETTERS) == 0)
		return true;
	return open_feed(x, &o->words,
	    (x->look & LOOK_REPORTS) != 0 ? REPORTS_MESSAGE : MAILBOX_MESSAGE,
	    &x->letters, err);
}
