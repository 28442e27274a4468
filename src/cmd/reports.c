/* SPDX-License-Identifier: ISC */
#include "show/reports.h"

#include "base/lang.h"
#include "cmd/reported.h"

enum {
	/* Sources on one command line. */
	WORDS_MAX = 10000,
};

static int
print(const struct report *report, const struct reports_view *view,
    const struct options *o)
{
	struct arena scratch = {0};
	struct screen screen;

	if (options_has(o, OPT_QUIET))
		return reports_exit(view->reports);
	if (options_has(o, OPT_JSON)) {
		reports_json(report, view, stdout);
		return reports_exit(view->reports);
	}
	examination_screen(o, &scratch, &screen);
	reports_text(report, view, &screen);
	arena_done(&scratch);
	return reports_exit(view->reports);
}

static int
reports_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	struct reading reading;
	struct report report;
	struct reported reported;
	struct reports_view view = {.reports = &reported.reports,
	    .evidence = &reported.evidence,
	    .geo = x->geo,
	    .top = (size_t)options_count(x->options, OPT_TOP, 0)};
	struct err err;
	int code;

	if (!reported_read(&reported, x, x->letters.fd, &err))
		return command_fail(&err);
	examination_reading(x, BY_ORIGIN, &reading);
	examination_begin_report(x, sandbox, &reading, &report);
	reported_settle(&reported, &report);
	code = print(&report, &view, x->options);
	examination_done(&reading, &report);
	reported_done(&reported);
	return code;
}

static int
reports_run(const struct options *o)
{
	return examination_run(o,
	    LOOK_LOGS | LOOK_LETTERS | LOOK_REPORTS | LOOK_KEYS, reports_work);
}

const struct command command_reports = {
    .name = "reports",
    .words = "SOURCE...",
    .summary = N_("who sends under our name, by the reports of receivers?"),
    .help = N_(
	"Reads DMARC and TLS reports, as they came by mail (mbox, "
	"Maildir, single messages, imaps://USER@HOST/FOLDER) or as files (.xml, .gz, .zip, "
	".json), and says who sends under your domain: you, services, "
	"forwarders, strangers; what is wrong with your own mail; "
	"whether a stricter policy is safe; and whether your key is "
	"abused. What receivers counted is held against the mail logs "
	"of this machine, or those named with --log. Exit code 1 means "
	"that there is forged mail, a fault or failed TLS."),
    .words_min = 1,
    .words_max = WORDS_MAX,
    .run = reports_run,
};
