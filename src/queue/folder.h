/* SPDX-License-Identifier: ISC */
/* The names in a folder of a queue, and nothing of what is in its files. */
#ifndef QUEUE_FOLDER_H
#define QUEUE_FOLDER_H

#include "base/str.h"

#include <sys/types.h>

/* What was in it when it was read. Names of folders end with '/'. */
struct names {
	char **items;
	size_t n, cap;
	char *text; /* of all of them */
};

/*
 * Names in the order of inodes: the order on the disk, in which a cold queue
 * is read quickest. Closes fd. False, with errno, when it cannot be read; all
 * read before that is there.
 */
bool names_read(int fd, struct names *ret_names);
void names_done(struct names *names);

/*
 * Open a folder below fd, "deferred/A". Queues belong to the mail server's own
 * user, who must not lead a reader with root's rights elsewhere: a link is
 * followed only if it is root's (Sendmail's q1 may be one to another disk).
 * -1 and errno.
 */
int folder_open(int fd, const char *path);

#endif
