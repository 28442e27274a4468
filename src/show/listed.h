/* SPDX-License-Identifier: ISC */
/* What "sereno listed" found, for people, programs and monitoring. */
#ifndef SHOW_LISTED_H
#define SHOW_LISTED_H

#include "check/dnsbl.h"
#include "show/screen.h"
#include "store/listings.h"
#include "verdict/verdict.h"

enum listed_what {
	LISTED_NEW,    /* since: it was asked about and not listed then */
	LISTED_AGAIN,  /* since: it was gone */
	LISTED_GONE,   /* since: it was listed */
	LISTED_UNSURE, /* the same, but no second server says so */
	LISTED_UNSEEN, /* it was listed; the list does not answer now */
};

/* What is not as it was remembered. */
struct listed_change {
	enum listed_what what;
	size_t probe, target;
	wall_us since;
};

struct listed_view {
	const struct dnsbl *d;
	struct str host;
	wall_us at;
	span_us took;
	uint64_t asked;      /* questions */
	struct str resolver; /* "own recursion", "192.0.2.53" */
	bool recursion;
	const struct listings *known; /* before this run; NULL: nothing */
	const struct listed_change *changes;
	size_t changes_n;
	const struct not_examined *notes;
	size_t notes_n;
};

/* Counted over what blocks; a list that another one contains, and what only
 * informs, is left out. */
struct listed_sums {
	size_t entries, targets; /* listings; targets that have one */
	size_t lists, broken;    /* that could be used; that could not */
	size_t others;           /* that could, but do not block */
	size_t unknown;          /* questions without an answer */
	/* Of the changes: what was listed and is not confirmed to be gone. */
	size_t unsure;
	enum list_severity worst;
};

void listed_sum(const struct listed_view *view, struct listed_sums *ret_sums);

/* 0: on no list, 1: listed, or not surely gone, 3: no list could be used. */
int listed_exit(const struct listed_view *view);
void listed_text(const struct listed_view *view, const struct screen *s);
void listed_json(const struct listed_view *view, FILE *out);
/* One line; returns the code of the Monitoring Plugins Guidelines. */
int listed_nagios(const struct listed_view *view, FILE *out);

/* One line of a headline: "203.0.113.25 is on 2 lists, the worst: ...". */
struct str listed_headline(const struct listed_view *view, struct arena *a);
/* Since when the entry is known; WALL_NONE: it was not. */
wall_us listed_since(
    const struct listed_view *view, const struct dnsbl_entry *entry);
const char *listed_what_name(enum listed_what what); /* "gone" */
/* "SBL, XBL", or "listed". */
struct str listed_labels(struct arena *a, const struct dnsbl_entry *entry);

#endif
