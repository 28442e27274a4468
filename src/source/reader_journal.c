/* SPDX-License-Identifier: ISC */
#include "source/inner.h"
#include "source/reader.h"

void
journal_done(struct source *source)
{
	(void)source;
}

void
journal_limit(struct source *source, wall_us since, wall_us until)
{
	(void)source;
	(void)since;
	(void)until;
}

static bool
journal_open(struct reader *r, struct err *err)
{
	(void)r;
	return err_set(err, ERR_CONFIG, "this build cannot read the journal");
}

static size_t
journal_fill(struct reader *r, char *to, size_t n, struct err *err)
{
	(void)r, (void)to, (void)n, (void)err;
	return 0;
}

static void
journal_close(struct reader *r)
{
	(void)r;
}

const struct reader_form reader_journal = {
    .open = journal_open,
    .fill = journal_fill,
    .close = journal_close,
};
