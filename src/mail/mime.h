/* SPDX-License-Identifier: ISC */
/*
 * The parts of a message (RFC 2045, 2046), as slices of it: nothing is copied
 * before a part is asked for, and a part's raw bytes are what was signed.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/arena.h"

enum {
	MIME_PARTS = 64, /* a report has 3, a digest of them some dozens */
	MIME_DEPTH = 10, /* a bounce of a bounce in a list has 6 */
};

enum mime_encoding {
	MIME_IDENTITY, /* 7bit, 8bit, binary, and what nobody knows */
	MIME_BASE64,
	MIME_QUOTED,
};

struct mime_part {
	struct str type;         /* "text/plain", as written */
	struct str content_type; /* with parameters; empty: none given */
	struct str header, body; /* raw */
	enum mime_encoding encoding;
	int depth;  /* 0: the message itself */
	int parent; /* its number; -1 for the message itself */
	bool cut;   /* it ends where the message ends, not at a boundary */
};

/* In the order in which they stand; a part comes before those in it. */
struct mime {
	struct mime_part parts[MIME_PARTS];
	size_t n;
	bool more; /* parts beyond the limits were left out */
};

/* The message itself is parts[0]; a message/rfc822 part is followed by the
 * message in it. Never fails: what is broken is plain text. */
void mime_parse(struct str message, struct mime *ret_mime);
/* The same for a message whose header and body lie apart. */
void mime_parse_split(
    struct str header, struct str body, struct mime *ret_mime);

/* Whatever the case of the letters. */
bool mime_is(const struct mime_part *part, struct str type);
bool mime_is_multipart(const struct mime_part *part);
/* message/rfc822 and its like, whose body is a message. */
bool mime_is_message(const struct mime_part *part);

/*
 * The body with its transfer encoding taken off, at most max bytes of it: a
 * slice of the message where nothing had to be decoded, else in a.
 */
struct str mime_body(struct arena *a, const struct mime_part *part, size_t max);

#endif
