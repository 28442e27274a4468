/* SPDX-License-Identifier: ISC */
#include "show/queue.h"

#include "base/lang.h"
#include "cmd/examination.h"

#include <stdlib.h>

enum {
	TOP = 10
};

static void
put(void *arg, const struct received *received)
{
	shelf_put(arg, received);
}

/* The newest time in a copied queue is its clock. */
static wall_us
newest(const struct waiting *items, size_t n)
{
	wall_us last = WALL_NONE;

	for (size_t i = 0; i < n; i++) {
		if (items[i].arrived > last)
			last = items[i].arrived;
		if (items[i].tried > last)
			last = items[i].tried;
	}
	return last == WALL_NONE ? time_now() : last;
}

static void
make_report(struct report *report, const struct examination *x,
    const struct sandbox *sandbox, const struct receive_sums *sums,
    const struct queue_view *view)
{
	*report = (struct report){.from = WALL_NONE,
	    .to = WALL_NONE,
	    .at = x->now != WALL_NONE ? x->now : newest(view->items, view->n)};
	if (x->roots.n == 0 && x->roots.gaps_n == 0)
		report_not_examined(report, S("queue"), "%s",
		    _("no mail queue was found on this machine; name a copy "
		      "with --queue DIR"));
	examination_say_queue(report, x, sums);
	examination_say_sandbox(report, sandbox);
}

static int
queue_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	const struct options *o = x->options;
	struct receive_sums *sums = xcalloc(QUEUE_ROOTS + 1, sizeof(*sums));
	struct shelf *shelf = shelf_new(LIMIT_JOBS);
	struct queue_view view = {.roots = &x->roots,
	    .sums = sums,
	    .top = (size_t)options_count(o, OPT_TOP, TOP)};
	struct arena scratch = {0};
	struct report report;
	struct screen screen;
	int code;

	if (x->usher.jobs > 0)
		receive_run(&x->usher, put, shelf, sums);
	view.items = shelf_items(shelf, &view.n);
	view.domains = shelf_domains(shelf, &view.domains_n);
	make_report(&report, x, sandbox, sums, &view);
	summary_make(
	    &view.summary, &report.arena, view.items, view.n, report.at);
	report.from = view.summary.first;
	report.to = view.summary.last;
	report.took = time_now() - x->begun;
	code = x->roots.n == 0 ? OUTCOME_FAILED
	       : view.n > 0    ? OUTCOME_FOUND
			       : OUTCOME_NOTHING;
	if (options_has(o, OPT_JSON)) {
		queue_json(&report, &view, stdout);
	} else if (!options_has(o, OPT_QUIET)) {
		examination_screen(o, &scratch, &screen);
		queue_text(&report, &view, &screen);
	}
	arena_done(&scratch);
	shelf_free(shelf);
	free(sums);
	free(report.not_examined);
	arena_done(&report.arena);
	return code;
}

static int
queue_run(const struct options *o)
{
	return examination_run(o, LOOK_QUEUE, queue_work);
}

const struct command command_queue = {
    .name = "queue",
    .words = "",
    .summary = N_("what waits in the queue, whose, since when, and why?"),
    .help = N_("Reads the queue of this machine's mail server, or the copy "
	       "named with --queue, without the server's help and without "
	       "disturbing it. Exit code 1 means that something waits."),
    .run = queue_run,
};
