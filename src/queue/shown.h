/* SPDX-License-Identifier: ISC */
/* One message of a queue as it is shown: all that was read of it, kept, and
 * the beginning of its text as people read it. */
#ifndef QUEUE_SHOWN_H
#define QUEUE_SHOWN_H

#include "mail/mime.h"
#include "queue/origin.h"
#include "queue/receive.h"

/* The text of a message, without its encoding and without HTML. */
struct body_text {
	struct str text;
	struct str raw;  /* the same with the tags of HTML */
	struct str type; /* of the part it stands in: "text/html" */
	bool cut;        /* there is more of it */
};

/* The first text part, plain where there is a choice; at most max bytes. A
 * slice of the message, or in a. */
void body_read(struct arena *a, const struct queue_message *m,
    const struct traits *traits, size_t max, struct body_text *ret_body);

struct shown {
	const struct queue_root *root;
	struct str path; /* of its first file, below the root */
	struct queue_message *message;
	struct traits traits;
	struct queue_origin origin;
	struct body_text body;
};

/* All slices of *ret_shown live in a. */
void shown_keep(
    struct arena *a, const struct received *received, struct shown *ret_shown);

#endif
