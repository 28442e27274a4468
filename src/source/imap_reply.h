/* SPDX-License-Identifier: ISC */
/* What an IMAP server answers (RFC 3501 7), from a stream of bytes. */
#ifndef SOURCE_IMAP_REPLY_H
#define SOURCE_IMAP_REPLY_H

#include "base/str.h"

enum {
	/* Bytes of one line: names of folders and flags. */
	IMAP_LINE = 8192,
	IMAP_BUF = 64 * 1024,
};

struct imap_in {
	/* As read(2): 0 at the end and on failure. */
	size_t (*read)(void *arg, char *to, size_t n);
	void *arg;
	char buf[IMAP_BUF];
	size_t at, n;
	char line[IMAP_LINE];
	bool broken; /* the end, or nonsense: nothing comes any more */
};

/* The next line without its end; lives until the next call. What is longer is
 * nonsense. False: broken. */
bool imap_line(struct imap_in *in, struct str *ret_line);
/* A literal that the line announces: "... {123}". False: none. */
bool imap_literal(struct str line, uint64_t *ret_size);
/* The next of *left bytes of a literal, at most IMAP_BUF of them; empty when
 * none is left or the stream ends. */
struct str imap_bytes(struct imap_in *in, uint64_t *left);

/* "* 12 FETCH (UID 7 BODY[]<0> {123}": the message's number, and its UID; 0
 * where it stands behind. False: another line. */
bool imap_fetch(struct str line, uint64_t *ret_number, uint64_t *ret_uid);
/* "* 12 EXISTS" */
bool imap_exists(struct str line, uint64_t *ret_n);
/* "* LIST (\HasNoChildren) "/" "Sent Items"" where selecting is possible. The
 * name as on the wire; unquoted in place. False: another line. */
bool imap_list(char *line, size_t n, struct str *ret_name);

#endif
