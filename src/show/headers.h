/* SPDX-License-Identifier: ISC */
/* The answer of `sereno headers`. */
#ifndef SHOW_HEADERS_H
#define SHOW_HEADERS_H

#include "letter/inspection.h"
#include "show/screen.h"
#include "verdict/verdict.h"

struct headers_view {
	const struct inspection *x;
	const struct match *match;
	struct str source;
	bool found;                          /* a message was read */
	struct str trace_again, check_again; /* options of those commands */
};

void headers_text(const struct report *report, const struct headers_view *view,
    const struct screen *s);
/* The schema "sereno/headers/1". */
void headers_json(
    const struct report *report, const struct headers_view *view, FILE *out);

/* 0: it did not pass our server, or that is not known; 1: it did; 3: no
 * message was read. */
int headers_exit(const struct headers_view *view);

/* The parts: a table and a picture of the way that it took. */
void headers_way(const struct headers_view *view, const struct screen *s);

/* N_(): what a doubt means; NULL behind the last. */
const char *headers_doubt(unsigned bit);
const char *headers_doubt_name(unsigned bit);
/* The verdict as a sentence. */
struct str headers_sentence(const struct headers_view *view, struct arena *a);
/* What to do next: sentence(arg, command, sentence), command may be "". */
void headers_next(const struct headers_view *view, struct arena *a,
    void (*each)(void *arg, struct str command, struct str sentence),
    void *arg);
/* Why nothing below the boundary is believed; empty: all is. */
struct str headers_boundary(const struct inspection *x, struct arena *a);

#endif
