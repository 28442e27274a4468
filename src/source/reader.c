/* SPDX-License-Identifier: ISC */
/*
 * Whole lines out of the bytes of any form of source.
 *
 * A range [from, to) of a plain file stands for the lines that begin in it:
 * where none begins at from, the reader starts one byte early and drops what
 * stands before the first newline, and it finishes the line that crosses to. So
 * neighbouring ranges give every line exactly once, wherever they meet.
 */
#include "source/reader.h"
#include "base/lang.h"

#include "base/limits.h"
#include "source/unwrap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const struct reader_form *const forms[] = {
    [SOURCE_PLAIN] = &reader_plain,
    [SOURCE_GZIP] = &reader_gzip,
    [SOURCE_ARCHIVE] = &reader_archive,
    [SOURCE_JOURNAL] = &reader_journal,
};

ssize_t
reader_pread(const struct source *source, void *to, size_t n, uint64_t at,
    struct err *err)
{
	ssize_t got;

	do
		got = pread(source->fd, to, n, (off_t)at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		(void)err_set(err, ERR_INPUT,
		    _("cannot read '%.*s' at byte %llu: %s"),
		    STR_ARG(source->path), (unsigned long long)at,
		    strerror(errno));
	return got;
}

/* Then nothing need be dropped, and a chunk not be moved by one byte. */
static bool
begins_line(const struct source *source, uint64_t at)
{
	struct err err;
	char before;

	return reader_pread(source, &before, 1, at - 1, &err) == 1 &&
	       before == '\n';
}

struct reader *
reader_open(const struct source *source, uint64_t from, uint64_t to)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	assert((size_t)source->form < ARRAY_LEN(forms));
	r->source = source;
	r->form = forms[source->form];
	if (source->form != SOURCE_PLAIN) {
		from = 0;
		to = UINT64_MAX;
	}
	r->skip = from > 0 && !begins_line(source, from);
	r->from = r->skip ? from - 1 : from;
	r->at = r->from;
	r->to = to;
	r->buf = xrealloc(NULL, LIMIT_BLOCK, 1);
	r->end = !r->form->open(r, &r->err);
	return r;
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	reader->form->close(reader);
	free(reader->buf);
	free(reader);
}

static void
reader_drop(struct reader *r, size_t n)
{
	assert(n <= r->n);
	r->n -= n;
	r->at += n;
	memmove(r->buf, r->buf + n, r->n);
}

static void
reader_fill(struct reader *r)
{
	size_t room = LIMIT_BLOCK - r->n;
	size_t got = r->form->fill(r, r->buf + r->n,
	    room < READER_CHUNK ? room : READER_CHUNK, &r->err);

	assert(got <= room);
	r->n += got;
	r->end = got == 0 || r->err.kind != ERR_NONE;
}

/* Drop the rest of a line of which nothing is wanted. */
static void
reader_skip(struct reader *r)
{
	const char *nl = memchr(r->buf, '\n', r->n);

	r->skip = nl == NULL;
	reader_drop(r, nl == NULL ? r->n : (size_t)(nl - r->buf) + 1);
}

/* How many bytes at the front are whole lines that begin before r->to. */
static size_t
reader_whole(const struct reader *r)
{
	const char *nl = NULL;

	if (r->n > r->to - r->at) {
		size_t last = (size_t)(r->to - r->at) - 1;

		nl = memchr(r->buf + last, '\n', r->n - last);
		if (nl == NULL)
			nl = memrchr(r->buf, '\n', last);
	} else {
		nl = memrchr(r->buf, '\n', r->n);
	}
	return nl == NULL ? 0 : (size_t)(nl - r->buf) + 1;
}

static bool
reader_give(
    struct reader *r, size_t n, struct str *ret_block, uint64_t *ret_offset)
{
	r->given = n;
	if (r->source->wrap != WRAP_NONE)
		n = unwrap_block(r->source->wrap, r->buf, n);
	*ret_block = (struct str){r->buf, n};
	*ret_offset = r->at;
	return true;
}

bool
reader_next(struct reader *reader, struct str *ret_block, uint64_t *ret_offset,
    struct err *err)
{
	struct reader *r = reader;

	reader_drop(r, r->given);
	r->given = 0;
	for (;;) {
		size_t whole;

		if (r->skip)
			reader_skip(r);
		if (r->at >= r->to)
			break;
		whole = r->skip ? 0 : reader_whole(r);
		if (whole > 0)
			return reader_give(r, whole, ret_block, ret_offset);
		if (r->n == LIMIT_BLOCK) {
			r->buf[LIMIT_BLOCK - 1] = '\n';
			r->skip = true;
			return reader_give(
			    r, LIMIT_BLOCK, ret_block, ret_offset);
		}
		if (r->end)
			break;
		reader_fill(r);
	}
	/* On damage the last line is a piece of one: not to be trusted. */
	if (r->at < r->to && r->err.kind == ERR_NONE && r->n > 0)
		return reader_give(r, r->n, ret_block, ret_offset);
	r->end = true;
	r->to = 0;
	*err = r->err;
	return false;
}

uint64_t
reader_consumed(const struct reader *reader)
{
	return reader->consumed;
}
