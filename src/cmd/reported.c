/* SPDX-License-Identifier: ISC */
#include "cmd/reported.h"

#include "base/lang.h"
#include "cmd/inquiry.h"
#include "cmd/letters.h"

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
	if (r->unanswered > 0)
		report_not_examined(report, S("network"),
		    _("the DNS gave no answer about %s addresses that sent "
		      "under your name"),
		    lang_number(&report->arena, r->unanswered));
	letters_say_unasked(report, r->unasked);
	if (!reports_know_own(r))
		report_not_examined(report, S("own"), "%s",
		    _("no address is known as yours; --own tells which are, "
		      "and then more can be said"));
}

bool
reported_read(struct reported *ret_reported, struct examination *x, int feed,
    struct err *err)
{
	struct reported *r = ret_reported;
	struct mailbox *mailbox;
	struct reading log;

	*r = (struct reported){.reports.own = &r->own};
	if (!letters_find_own(&r->own, x->options, x->live, err))
		return false;
	examination_reading(x, BY_ORIGIN, &log);
	passed_read(&log, &r->passed);
	reading_done(&log);
	mailbox = mailbox_open_fd(feed);
	reports_read(&r->reports, mailbox, x->progress.done);
	mailbox_close(mailbox);
	reports_settle(
	    &r->reports, x->inquiry != NULL ? x->inquiry->resolver : NULL);
	return true;
}

void
reported_settle(struct reported *r, struct report *report)
{
	report_evidence(&r->reports, &r->passed, &report->arena, &r->evidence);
	report->reported = &r->evidence;
	say_gaps(report, &r->reports);
}

void
reported_done(struct reported *r)
{
	reports_done(&r->reports);
	passed_done(&r->passed);
	own_done(&r->own);
}
