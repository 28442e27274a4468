/* SPDX-License-Identifier: ISC */
/*
 * In the confined process: take the files that the usher opened, and read each
 * message. One thread per channel.
 */
#ifndef QUEUE_RECEIVE_H
#define QUEUE_RECEIVE_H

#include "queue/usher.h"

/* One message of the queue, while it is read: everything dies with the call. */
struct received {
	const struct queue_message *message;
	const struct queue_root *root;
	struct str path; /* of its first file, below the root */
	size_t thread;   /* that reads it, below jobs */
};

/* What was met besides messages. */
struct receive_sums {
	uint64_t damaged; /* messages that could not be read */
	uint64_t unfinished;
	uint64_t unreadable;   /* files and folders that could not be opened */
	uint64_t bytes;        /* of files, on disk */
	uint64_t older;        /* left out by usher.newest */
	int why;               /* errno of the first unreadable */
	char path[QUEUE_PATH]; /* of it; empty: none */
	char damaged_path[QUEUE_PATH];
	bool cut; /* the usher went away before its end */
};

/*
 * Read everything; visit is called for each message, on several threads at the
 * same time. ret_sums: one per queue of the roots, and one more for what
 * belongs to none.
 */
void receive_run(struct usher *usher,
    void (*visit)(void *arg, const struct received *received), void *arg,
    struct receive_sums ret_sums[QUEUE_ROOTS + 1]);

#endif
