/* SPDX-License-Identifier: ISC */
/*
 * What every form of source gives to the reader: bytes, one run after the
 * other. Lines, ranges and limits are the business of reader.c alone.
 */
#ifndef SOURCE_READER_H
#define SOURCE_READER_H

#include "source/source.h"

#include <sys/types.h>

/* As much is asked of a form at once: fits the L2 cache. */
enum {
	READER_CHUNK = 256 * 1024
};

struct reader_form {
	/* Sets reader->state; false when nothing at all can be read. */
	bool (*open)(struct reader *reader, struct err *err);
	/*
	 * The next 1 to n bytes of text. 0 at the end, and on damage: then
	 * err is set. Adds to reader->consumed.
	 */
	size_t (*fill)(
	    struct reader *reader, char *to, size_t n, struct err *err);
	void (*close)(struct reader *reader); /* state may be NULL */
};

struct reader {
	const struct source *source;
	const struct reader_form *form;
	void *state;
	uint64_t from;     /* where the form begins to read */
	uint64_t to;       /* no line that begins here or behind is given */
	uint64_t consumed; /* bytes of the file on disk */
	char *buf;         /* LIMIT_BLOCK bytes */
	uint64_t at;       /* where in the text buf[0] stands */
	size_t n;          /* bytes in buf */
	size_t given;      /* of them, in the last block */
	bool skip;         /* drop all up to the next newline */
	bool end;          /* the form has no more */
	struct err err;    /* met, told when all before it is given */
};

extern const struct reader_form reader_plain;
extern const struct reader_form reader_gzip;
extern const struct reader_form reader_archive;
extern const struct reader_form reader_journal;

/* pread of the source's file that is not stopped by signals; -1: failed,
 * and err says why. */
ssize_t reader_pread(const struct source *source, void *to, size_t n,
    uint64_t at, struct err *err);

#endif
