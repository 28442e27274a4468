/* SPDX-License-Identifier: ISC */
/*
 * Copies: "mail.log.bak" that somebody made this morning, and "mail.log.1"
 * beside the "mail.log.1.gz" that an interrupted logrotate left. Read both, and
 * every number would be twice too high. Compared are the begin, the end and
 * the length; of gzip (RFC 1952) its own checksum and length at the end; where
 * that does not settle it (xz, a gzip of yesterday or one that is at work) all of
 * the text.
 */
#include "source/inner.h"

#include "base/limits.h"

#include <string.h>
#include <unistd.h>

enum {
	WINDOW = 4096,
	TRAILER = 8, /* CRC32 and ISIZE */
};

/* n bytes at the offset; false: there are fewer. */
static bool
read_at(const struct source *s, uint64_t at, char *to, size_t n)
{
	return pread(s->fd, to, n, (off_t)at) == (ssize_t)n;
}

static bool
is_same_at(
    const struct source *a, const struct source *b, uint64_t at, size_t n)
{
	char x[WINDOW], y[WINDOW];

	return read_at(a, at, x, n) && read_at(b, at, y, n) &&
	       memcmp(x, y, n) == 0;
}

/* Both plain: does b begin with all of a? */
static bool
is_begin_of(const struct source *a, const struct source *b)
{
	size_t n = a->size < WINDOW ? (size_t)a->size : WINDOW;

	return a->size > 0 && a->size <= b->size && is_same_at(a, b, 0, n) &&
	       is_same_at(a, b, a->size - n, n) &&
	       is_same_at(a, b, (a->size - n) / 2, n);
}

static bool
read_trailer(const struct source *s, unsigned char to[TRAILER])
{
	return s->size > TRAILER &&
	       read_at(s, s->size - TRAILER, (char *)to, TRAILER);
}

static bool
is_same_block(const struct source *a, const struct source *b)
{
	struct reader *ra = reader_open(a, 0, UINT64_MAX);
	struct reader *rb = reader_open(b, 0, UINT64_MAX);
	struct err err = {0};
	struct str x, y;
	uint64_t at;
	bool same =
	    reader_next(ra, &x, &at, &err) && reader_next(rb, &y, &at, &err);

	if (same) {
		size_t n = x.n < y.n ? x.n : y.n;

		same = n > 0 && memcmp(x.p, y.p, n) == 0;
	}
	reader_close(ra);
	reader_close(rb);
	return same;
}

/* Is a the packed form of b? */
static bool
is_packed(const struct source *a, const struct source *b)
{
	unsigned char t[TRAILER];
	uint32_t length;

	if (!read_trailer(a, t))
		return false;
	length = (uint32_t)t[4] | (uint32_t)t[5] << 8 | (uint32_t)t[6] << 16 |
		 (uint32_t)t[7] << 24;
	return length == (uint32_t)b->size && is_same_block(a, b);
}

/* The text of a source, from reader to reader of other blocks. */
struct text {
	struct reader *reader;
	struct str rest; /* of the block */
};

/* False: there is no more that could be read. */
static bool
text_more(struct text *t)
{
	struct err err = {0};
	uint64_t at;

	return t->rest.n > 0 || reader_next(t->reader, &t->rest, &at, &err);
}

/* Does b begin with all of a, as far as a can be read? */
static bool
is_begin_of_text(const struct source *a, const struct source *b)
{
	struct text x = {.reader = reader_open(a, 0, UINT64_MAX)};
	struct text y = {.reader = reader_open(b, 0, UINT64_MAX)};
	bool any = false, same = true;

	while (same && text_more(&x)) {
		size_t n;

		same = text_more(&y);
		n = x.rest.n < y.rest.n ? x.rest.n : y.rest.n;
		same = same && memcmp(x.rest.p, y.rest.p, n) == 0;
		x.rest = str_skip(x.rest, n);
		y.rest = str_skip(y.rest, n);
		any = true;
	}
	reader_close(x.reader);
	reader_close(y.reader);
	return any && same;
}

/* Both gzip: by the checksums of all their text? */
static bool
is_same_packed(const struct source *a, const struct source *b)
{
	unsigned char x[TRAILER], y[TRAILER];

	return read_trailer(a, x) && read_trailer(b, y) &&
	       memcmp(x, y, TRAILER) == 0 && is_same_block(a, b);
}

bool
source_is_copy(const struct source *a, const struct source *b)
{
	if (a->form == SOURCE_JOURNAL || b->form == SOURCE_JOURNAL)
		return false;
	if (a->form == SOURCE_PLAIN && b->form == SOURCE_PLAIN)
		return is_begin_of(a, b);
	if (a->form == SOURCE_GZIP && b->form == SOURCE_PLAIN &&
	    is_packed(a, b))
		return true;
	/* Of the two the plain one stays: it is read faster. */
	if (a->form == SOURCE_PLAIN && b->form == SOURCE_GZIP &&
	    is_packed(b, a))
		return false;
	if (a->form == SOURCE_GZIP && b->form == SOURCE_GZIP &&
	    is_same_packed(a, b))
		return true;
	return is_begin_of_text(a, b);
}
