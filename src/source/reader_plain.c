/* SPDX-License-Identifier: ISC */
/*
 * An uncompressed log, by pread: several readers share one descriptor, and a
 * file that is cut short while we read is an early end, not the SIGBUS that
 * it would be with mmap.
 */
#include "base/lang.h"
#include "source/reader.h"

#include <fcntl.h>
#include <sys/stat.h>

static bool
plain_open(struct reader *r, struct err *err)
{
	(void)err;
	/* Only advice: where it is refused, reading goes on all the same. */
	(void)posix_fadvise(r->source->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return true;
}

/*
 * The end is clean where the file ended when it was opened, or behind. Before
 * that somebody truncated it; "copytruncate" of logrotate does, and what was
 * written since then stands at the front again.
 */
static void
plain_end(const struct reader *r, uint64_t at, struct err *err)
{
	struct stat st;
	uint64_t had = r->source->size;
	bool cut = at < had && at < r->to;

	if (fstat(r->source->fd, &st) == 0 && (uint64_t)st.st_size < had &&
	    (uint64_t)st.st_size < r->to)
		cut = true;
	if (cut)
		(void)err_set(err, ERR_INPUT,
		    _("'%.*s' was truncated while it was read: it had %llu "
		      "bytes, the last read ended at %llu"),
		    STR_ARG(r->source->path), (unsigned long long)had,
		    (unsigned long long)at);
}

static size_t
plain_fill(struct reader *r, char *to, size_t n, struct err *err)
{
	uint64_t at = r->from + r->consumed;
	ssize_t got = reader_pread(r->source, to, n, at, err);

	if (got < 0)
		return 0;
	if (got == 0)
		plain_end(r, at, err);
	r->consumed += (uint64_t)got;
	return (size_t)got;
}

static void
plain_close(struct reader *r)
{
	(void)r;
}

const struct reader_form reader_plain = {
    .open = plain_open,
    .fill = plain_fill,
    .close = plain_close,
};
