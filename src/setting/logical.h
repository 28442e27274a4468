/* SPDX-License-Identifier: ISC */
/*
 * Logical lines, as Postfix writes main.cf, master.cf and its tables, and
 * Sendmail sendmail.cf: a blank in front continues the line before.
 */
#ifndef SETTING_LOGICAL_H
#define SETTING_LOGICAL_H

#include "base/arena.h"

struct logical {
	struct arena *arena;
	struct str rest;
	uint32_t line; /* of the first byte of rest, from 1 */
};

/* One logical line. Its physical lines are trimmed, and each but the first
 * has a '\n' in front; of comments and empty lines nothing else is left, so
 * that line + logical_lines() is where a part of it stands. */
struct logical_line {
	struct str text;
	uint32_t line;
};

static inline struct logical
logical_of(struct arena *a, struct str text)
{
	return (struct logical){a, text, 1};
}

/* False at the end. A continuation of nothing is skipped. */
bool logical_next(struct logical *l, struct logical_line *ret_line);

/* Line breaks in front of p, which points into text or behind it. */
uint32_t logical_lines(struct str text, const char *p);

/* Blank of any kind, as isspace(3) in the C locale. */
static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' ||
	       c == '\f';
}

/* The next word between blanks and the separators, a string of bytes; empty
 * at the end. */
struct str word_take(struct str *list, const char *separators);

#endif
