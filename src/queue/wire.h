/* SPDX-License-Identifier: ISC */
/*
 * What the process with rights tells the confined one, in messages of fd_pass:
 * which descriptors belong to which message of which queue, and what could not
 * be opened. Both are the same program; the receiver is the one who is not
 * trusted, and sends nothing back.
 */
#ifndef QUEUE_WIRE_H
#define QUEUE_WIRE_H

#include "mta/queue.h"

enum wire_kind {
	WIRE_MESSAGE, /* id, state, kinds of its files, path of the first */
	WIRE_GAP,     /* path, why (errno): could not be read */
	WIRE_END,     /* all was sent; what lacks it was cut off. more: messages
		       * that are older than those that were asked for */
};

struct wire {
	enum wire_kind kind;
	unsigned queue; /* number in the roots */
	enum queue_state state;
	int why;
	size_t parts_n, more;
	unsigned kinds[QUEUE_PARTS];
	uint64_t text; /* size of a text that was not opened, + 1; 0: none */
	struct str id, path;
};

enum {
	/* Bytes of one, at most. */
	WIRE_MAX = 64 + QUEUE_PARTS + QUEUE_ID + QUEUE_PATH
};

/* Write it to to, which has WIRE_MAX bytes; returns how many it took. */
size_t wire_put(char *to, const struct wire *wire);
/* Read it off the front of *bytes; slices point into them. */
bool wire_get(struct str *bytes, struct wire *ret_wire);

#endif
