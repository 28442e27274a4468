/* SPDX-License-Identifier: ISC */
/* The parts that every text report begins and ends with. */
#ifndef SHOW_HEAD_TEXT_H
#define SHOW_HEAD_TEXT_H

#include "show/screen.h"
#include "verdict/verdict.h"

/* "sereno 0.1 on HOST, TIME" and "read 3 Postfix logs ...". */
void head_text(const struct report *report, const struct screen *s);
/* "Postfix" of "postfix": as its makers write it. */
struct str mta_title(struct str name);
/* Mail servers and panels, and why we believe that they are there. */
void servers_text(const struct report *report, const struct screen *s);
/* What could not be understood, most frequent first. */
void unknown_text(const struct report *report, const struct screen *s);

#endif
