/* SPDX-License-Identifier: ISC */
/* The answer of `sereno reports`. */
#ifndef SHOW_REPORTS_H
#define SHOW_REPORTS_H

#include "host/geo.h"
#include "letter/report_evidence.h"
#include "letter/report_group.h"
#include "show/screen.h"
#include "verdict/verdict.h"

struct reports_view {
	const struct reports *reports;
	const struct report_evidence *evidence;
	const struct geo *geo; /* NULL: none */
	size_t top;            /* groups of a kind that are listed; 0: usual */
};

void reports_text(const struct report *report, const struct reports_view *view,
    const struct screen *s);
/* TLS: which sessions failed, and why, in words. */
void reports_tls_text(const struct reports *r, const struct screen *s);
/* The schema "sereno/reports/1". */
void reports_json(
    const struct report *report, const struct reports_view *view, FILE *out);

/* What a type of failure means (RFC 8460 4.3), and what to do. */
const char *tls_failure_words(struct str type);
const char *tls_failure_remedy(struct str type);

/* What is wrong: "signed as mcsv.net only, SPF passes for rsgsv.net". */
struct str fault_words(const struct report_group *g, struct arena *a);
const char *fault_name(enum fault fault);

/* Is a stricter policy safe? */
struct policy_advice {
	uint64_t ours, hurt; /* messages */
	uint64_t unsure;     /* of services that may be used */
	int days;            /* that reports cover */
	bool enough;         /* days and messages to judge by */
	bool safe;
	bool strict; /* p=reject is published already */
};
void policy_advice(const struct reports *r, const struct report_domain *d,
    struct policy_advice *ret_advice);

/* 0: nothing, 1: forged mail, faults or failed TLS; 3: no report. */
int reports_exit(const struct reports *r);

#endif
