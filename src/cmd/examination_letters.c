/* SPDX-License-Identifier: ISC */
#include "cmd/examination.h"
#include "cmd/letters.h"
#include "letter/reports.h"

/* Words, and who reads them. */
struct feed {
	const struct option_value *paths;
	size_t max; /* bytes of a message */
	struct feeder *feeder;
	struct imap_conf imap;
};

/* Both are asked for their passwords before the first process is started: it
 * may be the same one. */
static bool
open_feeds(struct examination *x, struct feed *feeds, size_t n, struct err *err)
{
	struct arena a = {0};
	bool good = true;

	for (size_t i = 0; good && i < n; i++)
		good = letters_find_accounts(&a, x->options, feeds[i].paths,
		    feeds[i].max, i > 0 ? &feeds[i - 1].imap : NULL,
		    &feeds[i].imap, err);
	for (size_t i = 0; good && i < n; i++) {
		const struct option_value *paths = feeds[i].paths;

		if (paths->n == 0)
			continue;
		x->letters_size += feeder_size(paths->texts, paths->n);
		good = feeder_start(feeds[i].feeder, paths->texts, paths->n,
		    &feeds[i].imap, err);
	}
	for (size_t i = 0; i < n; i++)
		letters_forget(&feeds[i].imap);
	arena_done(&a);
	return good;
}

bool
examination_open_letters(struct examination *x, struct err *err)
{
	const struct options *o = x->options;
	bool whole = (x->look & LOOK_REPORTS) != 0;
	struct feed words = {&o->words,
	    whole ? REPORTS_MESSAGE : MAILBOX_MESSAGE, &x->letters, {0}};
	struct feed evidence[] = {
	    {&o->values[OPT_BOUNCES], MAILBOX_MESSAGE, &x->letters, {0}},
	    {&o->values[OPT_REPORTS], REPORTS_MESSAGE, &x->reported, {0}},
	};

	if ((x->look & LOOK_EVIDENCE) != 0)
		return open_feeds(x, evidence, ARRAY_LEN(evidence), err);
	return (x->look & LOOK_LETTERS) == 0 || open_feeds(x, &words, 1, err);
}
