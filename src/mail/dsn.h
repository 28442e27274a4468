/* SPDX-License-Identifier: ISC */
/* The body of a message/delivery-status part (RFC 3464). */
#ifndef MAIL_DSN_H
#define MAIL_DSN_H

#include "base/str.h"

/* Values as they came (folded), without their type ("dns;", "rfc822;"). */
struct dsn_message {
	struct str reporter;    /* Reporting-MTA */
	struct str arrival;     /* Arrival-Date */
	struct str envelope_id; /* Original-Envelope-Id */
	struct str queue_id;    /* X-Postfix-Queue-ID */
	struct str sender;      /* X-Postfix-Sender */
};

struct dsn_recipient {
	struct str final, original; /* without <> */
	struct str action, status;  /* first word */
	struct str remote;          /* Remote-MTA */
	struct str diagnostic;      /* Diagnostic-Code */
};

/* The first group of fields off the front of *rest. False when there is no
 * field of a report; then *rest is as before. */
bool dsn_message(struct str *rest, struct dsn_message *ret_message);
/* The next recipient; false at the end. */
bool dsn_recipient(struct str *rest, struct dsn_recipient *ret_recipient);

#endif
