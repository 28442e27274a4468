/* SPDX-License-Identifier: ISC */
/* The queues of an examination, and what could not be read of them. */
#include "base/lang.h"
#include "cmd/examination.h"
#include "cmd/queued.h"
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

/* What a message is put into. */
struct to {
	struct shelf *shelf;
	struct queue_hints *hints; /* or NULL */
};

static void
put(void *arg, const struct received *received)
{
	const struct to *to = arg;

	(void)shelf_put(to->shelf, received);
	if (to->hints != NULL)
		queue_hints_take(to->hints, received);
}

void
examination_read_queue(struct examination *x, struct queue_hints *hints)
{
	struct to to = {.hints = hints};

	if (x->usher.jobs == 0 || x->shelf != NULL)
		return;
	x->sums = xcalloc(QUEUE_ROOTS + 1, sizeof(*x->sums));
	to.shelf = x->shelf = shelf_new(LIMIT_JOBS, true);
	receive_run(&x->usher, put, &to, x->sums);
}

struct shelf *
examination_shelf(struct examination *x, struct report *report,
    struct queue_evidence *ret_evidence)
{
	if (x->usher.jobs == 0) {
		if (x->live && x->roots.gaps_n == 0)
			report_not_examined(report, S("queue"), "%s",
			    _("no mail queue was found on this machine"));
		if (x->roots.gaps_n > 0)
			queued_say(report, &x->roots, NULL);
		return NULL;
	}
	examination_read_queue(x, NULL);
	evidence_make(ret_evidence, &report->arena, x->shelf, x->now);
	queued_say(report, &x->roots, x->sums);
	report->queue = ret_evidence;
	free(x->sums);
	x->sums = NULL;
	return x->shelf;
}
