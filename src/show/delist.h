/* SPDX-License-Identifier: ISC */
/* What "sereno delist" found and what is to be done, for people and programs. */
#ifndef SHOW_DELIST_H
#define SHOW_DELIST_H

#include "delist/draft.h"
#include "delist/escape.h"
#include "show/screen.h"

struct delist_view {
	const struct report *report;
	const struct petitions *p;
	struct str word; /* details of what it means; empty: the overview */
	const struct str *done;
	size_t done_n;
	struct str again; /* options of this run, for commands; may be empty */
	bool kept;        /* what is noted is remembered */
	struct str store; /* " --store FILE"; may be empty */
	struct str mta;   /* that wrote most of the log; empty: not known */
};

/* 0: nothing is blocked; 1: something is; 3: nothing could be examined. */
int delist_exit(const struct delist_view *view);
void delist_text(const struct delist_view *view, const struct screen *s);
void delist_json(const struct delist_view *view, FILE *out);
/* Is it meant by the word, or by none? */
bool delist_shows(const struct delist_view *view, const struct petition *x);

#endif
