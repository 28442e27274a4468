/* SPDX-License-Identifier: ISC */
/*
 * Work on foreign bytes in a child that has given up its rights. The parent
 * keeps them, waits, hands it open files if asked to, and says what happened to
 * it.
 */
#ifndef CMD_CONFINE_H
#define CMD_CONFINE_H

#include "base/sandbox.h"
#include "cmd/keep.h"
#include "setting/files.h"
#include "show/progress.h"

struct confined {
	/* Runs in the child; returns the exit code. Standard output is
	 * flushed behind it. */
	int (*work)(void *arg, const struct sandbox *sandbox);
	/* Run in the parent, which keeps its rights, when the child has begun
	 * and when it has ended: hand it what it may not open itself. Or
	 * NULL. */
	void (*started)(void *arg);
	void (*ended)(void *arg);
	void *arg;
	struct progress *progress; /* shown by the parent; or NULL */
	/* What the parent reads for the work below this place, until the work
	 * calls files_done; both NULL: nothing. */
	const struct place *place;
	struct files *files;
	struct keep *keep; /* takes what the work wants remembered; or NULL */
};

/* Returns the exit code of the work, OUTCOME_FAILED with a sentence when the
 * child crashed. A signal that ends one of the two ends both. */
int confine_run(const struct confined *confined);

#endif
