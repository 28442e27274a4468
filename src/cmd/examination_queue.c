/* SPDX-License-Identifier: ISC */
/* The queues of an examination, and what could not be read of them. */
#include "base/lang.h"
#include "cmd/examination.h"
#include "queue/evidence.h"

#include <stdlib.h>

void
examination_open_queues(struct examination *x)
{
	const struct option_value *named = &x->options->values[OPT_QUEUE];

	for (size_t i = 0; i < named->n; i++)
		(void)queue_roots_add(&x->roots, named->texts[i], x->mta);
	if (x->live)
		queue_roots_find(
		    &x->roots, options_text(x->options, OPT_ROOT), x->mta);
	if (x->roots.n > 0 &&
	    !usher_init(&x->usher, &x->roots, examination_jobs(x->options)))
		x->roots.n = 0;
	x->usher.texts = (x->look & LOOK_QUEUE_TEXTS) != 0;
	if ((x->look & LOOK_QUEUE_IDS) != 0) {
		x->usher.ids = x->options->words.texts + 1;
		x->usher.ids_n = x->options->words.n - 1;
	}
}

void
examination_say_sandbox(struct report *report, const struct sandbox *sandbox)
{
	const struct {
		bool good;
		const struct err *err;
	} parts[] = {
	    {sandbox->dropped_uid, &sandbox->uid_err},
	    {sandbox->seccomp, &sandbox->seccomp_err},
	    {sandbox->landlock, &sandbox->landlock_err},
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!parts[i].good)
			report_not_examined(report, S("sandbox"),
			    _("the log was read with more rights than "
			      "needed: %s"),
			    parts[i].err->text);
}

void
examination_say_queue(struct report *report, const struct examination *x,
    const struct receive_sums *sums)
{
	for (size_t i = 0; i < x->roots.gaps_n; i++) {
		const struct source_gap *gap = &x->roots.gaps[i];

		report_not_examined(report, gap->path, "%s", gap->err.text);
	}
	for (size_t i = 0; sums != NULL && i < x->roots.n; i++) {
		const struct receive_sums *s = &sums[i];
		struct str path = x->roots.items[i].path;

		if (s->unreadable > 0)
			report_not_examined(report, path,
			    _n("%s file or folder of the queue could not be "
			       "opened (%s: %s)",
				"%s files or folders of the queue could not be "
				"opened (%s: %s)",
				s->unreadable),
			    lang_number(&report->arena, s->unreadable), s->path,
			    strerror(s->why));
		if (s->damaged > 0)
			report_not_examined(report, path,
			    _n("%s message of the queue could not be read: "
			       "its file is damaged, or of a version that "
			       "sereno does not know (%s)",
				"%s messages of the queue could not be read: "
				"their files are damaged, or of a version that "
				"sereno does not know (%s)",
				s->damaged),
			    lang_number(&report->arena, s->damaged),
			    s->damaged_path);
	}
	if (sums != NULL && sums[QUEUE_ROOTS].cut)
		report_not_examined(report, S("queue"), "%s",
		    _("it was not read to its end: too few files may be open "
		      "at the same time"));
}

static void
put(void *arg, const struct received *received)
{
	(void)shelf_put(arg, received);
}

struct shelf *
examination_shelf(struct examination *x, struct report *report,
    struct queue_evidence *ret_evidence)
{
	struct receive_sums *sums;
	struct shelf *shelf;

	if (x->usher.jobs == 0) {
		if (x->live && x->roots.gaps_n == 0)
			report_not_examined(report, S("queue"), "%s",
			    _("no mail queue was found on this machine"));
		if (x->roots.gaps_n > 0)
			examination_say_queue(report, x, NULL);
		return NULL;
	}
	sums = xcalloc(QUEUE_ROOTS + 1, sizeof(*sums));
	shelf = shelf_new(LIMIT_JOBS, true);
	receive_run(&x->usher, put, shelf, sums);
	evidence_make(ret_evidence, &report->arena, shelf, x->now);
	examination_say_queue(report, x, sums);
	report->queue = ret_evidence;
	free(sums);
	return shelf;
}
