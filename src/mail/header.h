/* SPDX-License-Identifier: ISC */
/* Values of message headers as people read them. */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "base/arena.h"

enum {
	/* Bytes of UTF-8 that header_decode gives at most: subjects are
	 * shown cut, and a longer one is a trap. */
	HEADER_TEXT_MAX = 4096,
};

/*
 * The value with its encoded words (RFC 2047, and the language tag of RFC
 * 2231 5) turned into UTF-8; folded lines joined. What cannot be decoded stays
 * as it is. Bytes outside of encoded words that are not UTF-8 are copied
 * unchanged: the writer of the report escapes them. The result is in a.
 *
 * UTF-8, ISO 8859-1, 8859-15 and windows-1252 are built in. For other
 * charsets libc opens its converters: in a process that may not open files
 * any more such words stay as they are.
 */
struct str header_decode(struct arena *a, struct str value);

#endif
