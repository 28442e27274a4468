/* SPDX-License-Identifier: ISC */
/* Who put a queued message in: the kinds and names of trail/origin.h, so that
 * the queue and the log speak of the same culprit. */
#ifndef QUEUE_ORIGIN_H
#define QUEUE_ORIGIN_H

#include "queue/traits.h"
#include "trail/origin.h"

struct queue_origin {
	enum origin_kind kind;
	struct str name;   /* slice of the message, or of text */
	int64_t uid;       /* -1: none */
	struct str script; /* file name that PHP wrote; empty: none */
	char text[64];
};

void queue_origin_of(const struct queue_message *m, const struct traits *traits,
    struct queue_origin *ret_origin);

#endif
