/* SPDX-License-Identifier: ISC */
/*
 * Cutting one plain file into parts for several readers. A part may be moved
 * to the next line by the reader itself (see reader.c), so a cut needs no
 * newline to be exact; it is moved to one only to make equal parts of what is
 * cited by its offset.
 */
#include "base/fd.h"
#include "base/limits.h"
#include "source/reader.h"

#include <assert.h>
#include <stdlib.h>

/* Smaller parts cost more to start than they save. */
enum {
	CUT_MIN = 1024 * 1024
};

/* The first byte behind the next newline at or behind at; UINT64_MAX when
 * there is none within the longest line. */
static uint64_t
next_line(const struct source *source, uint64_t at, char *buf)
{
	for (uint64_t end = at + LIMIT_BLOCK; at < end;) {
		struct err err = {0};
		ssize_t got = reader_pread(source, buf, LIMIT_LINE, at, &err);
		const char *nl;

		if (got <= 0)
			break;
		nl = memchr(buf, '\n', (size_t)got);
		if (nl != NULL)
			return at + (uint64_t)(nl - buf) + 1;
		at += (uint64_t)got;
	}
	return UINT64_MAX;
}

size_t
source_cut(const struct source *source, size_t parts, uint64_t *ret_at)
{
	CLEANUP(mem_free) char *buf = NULL;
	size_t n = 1;

	assert(parts > 0);
	ret_at[0] = 0;
	if (source->form != SOURCE_PLAIN)
		return 1;
	if (parts > source->size / CUT_MIN)
		parts = (size_t)(source->size / CUT_MIN);
	buf = xrealloc(NULL, LIMIT_LINE, 1);
	for (size_t i = 1; i < parts; i++) {
		uint64_t at = source->size / parts * i;

		at = next_line(source, at, buf);
		if (at > ret_at[n - 1] && at < source->size)
			ret_at[n++] = at;
	}
	return n;
}

int
source_year_at(const struct source *source, uint64_t at)
{
	int year = source->year;

	for (size_t i = 0; i < source->turns_n; i++)
		if (source->turns[i].at <= at)
			year = source->turns[i].year;
	return year;
}
