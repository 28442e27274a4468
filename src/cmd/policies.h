/* SPDX-License-Identifier: ISC */
/* The policies of MTA-STS of the domains that a posture looks at. */
#ifndef CMD_POLICIES_H
#define CMD_POLICIES_H

#include "check/posture.h"
#include "cmd/inquiry.h"

enum {
	POLICIES_MAX = POLICY_PARALLEL,
};

struct policies {
	struct sts items[POLICIES_MAX];
	size_t n;
	size_t more; /* were not asked for: too many */
	size_t open; /* answers that are still to come */
	wall_us end; /* when nobody waits for them any more */
};

/* Asks for what the TXT records of p promise, all side by side; p is not needed
 * after. Nothing without a fetcher. */
void policies_begin(struct policies *policies, struct inquiry *x,
    struct dns_book *book, struct arena *a, const struct posture *p);
/*
 * Waits for the answers. What is known of earlier runs, in keep, is compared,
 * and what was seen now is remembered; keep: NULL is neither.
 */
void policies_end(struct policies *policies, struct inquiry *x, struct arena *a,
    struct keep *keep);
void policies_done(struct policies *policies);

#endif
