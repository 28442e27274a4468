/* SPDX-License-Identifier: ISC */
/* Mailboxes on an IMAP server: "imaps://ana@mail.example:993/INBOX" (RFC 5092,
 * without what nobody types). */
#ifndef SOURCE_IMAP_URL_H
#define SOURCE_IMAP_URL_H

#include "base/arena.h"
#include "base/err.h"

struct imap_url {
	struct str text; /* as it is shown: the whole URL */
	bool tls;        /* imaps: from the first byte on */
	struct str user, host;
	uint16_t port;
	struct str folder; /* UTF-8, "INBOX" when none is named; may end in
			      or hold '*': all that match */
};

bool imap_url_is(struct str word);
/* Decoded, in the arena, each with a NUL behind it. A password in it is
 * refused: all users of the machine see a command line. */
bool imap_url_parse(struct arena *a, struct str word, struct imap_url *ret_url,
    struct err *err) MUST_CHECK;

/*
 * Names of folders on the wire: modified UTF-7 (RFC 3501 5.1.3). What is no
 * UTF-8, or no UTF-7, stays as it is.
 */
struct str imap_name_encode(struct arena *a, struct str utf8);
struct str imap_name_decode(struct arena *a, struct str wire);

#endif
