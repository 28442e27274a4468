/* SPDX-License-Identifier: ISC */
/* The text of a reply brought into the form that the catalogue matches. */
#ifndef MAIL_REPLY_TEXT_H
#define MAIL_REPLY_TEXT_H

#include "base/str.h"

enum {
	/* Longer replies are cut: what decides stands in front. */
	REPLY_TEXT_MAX = 1024,
};

/* The receiver's own words, and what stood around them. */
struct reply_words {
	struct str text; /* without what the sending MTA added */
	struct str host; /* that said it, when the text names it */
	bool remote;     /* another host said it, not this one */
	unsigned code;   /* at the front of text, 0: none */
};

/*
 * Take off what Postfix puts around a reply:
 *
 *	host mx.example.net[192.0.2.1] said: 550 5.1.1 <a@b>: ... (in reply to
 *	-----------------------------------                       -------------
 *	RCPT TO command)
 *	---------------
 */
struct reply_words reply_words_of(struct str text);

/*
 * "550 5.7.26 words": the lines of one reply joined, each repeated "550-" or
 * "550-5.7.26 " dropped, blanks squeezed, control bytes made blank, and the
 * code and dsn put in front when the text does not begin with a code. Writes
 * a C string; returns its length.
 */
size_t reply_normalise(struct str text, unsigned code, struct str dsn,
    char ret_text[REPLY_TEXT_MAX]);

/*
 * The text without what differs from mail to mail: addresses, IPs (127/8 is
 * kept: answers of DNS lists), ids, stamps and long numbers. Two replies of
 * the same shape mean the same. Returns its length.
 */
size_t reply_shape(struct str text, char ret_shape[REPLY_TEXT_MAX]);

/*
 * What stands in front of the first address and behind it: replies where both
 * are the same have the same shape. False: there is none, or one that shapes
 * keep, or the text is long; then all is in ret_head.
 */
bool reply_cut_address(
    struct str text, struct str *ret_head, struct str *ret_tail);

#endif
