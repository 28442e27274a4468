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
	bool broken;   /* the end, or nonsense: nothing comes any more */
	bool nonsense; /* it is that */
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

enum imap_body {
	IMAP_BODY_NONE,    /* not in this line */
	IMAP_BODY_NIL,     /* a message without a byte */
	IMAP_BODY_QUOTED,  /* it stands in the line */
	IMAP_BODY_LITERAL, /* so many bytes follow */
};
/*
 * Where a line of a FETCH answer, or what stands behind a literal of it, has the
 * text that was asked for: "BODY[]<0> {123}", "BODY[] "x"" or "BODY[] NIL".
 * *ret_text: unquoted in place.
 */
enum imap_body imap_body(
    char *line, size_t n, struct str *ret_text, uint64_t *ret_size);
/* "* 12 EXISTS" */
bool imap_exists(struct str line, uint64_t *ret_n);
/* "* LIST (\HasNoChildren) "/" "Sent Items"" where selecting is possible. The
 * name as on the wire; unquoted in place. Empty: it is the literal of
 * *ret_literal bytes that follows. False: another line. */
bool imap_list(
    char *line, size_t n, struct str *ret_name, uint64_t *ret_literal);

#endif
