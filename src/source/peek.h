/* SPDX-License-Identifier: ISC */
/* The stamps at both ends of a source, and what its lines are about. */
#ifndef SOURCE_PEEK_H
#define SOURCE_PEEK_H

#include "source/source.h"

/* The front of a line with a stamp: the stamp is read again for each year
 * that it might be of. */
struct stamp {
	uint64_t at; /* byte in the text */
	bool has_year;
	int month;
	size_t n; /* of front; 0: no line with a stamp was found */
	char front[128];
};

struct peek {
	struct stamp first, last; /* last: plain files and the journal only */
	bool has_lines;           /* text at all, stamps or not */
	bool has_nul;             /* in the first or last lines */
	bool is_utf16;     /* with a byte order mark, or as ASCII in it */
	struct stamp mail; /* the newest line of a mail program seen */
};

/* What its lines are wrapped in, by its first ones; they come unwrapped when
 * source->wrap is set already. */
enum source_wrap source_wrap_of(const struct source *source);

/* Reads some of the first bytes and, where that is cheap, of the last. */
void source_peek(const struct source *source, struct peek *ret_peek);

/* The first line with a stamp that begins in [at, end) of a plain source. */
bool stamp_find(const struct source *source, uint64_t at, uint64_t end,
    struct stamp *ret_stamp);

/* When it was, read as of that year; ret_year is less for 29 February of a
 * common year. WALL_NONE when it is no stamp. */
wall_us stamp_at(const struct stamp *stamp, int year, int *ret_year);

/* The latest moment not behind bound that it can mean, and its year. */
wall_us stamp_latest(const struct stamp *stamp, wall_us bound, int *ret_year);

#endif
