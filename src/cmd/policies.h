/* SPDX-License-Identifier: ISC */
/* The policies of MTA-STS of the domains that a posture looks at. */
#ifndef CMD_POLICIES_H
#define CMD_POLICIES_H

#include "check/posture.h"
#include "cmd/inquiry.h"

enum {
	POLICIES_MAX = 20, /* each takes a second or more */
};

struct policies {
	struct sts items[POLICIES_MAX];
	size_t n;
	size_t more; /* were not asked for: too many, or too slow */
};

/* Fetches what the TXT records of p promise; p is not needed after. Nothing
 * without a fetcher. */
void policies_fetch(struct policies *policies, struct inquiry *x,
    struct dns_book *book, struct arena *a, const struct posture *p);
void policies_done(struct policies *policies);

#endif
