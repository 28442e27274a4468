/* SPDX-License-Identifier: ISC */
/*
 * One Received field (RFC 5321 4.4): what a host says about how it got the
 * message. Believed no further than the host that wrote it.
 */
#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

#include "base/ip.h"
#include "base/time.h"

/* All slices are of the value; empty: not said. */
struct received_field {
	struct str helo;    /* what the client called itself */
	struct str rdns;    /* what the DNS calls its address */
	struct ip ip;       /* of the client; none: not said, or no SMTP */
	bool rdns_doubtful; /* "may be forged": name and address differ */
	struct str by, with, via, id;
	struct str recipient; /* behind "for", without <> */
	struct str sender;    /* "envelope-from", without <> */
	struct str account;   /* "Authenticated sender: ana" */
	int64_t uid;          /* "from userid 33"; -1 */
	const char *program;  /* "Postfix"; NULL: not known */
	wall_us at;           /* WALL_NONE: no date, or a broken one */
	span_us zone;
};

/* value: folded as it came. False when it is nothing of the kind; what is
 * readable is filled in all the same. */
bool received_parse(struct str value, struct received_field *ret_received);

/* Came in by SMTP of a user who logged in: RFC 3848 ESMTPA, ESMTPSA; or an
 * account is named. */
bool received_is_login(const struct received_field *received);

#endif
