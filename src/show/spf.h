/* SPDX-License-Identifier: ISC */
/* One evaluation of SPF with its trace, for people and for programs. */
#ifndef SHOW_SPF_H
#define SHOW_SPF_H

#include "base/json.h"
#include "check/spf.h"
#include "show/screen.h"

struct spf_view {
	const struct spf_query *query;
	const struct spf_outcome *outcome;
	uint64_t asked;      /* questions */
	struct str resolver; /* "own recursion", "192.0.2.53" */
};

/* 0: pass, 3: it could not be told for want of answers, 1: all else. */
int spf_exit(const struct spf_outcome *outcome);
void spf_text(const struct spf_view *view, const struct screen *s);
void spf_json(const struct spf_view *view, FILE *out);

/* The members of an outcome, inside an object of the caller's. */
void spf_outcome_json(struct json *j, const struct spf_outcome *outcome);

#endif
