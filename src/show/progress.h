/* SPDX-License-Identifier: ISC */
/*
 * One line on standard error while a person waits: bytes, percent, time left.
 * The reader counts in memory shared with the parent, and the parent shows it;
 * when all is read, that it waits for the DNS.
 */
#ifndef SHOW_PROGRESS_H
#define SHOW_PROGRESS_H

#include "base/time.h"

#include <stdatomic.h>

struct progress {
	/* Shared across fork; NULL: nothing is counted. */
	_Atomic uint64_t *done; /* bytes on disk */
	_Atomic bool *waits;    /* for answers of the DNS */
	uint64_t total;
	wall_us begun;
	bool active; /* standard error is a terminal */
	bool shown;  /* a line stands there now */
};

/* Before the fork. Where memory cannot be shared, nothing is shown. */
void progress_init(struct progress *p, uint64_t total);
/* Show or refresh; nothing in the first second. */
void progress_tick(struct progress *p);
/* Take the line away again. */
void progress_done(struct progress *p);

#endif
