/* SPDX-License-Identifier: ISC */
/*
 * Lines that the keeper of a container put something around. What is inside
 * is given out, one line for each, never longer than it was; the keeper's
 * stamp, which has a year and a zone, takes the place of one that lacks them.
 */
#ifndef SOURCE_UNWRAP_H
#define SOURCE_UNWRAP_H

#include "source/source.h"

/* What the first lines of a log are wrapped in. */
enum source_wrap unwrap_find(struct str head);
/* The text of one line without its newline; changes its bytes. */
struct str unwrap_line(enum source_wrap wrap, char *line, size_t n);
/* Whole lines, in place; how many bytes are left. */
size_t unwrap_block(enum source_wrap wrap, char *block, size_t n);

#endif
