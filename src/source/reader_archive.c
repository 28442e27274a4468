/* SPDX-License-Identifier: ISC */
/*
 * xz, zstd, bzip2 and lz4 through libarchive: only these four filters around
 * the "raw" format, no archive format, because tar or zip readers would only
 * widen what a stranger's bytes can reach.
 */
#include "base/lang.h"
#include "source/reader.h"

#include "base/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

enum {
	ARCHIVE_IN = 128 * 1024
};

struct unpack {
	struct archive *archive;
	struct reader *reader;
	uint64_t at;
	struct err *err; /* of the call in progress */
	bool end;
	char in[ARCHIVE_IN];
};

static la_ssize_t
unpack_read(struct archive *archive, void *data, const void **ret_buf)
{
	struct unpack *u = data;
	ssize_t got;

	got = reader_pread(
	    u->reader->source, u->in, sizeof(u->in), u->at, u->err);
	if (got < 0) {
		archive_set_error(archive, ARCHIVE_FATAL, "read error");
		return ARCHIVE_FATAL;
	}
	u->at += (uint64_t)got;
	u->reader->consumed += (uint64_t)got;
	*ret_buf = u->in;
	return got;
}

static bool
unpack_damage(const struct unpack *u, struct err *err)
{
	const char *why = archive_error_string(u->archive);

	/* reader_pread has said it already, and better. */
	if (err->kind != ERR_NONE)
		return false;
	return err_set(err, ERR_INPUT,
	    _("'%.*s' is damaged at about byte %llu (%.60s); all "
	      "before it was used"),
	    STR_ARG(u->reader->source->path), (unsigned long long)u->at,
	    why == NULL ? "no reason given" : why);
}

/*
 * Anything but ARCHIVE_OK means that libarchive was built without the library
 * and would start a program in its place, which we never do.
 */
static bool
unpack_filters(struct archive *a)
{
	return archive_read_support_filter_xz(a) == ARCHIVE_OK &&
	       archive_read_support_filter_zstd(a) == ARCHIVE_OK &&
	       archive_read_support_filter_bzip2(a) == ARCHIVE_OK &&
	       archive_read_support_filter_lz4(a) == ARCHIVE_OK &&
	       archive_read_support_format_raw(a) == ARCHIVE_OK &&
	       archive_read_support_format_empty(a) == ARCHIVE_OK;
}

static bool
unpack_open(struct reader *r, struct err *err)
{
	struct unpack *u = xcalloc(1, sizeof(*u));
	struct archive_entry *entry;
	int rc;

	r->state = u;
	u->reader = r;
	u->err = err;
	u->archive = archive_read_new();
	if (u->archive == NULL || !unpack_filters(u->archive))
		return err_set(err, ERR_CONFIG,
		    _("cannot unpack '%.*s': libarchive was built without "
		      "xz, zstd, bzip2 or lz4"),
		    STR_ARG(r->source->path));
	if (archive_read_open(u->archive, u, NULL, unpack_read, NULL) !=
	    ARCHIVE_OK)
		return unpack_damage(u, err);
	rc = archive_read_next_header(u->archive, &entry);
	u->end = rc == ARCHIVE_EOF;
	return u->end || rc == ARCHIVE_OK || unpack_damage(u, err);
}

/* libarchive takes an empty lz4 frame for the end, and padding too. */
static void
unpack_rest(const struct unpack *u, struct err *err)
{
	int64_t used = archive_filter_bytes(u->archive, -1);
	const struct source *source = u->reader->source;

	if (used >= 0 && (uint64_t)used < source->size)
		(void)err_set(err, ERR_INPUT,
		    _("of '%.*s' the %llu bytes behind byte %lld could not "
		      "be unpacked"),
		    STR_ARG(source->path),
		    (unsigned long long)source->size - (unsigned long long)used,
		    (long long)used);
}

static size_t
unpack_fill(struct reader *r, char *to, size_t n, struct err *err)
{
	struct unpack *u = r->state;
	la_ssize_t got;

	if (u->end)
		return 0;
	u->err = err;
	got = archive_read_data(u->archive, to, n);
	if (got < 0)
		(void)unpack_damage(u, err);
	if (got == 0)
		unpack_rest(u, err);
	u->end = got <= 0;
	return got < 0 ? 0 : (size_t)got;
}

static void
unpack_close(struct reader *r)
{
	struct unpack *u = r->state;

	if (u == NULL)
		return;
	(void)archive_read_free(u->archive);
	free(u);
}

const struct reader_form reader_archive = {
    .open = unpack_open,
    .fill = unpack_fill,
    .close = unpack_close,
};
