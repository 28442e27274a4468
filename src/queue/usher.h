/* SPDX-License-Identifier: ISC */
/*
 * In the process that has rights: walk through the queues, open the files of
 * each message and pass them to the confined process. Looks at names and never
 * at a byte of a file.
 */
#ifndef QUEUE_USHER_H
#define QUEUE_USHER_H

#include "base/limits.h"
#include "queue/roots.h"

enum {
	/* Of so many messages it is looked up when they were made. */
	USHER_DATED = 500000,
};

struct usher {
	const struct queue_roots *roots;
	size_t jobs; /* threads here, and channels */
	/* Of the command line: only messages of these ids; n 0: all. */
	const struct str *ids;
	size_t ids_n;
	bool texts; /* open files that hold nothing but a text, too */
	size_t
	    newest; /* pass only so many, those that were made last; 0: all */
	int send[LIMIT_JOBS], receive[LIMIT_JOBS];
	struct usher_work *work; /* in the parent while it runs */
};

/* Before the fork: a channel for each thread. False: no sockets; then the
 * queue cannot be read. */
bool usher_init(
    struct usher *usher, const struct queue_roots *roots, size_t jobs);
/* In the confined process, first of all: its ends alone are left. */
void usher_confined(struct usher *usher);
/* In the parent, after the fork: begin. */
void usher_start(struct usher *usher);
/* In the parent, when the confined process has ended. */
void usher_stop(struct usher *usher);
/* All that is left; accepts zeroed. */
void usher_done(struct usher *usher);

#endif
