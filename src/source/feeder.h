/* SPDX-License-Identifier: ISC */
/*
 * Hands the bytes of files, folders and standard input to the process that
 * reads them (mailbox.h), and looks into none of them.
 */
#ifndef SOURCE_FEEDER_H
#define SOURCE_FEEDER_H

#include "base/err.h"
#include "base/str.h"
#include "source/imap.h"

#include <sys/types.h>

struct feeder {
	pid_t pid; /* 0: none */
	int fd;    /* where the feed comes out; -1: none */
};

/*
 * Start a process that feeds all of them, in this order. A folder with cur and
 * new in it is a Maildir, its folders (".Sent") included; any other is taken
 * with all files below it. Links inside of folders are not followed. What
 * cannot be read becomes a gap in the feed. Words that accounts of imap name
 * are mailboxes on a server; NULL: there are none.
 */
bool feeder_start(struct feeder *feeder, const struct str *paths, size_t n,
    const struct imap_conf *imap, struct err *err) MUST_CHECK;
/* Closes the feed and waits for the process. */
void feeder_stop(struct feeder *feeder);

/* Bytes of the files that are named and are no folders. */
uint64_t feeder_size(const struct str *paths, size_t n);

/* In the feeding process: write all of them to fd. */
void feed_paths(
    int fd, const struct str *paths, size_t n, const struct imap_conf *imap);

#endif
