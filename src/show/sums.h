/* SPDX-License-Identifier: ISC */
/* What was seen altogether, whoever sent it. */
#ifndef SHOW_SUMS_H
#define SHOW_SUMS_H

#include "verdict/verdict.h"

struct sums {
	uint64_t messages, recipients; /* that entered here to be sent on */
	uint64_t accounts, local_users, scripts, others;
	uint64_t bytes, lines, unknown_lines; /* of what was read */
	struct str mta;   /* of most lines; empty: of none we know */
	bool others_read; /* logs of no mail server too */
};

void sums_make(struct sums *sums, const struct report *report);

/* Where a piece of evidence stands: "mail.log line 12"; empty when no single
 * line shows it. The whole path when two files share the name. */
struct str cite_place(
    struct arena *a, const struct report *report, const struct cite *cite);

/* The heaviest finding behind a verdict; NULL: none. */
const struct finding *verdict_finding(
    const struct report *report, const struct verdict *verdict);

/* Is it that of one of the verdicts, so that its sentence is read there? */
bool finding_in_verdict(
    const struct report *report, const struct finding *finding);

/* Has one of the report's culprits this finding? */
bool finding_has_culprit(
    const struct report *report, const struct finding *finding);

#endif
