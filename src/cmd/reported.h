/* SPDX-License-Identifier: ISC */
/* Reports of receivers, read in the child and held against the log. */
#ifndef CMD_REPORTED_H
#define CMD_REPORTED_H

#include "cmd/examination.h"
#include "letter/report_evidence.h"

struct reported {
	struct own own;
	struct reports reports;
	struct passed passed;
	struct report_evidence evidence;
};

/* Read what the feed gives and the log; false: --own is wrong. */
bool reported_read(struct reported *ret_reported, struct examination *x,
    int feed, struct err *err) MUST_CHECK;
/* Once there is a report: evidence, and in not_examined what could not be
 * read. */
void reported_settle(struct reported *reported, struct report *report);
void reported_done(struct reported *reported);

#endif
