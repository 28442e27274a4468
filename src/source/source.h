/* SPDX-License-Identifier: ISC */
/*
 * Where log lines come from: files, plain or compressed, a pipe, the journal.
 *
 * A set of sources is found or given by name while we still have rights; all
 * descriptors are open before the rights are dropped, and stay open, so that
 * a file which is rotated away meanwhile is read to its end all the same.
 * Sources are ordered by time: the oldest line first.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"

enum source_form {
	SOURCE_PLAIN,
	SOURCE_GZIP,    /* ISA-L */
	SOURCE_ARCHIVE, /* xz, zstd, bzip2, lz4 by libarchive */
	SOURCE_JOURNAL, /* shown as lines with RFC 3339 stamps */
};

/* What kind of log it was given as; the parser to use follows from it. */
enum source_role {
	SOURCE_MAIL,
	SOURCE_PHP, /* php mail.log */
	SOURCE_WEB, /* web server access log */
};

/* What the keeper of a container puts around each line: unwrap.h. */
enum source_wrap {
	WRAP_NONE,
	WRAP_DOCKER,  /* {"log":"...","time":"..."} */
	WRAP_TIMES,   /* a time in front, of CRI with "stdout F" */
	WRAP_COMPOSE, /* "name  | " in front */
	WRAP_GREP,    /* the name of a file and a colon in front */
};

enum {
	/* Kept when mail is in it, whatever others carry. */
	SOURCE_IF_MAIL = -1
};

struct source {
	struct str path; /* as found or given; "-": standard input */
	struct str why;  /* it was looked at; empty when it was named */
	enum source_form form;
	enum source_role role;
	enum source_wrap wrap; /* taken off by the reader */
	int fd;                /* -1 for the journal */
	uint64_t size;         /* bytes on disk when it was opened */
	wall_us mtime;
	wall_us first; /* stamp of the first line; WALL_NONE: none */
	wall_us last;  /* of the last line if cheap to know, else mtime */
	int year;      /* of the first line, for stamps that lack it */

	/* private */
	uint64_t device, inode;
	int choice;  /* 0: named, or surely a mail log. Else found: of those
		      * that carry the same lines the smallest is kept, or
		      * SOURCE_IF_MAIL */
	void *state; /* SOURCE_JOURNAL */
	struct source_turn *turns; /* of the year, inside a plain file */
	size_t turns_n;
};

/* From this byte on, stamps without a year are of that year. */
struct source_turn {
	uint64_t at;
	int year;
};

/* Something that could not be read, and why: becomes "not examined". */
struct source_gap {
	struct str path;
	struct err err;
};

struct source_set {
	struct arena arena;
	struct source *items; /* ordered by first, oldest first */
	size_t n, cap;
	struct source_gap *gaps;
	size_t gaps_n, gaps_cap;
	struct str why; /* of the sources that are added now */
};

void source_set_done(struct source_set *set);

/*
 * Add one file, in any order; "-" copies standard input to an unlinked
 * temporary file first. A path that cannot be used becomes a gap and false is
 * returned: the others are still good. Directories are refused.
 */
bool source_add(struct source_set *set, struct str path, enum source_role role);

/* Find the mail logs of this machine, all below root ("" or "/": none).
 * Fills gaps for what exists and cannot be read. Takes all candidates;
 * source_order chooses. */
void source_find(struct source_set *set, struct str root);

/* The same for access logs of web servers and PHP's mail.log; there may be
 * none, and no gap says so. */
void source_find_web(struct source_set *set, struct str root);

/*
 * Look at the first and last lines of each source (so, behind the sandbox:
 * these are foreign bytes), keep of the logs that source_find found those
 * that carry the mail, order all by time, give each file its year (files that
 * follow each other, the modification time of the newest, and where months
 * step back), and drop what ends before since or begins behind until
 * (WALL_NONE: no limit). now: no stamp is later; WALL_NONE: this moment.
 * Adds gaps for what holds no stamps at all.
 */
void source_order(
    struct source_set *set, wall_us since, wall_us until, wall_us now);

/* The year of stamps without one in the lines that begin at that byte of the
 * source: what the clock of a part of it begins with. */
int source_year_at(const struct source *source, uint64_t at);

/* ---- reading: one reader per thread and source part ---- */

struct reader;

/*
 * Read the lines that begin in the bytes [from, to) of a plain source; to is
 * UINT64_MAX for "to the end, wherever that is by then". Other forms are
 * always read whole: from 0, to UINT64_MAX. Never NULL.
 */
struct reader *reader_open(
    const struct source *source, uint64_t from, uint64_t to);
void reader_close(struct reader *reader); /* accepts NULL */

/*
 * The next block: whole lines, the newline of the last included, at most
 * LIMIT_BLOCK bytes; the very last line of a file may lack it. A line longer
 * than a block is cut. The bytes live until the next call. Returns false at
 * the end or on damage; then err->kind is ERR_NONE at a clean end, and
 * otherwise err says what is wrong (all before it was given out).
 * ret_offset: of the first byte, in the uncompressed text.
 */
bool reader_next(struct reader *reader, struct str *ret_block,
    uint64_t *ret_offset, struct err *err);

/* Bytes of the file on disk consumed so far, for progress. */
uint64_t reader_consumed(const struct reader *reader);

#endif
