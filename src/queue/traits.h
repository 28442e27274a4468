/* SPDX-License-Identifier: ISC */
/* What the header of a queued message says about it. */
#ifndef QUEUE_TRAITS_H
#define QUEUE_TRAITS_H

#include "mta/queue.h"

/* Values as they stand in the header; slices of it. */
struct traits {
	struct str subject, from, to, message_id, mailer, content_type,
	    encoding;
	struct str received[3];    /* the newest first */
	struct str php_script;     /* X-PHP-Originating-Script: "33:a.php" */
	struct str originating_ip; /* X-Originating-IP: a webmail's client */
	/* "(Authenticated sender: ana)" of a Received that this host wrote */
	struct str authenticated;
	struct str list;           /* List-Id or List-Unsubscribe */
	struct str auto_submitted; /* RFC 3834 */
};

void traits_read(const struct queue_message *m, struct traits *ret_traits);

/* A notice that this host made: null sender, and nobody handed it in. */
bool traits_is_notice(const struct queue_message *m);

#endif
