/* SPDX-License-Identifier: ISC */
/* Who sent what, as a table: `sereno origins`. */
#ifndef SHOW_ORIGINS_H
#define SHOW_ORIGINS_H

#include "show/screen.h"
#include "trail/join.h"
#include "verdict/verdict.h"

enum origins_sort {
	SORT_RECIPIENTS,
	SORT_MESSAGES,
	SORT_REFUSED,
	SORT_SPAM,
	SORT_IPS,
	SORT_LAST,
	SORT_NAME,
};

/* What is shown of a report's tally. */
struct origins_view {
	enum origins_by by;
	enum origins_sort sort;
	size_t top;
	const struct origin **rows; /* in the arena of the report */
	size_t n;                   /* rows that are shown */
	size_t total;               /* origins there are */
};

/* Choose and order the rows; by, sort and top are given. */
void origins_pick(struct origins_view *view, struct report *report);

/* "account", for --json. */
const char *origins_by_name(enum origins_by by);

void origins_text(const struct report *report, const struct origins_view *view,
    const struct screen *s);
/* The schema "sereno/origins/1". */
void origins_json(
    const struct report *report, const struct origins_view *view, FILE *out);

#endif
