/* SPDX-License-Identifier: ISC */
#include "show/reports.h"

#include "base/lang.h"
#include "cmd/examination.h"
#include "cmd/letters.h"

enum {
	/* Sources on one command line. */
	WORDS_MAX = 10000,
};

static void
say_gaps(struct report *report, const struct reports *r)
{
	for (size_t i = 0; i < r->gaps_n; i++)
		report_not_examined(report, r->gaps[i].path, "%.*s",
		    STR_ARG(r->gaps[i].sentence));
	if (r->missed > 0)
		report_not_examined(report, S("messages"),
		    _("%s messages are of more sources than are kept apart; "
		      "they are in the total only"),
		    lang_number(&report->arena, r->missed));
	if (r->own->nets_n == 0)
		report_not_examined(report, S("own"), "%s",
		    _("no address is known as yours; --own tells which are, "
		      "and then more can be said"));
}

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
	struct own own = {0};
	struct passed passed;
	struct reports reports = {.own = &own};
	struct report_evidence evidence;
	struct mailbox *mailbox;
	struct reports_view view = {.reports = &reports,
	    .evidence = &evidence,
	    .geo = x->geo,
	    .top = (size_t)options_count(x->options, OPT_TOP, 0)};
	struct err err;
	int code;

	if (!letters_find_own(&own, x->options, x->live, &err))
		return command_fail(&err);
	examination_reading(x, BY_ORIGIN, &reading);
	passed_read(&reading, &passed);
	mailbox = mailbox_open_fd(x->letters.fd);
	reports_read(&reports, mailbox, x->progress.done);
	mailbox_close(mailbox);
	reports_settle(&reports);
	examination_begin_report(x, sandbox, &reading, &report);
	report_evidence(&reports, &passed, &report.arena, &evidence);
	say_gaps(&report, &reports);
	code = print(&report, &view, x->options);
	examination_done(&reading, &report);
	reports_done(&reports);
	passed_done(&passed);
	own_done(&own);
	return code;
}

static int
reports_run(const struct options *o)
{
	return examination_run(
	    o, LOOK_LOGS | LOOK_LETTERS | LOOK_REPORTS, reports_work);
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
