/* SPDX-License-Identifier: ISC */
/*
 *	1f 8b 08 ...                gzip (RFC 1952), one member or several
 *	50 4b 03 04 ...             zip (PKWARE's APPNOTE), one file or several
 *
 * through libarchive, which is given memory and these two forms alone.
 */
#include "source/unpack.h"

#include "base/arena.h"
#include "base/lang.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

struct unpack {
	const struct unpack_sink *sink;
	uint64_t in, out;
	unsigned files;
	struct err *err;
	bool good;
};

bool
unpack_is_container(struct str bytes)
{
	return str_starts(bytes, S("\x1f\x8b")) ||
	       str_starts(bytes, S("PK\x03\x04")) ||
	       str_starts(bytes, S("PK\x05\x06"));
}

static bool
fail(struct unpack *u, const char *sentence)
{
	if (u->good)
		(void)err_set(u->err, ERR_INPUT, "%s", sentence);
	u->good = false;
	return false;
}

/* Count what came out. */
static bool
account(struct unpack *u, size_t n)
{
	u->out += n;
	if (u->out > UNPACK_MAX ||
	    (u->out > UNPACK_FREE && u->out / UNPACK_RATIO > u->in))
		return fail(
		    u, _("it unpacks to far more than a report has: it was "
			 "refused"));
	return true;
}

static void unpack_one(struct unpack *u, struct str bytes, unsigned depth);

/* A container in a container is held whole. */
static void
read_inner(
    struct unpack *u, struct archive *archive, struct str head, unsigned depth)
{
	char *inner = xcalloc(1, UNPACK_INNER);
	size_t n = head.n;
	la_ssize_t got;

	memcpy(inner, head.p, n);
	while (n < UNPACK_INNER && (got = archive_read_data(archive, inner + n,
					UNPACK_INNER - n)) > 0) {
		n += (size_t)got;
		if (!account(u, (size_t)got))
			break;
	}
	if (depth == UNPACK_DEPTH || n == UNPACK_INNER)
		(void)fail(
		    u, _("it has containers in containers: it was refused"));
	if (u->good)
		unpack_one(u, (struct str){inner, n}, depth);
	free(inner);
}

static void
read_file(
    struct unpack *u, struct archive *archive, struct str name, unsigned depth)
{
	char buf[64 * 1024];
	bool begun = false, wanted = true;
	la_ssize_t got;

	while ((got = archive_read_data(archive, buf, sizeof(buf))) > 0) {
		struct str bytes = {buf, (size_t)got};

		if (!account(u, bytes.n))
			break;
		if (!begun && unpack_is_container(bytes)) {
			read_inner(u, archive, bytes, depth + 1);
			return;
		}
		if (!begun)
			u->sink->begin(u->sink->arg, name);
		begun = true;
		if (wanted)
			wanted = u->sink->bytes(u->sink->arg, bytes);
	}
	if (got < 0)
		(void)fail(u,
		    _("it is damaged or cut; all before the damage was used"));
	if (begun)
		u->sink->end(u->sink->arg, u->good);
}

/* A broken zip is not taken for plain bytes. */
static bool
forms(struct archive *a, struct str bytes)
{
	if (archive_read_support_format_zip(a) != ARCHIVE_OK)
		return false;
	if (str_starts(bytes, S("PK")))
		return true;
	/* One gzip, no gzip in it: that one would be unpacked on the way, and
	 * nobody counts what goes in and comes to nothing. */
	return archive_read_append_filter(a, ARCHIVE_FILTER_GZIP) ==
		   ARCHIVE_OK &&
	       archive_read_support_format_raw(a) == ARCHIVE_OK &&
	       archive_read_support_format_empty(a) == ARCHIVE_OK;
}

static struct str
name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	return name == NULL ? (struct str){NULL, 0} : str_z(name);
}

static void
read_entries(struct unpack *u, struct archive *archive, unsigned depth)
{
	struct archive_entry *entry;
	int rc;

	while (u->good && (rc = archive_read_next_header(archive, &entry)) !=
			      ARCHIVE_EOF) {
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
			(void)fail(u,
			    _("it is damaged or cut; all before the damage was "
			      "used"));
			return;
		}
		if (++u->files > UNPACK_FILES) {
			(void)fail(u, _("it holds too many files: the rest was "
					"refused"));
			return;
		}
		if (archive_entry_is_encrypted(entry) != 0) {
			(void)fail(u, _("it is locked with a password"));
			return;
		}
		read_file(u, archive, name_of(entry), depth);
	}
}

static void
unpack_one(struct unpack *u, struct str bytes, unsigned depth)
{
	struct archive *archive = archive_read_new();
	unsigned before = u->files;

	if (archive == NULL || !forms(archive, bytes))
		(void)fail(u, _("libarchive was built without gzip or zip"));
	else if (archive_read_open_memory(archive, bytes.p, bytes.n) !=
		 ARCHIVE_OK)
		(void)fail(u,
		    _("it is damaged or cut; all before the damage was used"));
	else
		read_entries(u, archive, depth);
	/* a gzip that breaks off before its first byte looks empty */
	if (u->files == before && !str_starts(bytes, S("PK")))
		(void)fail(u,
		    _("it is damaged or cut; all before the damage was used"));
	if (archive != NULL)
		(void)archive_read_free(archive);
}

bool
unpack_each(struct str bytes, const struct unpack_sink *sink, struct err *err)
{
	struct unpack u = {
	    .sink = sink, .in = bytes.n, .err = err, .good = true};

	unpack_one(&u, bytes, 0);
	return u.good;
}
