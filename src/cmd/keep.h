/* SPDX-License-Identifier: ISC */
/*
 * What a command remembers. The process with rights opens the store, reads it
 * before the fork, and writes to it what the confined child says in slips
 * (store/slip.h); the child holds nothing but the end of a pipe.
 */
#ifndef CMD_KEEP_H
#define CMD_KEEP_H

#include "conf/options.h"
#include "store/changes.h"
#include "store/listings.h"
#include "store/policies.h"
#include "store/requests.h"
#include "store/slip.h"
#include "verdict/verdict.h"

enum {
	KEEP_NOTES = 2,
};

struct keep {
	struct arena arena;
	struct str path;
	unsigned use; /* of store_open */
	bool off;     /* --no-store, or a copied case without --store */
	struct listings listings;
	struct requests requests;
	struct kept_policies policies;
	struct changes changes; /* keep_open_to_read only */
	/* What is to be said about it. */
	struct not_examined notes[KEEP_NOTES];
	size_t notes_n;
	bool readable, writable;
	int ends[2]; /* -1: nothing can be remembered */
	/* The parent's: */
	char *unread;
	size_t unread_n;
	uint64_t taken; /* slips */
};

/*
 * Before the fork: read what is known. copied: what is examined is not this
 * machine, whose memory is then neither asked nor changed.
 */
void keep_open(struct keep *keep, const struct options *o, bool copied);
/* Only to read, the changes too; nothing is made or written. */
void keep_open_to_read(struct keep *keep, const struct options *o);
/* The same for what remembers policies alone: a file is made only when there is
 * something to be written, and only by root or with --store. */
void keep_open_policies(
    struct keep *keep, const struct options *o, bool copied);
/* What was still to be written, and a sentence on standard error when it could
 * not be. */
void keep_close(struct keep *keep);

/* For confine_run; NULL is nothing to do. The pipe, right before its fork: no
 * other process may hold its end. In the child. In the parent, now and then. */
void keep_pipe(struct keep *keep);
void keep_confined(struct keep *keep);
void keep_take(struct keep *keep);

/* In the child: to be remembered. */
void keep_slip(struct keep *keep, const struct slip *slip);

#endif
