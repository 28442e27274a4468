/* SPDX-License-Identifier: ISC */
/* The answer of `sereno bounces`. */
#ifndef SHOW_BOUNCES_H
#define SHOW_BOUNCES_H

#include "letter/domain_state.h"
#include "letter/match.h"
#include "show/screen.h"
#include "verdict/verdict.h"

struct bounces_view {
	const struct bag *bag;
	const struct match *match;
	struct domain_state domains[DOMAIN_STATES];
	size_t domains_n;
	size_t top; /* notices that are listed one by one */
	struct str trace_again, check_again; /* options of those commands */
};

void bounces_text(const struct report *report, const struct bounces_view *view,
    const struct screen *s);
/* The schema "sereno/bounces/1". */
void bounces_json(
    const struct report *report, const struct bounces_view *view, FILE *out);

/* 0: nothing, 1: bounces or complaints, 3: no message could be read. */
int bounces_exit(const struct bag *bag);

#endif
