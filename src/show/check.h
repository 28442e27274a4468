/* SPDX-License-Identifier: ISC */
/* A report in the three forms of `sereno check`. */
#ifndef SHOW_CHECK_H
#define SHOW_CHECK_H

#include "show/screen.h"
#include "verdict/verdict.h"

struct check_view {
	bool why;     /* the sum behind each finding */
	size_t top;   /* culprits shown; 0: as many as fit a screen */
	bool unknown; /* shapes of lines that were not understood */
};

/* One screen for a person: see design.md 5. */
void check_text(const struct report *report, const struct screen *s,
    struct check_view view);
/* The schema "sereno/check/1". */
void check_json(const struct report *report, FILE *out);
/* One line of a monitoring plugin; returns its exit code (0 OK, 1 WARNING,
 * 2 CRITICAL, 3 UNKNOWN; Monitoring Plugins Guidelines 2.3). */
int check_nagios(const struct report *report, FILE *out);

#endif
