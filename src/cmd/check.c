/* SPDX-License-Identifier: ISC */
#include "show/check.h"

#include "base/lang.h"
#include "cmd/reported.h"
#include "cmd/returned.h"
#include "queue/evidence.h"

#include <stdio.h>

/* Commands of ours in remedies look at what this one looked at. */
static void
repeat_options(struct report *report, const struct options *o)
{
	struct arena *a = &report->arena;

	for (size_t i = 0; i < report->findings_n; i++)
		for (size_t k = 0; k < report->findings[i]->remedies_n; k++) {
			struct str *command =
			    &report->findings[i]->remedies[k].command;
			struct str rest = *command, verb;

			if (!str_eat(&rest, S("sereno ")))
				continue;
			verb = str_take(&rest, ' ');
			*command = arena_printf(a, "%.*s%.*s",
			    STR_ARG(*command),
			    STR_ARG(options_again(a, o, str_keep(a, verb).p)));
		}
}

static int
print(const struct report *report, const struct options *o)
{
	struct arena scratch = {0};
	struct screen screen;

	if (options_has(o, OPT_NAGIOS))
		return check_nagios(report, stdout);
	if (options_has(o, OPT_QUIET))
		return report_exit(report);
	if (options_has(o, OPT_JSON)) {
		check_json(report, stdout);
		return report_exit(report);
	}
	examination_screen(o, &scratch, &screen);
	check_text(report, &screen,
	    (struct check_view){.why = options_has(o, OPT_WHY),
		.top = (size_t)options_count(o, OPT_TOP, 0),
		.unknown = options_has(o, OPT_UNKNOWN)});
	arena_done(&scratch);
	return report_exit(report);
}

static int
check_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	struct reading reading;
	struct report report;
	struct queue_evidence evidence;
	struct shelf *shelf;
	struct reported reported;
	struct returned returned;
	struct err err;
	int code;

	if ((x->letters.pid != 0 && !returned_open(&returned, x, &err)) ||
	    (x->reported.pid != 0 &&
		!reported_read(&reported, x, x->reported.fd, &err)))
		return command_refuse(
		    &err, options_has(x->options, OPT_NAGIOS));
	reputation_prepare(x->reputation, x->configured ? &x->facts : NULL,
	    &x->signers, &x->sources, x->keep);
	if (reputation_queue(x->reputation) != NULL)
		examination_read_queue(x, reputation_queue(x->reputation));
	reputation_begin(x->reputation, x->letters.pid != 0);
	examination_reading(x, BY_ORIGIN, &reading);
	reading_run(&reading);
	examination_report(x, sandbox, &reading, &report);
	shelf = examination_shelf(x, &report, &evidence);
	if (x->reported.pid != 0)
		reported_settle(&reported, &report);
	if (x->letters.pid != 0) {
		returned_read(&returned, x, &report);
		reputation_bounces(x->reputation, &returned.bag);
	}
	if (x->progress.waits != NULL)
		atomic_store(x->progress.waits, x->reputation != NULL);
	reputation_end(x->reputation, &report);
	verdict_judge(&report, &reading.join->tally, x->geo);
	repeat_options(&report, x->options);
	examination_cites(&report, &reading);
	report.took = time_now() - x->begun;
	code = print(&report, x->options);
	examination_done(&reading, &report);
	if (x->reported.pid != 0)
		reported_done(&reported);
	if (x->letters.pid != 0)
		returned_done(&returned);
	reputation_done(x->reputation);
	shelf_free(shelf);
	return code;
}

static int
check_run(const struct options *o)
{
	unsigned look = LOOK_LOGS | LOOK_CONFIGURATION | LOOK_QUEUE |
			LOOK_QUEUE_TEXTS | LOOK_WORLD | LOOK_EVIDENCE;
	struct keep keep;
	int code;

	/* keys are asked for only for what bounces return, SPF for reports */
	if (options_has(o, OPT_BOUNCES) || options_has(o, OPT_REPORTS))
		look |= LOOK_KEYS;
	keep_open_policies(&keep, o,
	    options_has(o, OPT_LOG) || options_has(o, OPT_QUEUE) ||
		options_has(o, OPT_OFFLINE));
	code = examination_run_kept(o, look, &keep, check_work);
	keep_close(&keep);
	return code;
}

const struct command command_check = {
    .name = "check",
    .words = "",
    .summary = N_("is spam sent from here, by whom, and how do we know?"),
    .help = N_("Reads the mail logs and queues of this machine, or those "
	       "named with --log and --queue, and says whether spam leaves the "
	       "server, who sends it, the evidence, and what to do. Changes "
	       "nothing."),
    .run = check_run,
};
