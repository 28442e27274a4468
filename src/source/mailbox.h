/* SPDX-License-Identifier: ISC */
/*
 * Messages of mailboxes, one after the other, in memory that does not grow with
 * the mailbox.
 *
 * The bytes come as a feed (feeder.h): a process that keeps its rights opens
 * files and folders and hands their bytes on, unread; the process that reads
 * them here has none.
 */
#ifndef SOURCE_MAILBOX_H
#define SOURCE_MAILBOX_H

#include "base/err.h"
#include "base/str.h"

enum {
	/* Bytes of a message that are kept: a bounce that returns a large
	 * original is understood by its first part. */
	MAILBOX_MESSAGE = 1024 * 1024,
	/* Bytes of a path or sentence in a feed. */
	FEED_NAME = 4096,
	/* Bytes of one frame of data. */
	FEED_DATA_MAX = 64 * 1024,
};

enum feed_type {
	FEED_FILE = 1, /* a new file: its path */
	FEED_DATA,     /* the next bytes of it */
	FEED_END,      /* its end */
	FEED_GAP,      /* a path, NUL, a sentence: why it was not read */
};

/* In front of each frame, in the order of bytes of this machine. */
struct feed_head {
	uint32_t type, size;
};

struct letter_place {
	struct str path; /* of the file; lives until the next call */
	uint64_t number; /* of the message in its file, from 1 */
	bool cut;        /* only its first MAILBOX_MESSAGE bytes */
};

struct mailbox;

/* read: as read(2), 0 at the end. Never NULL. */
struct mailbox *mailbox_open(
    size_t (*read)(void *arg, char *to, size_t n), void *arg);
struct mailbox *mailbox_open_fd(int fd); /* the feeder's end; not closed */
void mailbox_close(struct mailbox *mailbox);
/* Before the first message: keep so many bytes of each in place of
 * MAILBOX_MESSAGE. */
void mailbox_room(struct mailbox *mailbox, size_t max);

/* What could not be read is told to gap while messages are read. */
void mailbox_on_gap(struct mailbox *mailbox,
    void (*gap)(void *arg, struct str path, struct str sentence), void *arg);

/* The next message, without the "From " line of an mbox; lives until the next
 * call. False at the end. */
bool mailbox_next(struct mailbox *mailbox, struct str *ret_message,
    struct letter_place *ret_place);

/* Bytes of all files so far, for progress. */
uint64_t mailbox_consumed(const struct mailbox *mailbox);

#endif
