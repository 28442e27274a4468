/* SPDX-License-Identifier: ISC */
/*
 * A policy of MTA-STS (RFC 8461 3.2) as its owner should see it: what senders
 * that honour it would stumble over.
 */
#ifndef CHECK_STS_H
#define CHECK_STS_H

#include "check/weakness.h"
#include "net/policy.h"

enum {
	STS_PATTERNS = 40,
	STS_AGE_MAX = 31557600, /* RFC 8461 3.2: about a year */
	STS_AGE_SHORT = 86400,
};

enum sts_mode {
	STS_NO_MODE,
	STS_NONE,
	STS_TESTING,
	STS_ENFORCE,
	STS_MODES,
};

enum sts_fault {
	STS_FINE,
	STS_BAD_VERSION, /* version is not STSv1 */
	STS_BAD_MODE,
	STS_BAD_AGE,  /* no number up to STS_AGE_MAX */
	STS_NO_MX,    /* though the mode needs one */
	STS_BAD_LINE, /* no "name: value" */
	STS_FAULTS,
};

struct sts_policy {
	enum sts_fault fault; /* the first */
	enum sts_mode mode;
	uint64_t max_age; /* seconds */
	struct str mx[STS_PATTERNS];
	size_t mx_n;
};

/* Slices point into the text. */
void sts_policy_read(struct str text, struct sts_policy *ret_policy);
/* RFC 8461 4.1: "*.example.org" is one label and no more. */
bool sts_matches(struct str pattern, struct str host);
const char *sts_mode_name(enum sts_mode mode); /* "enforce" */

enum {
	STS_HASH = 33, /* with its NUL */
};

/* The same for policies that say the same, in whatever order and letters; hex. */
void sts_policy_hash(const struct sts_policy *policy, char ret_hash[STS_HASH]);

/* What was fetched for a domain. */
struct sts {
	struct str domain;
	struct str id; /* of the TXT record at _mta-sts; empty: none */
	const struct policy_answer *answer; /* NULL: nobody asked */
	struct sts_policy policy;           /* of POLICY_FETCHED */
	/* When another one was last seen with the same id, and this or a third
	 * one first; WALL_NONE: never. And the clock. */
	wall_us was, since, now;
};

/* The domain's, or NULL. */
const struct sts *sts_find(const struct sts *all, size_t n, struct str domain);
/* hosts: the domain's MX. */
void sts_faults_find(const struct sts *sts, const struct str *hosts, size_t n,
    struct weaknesses *w);
/* Why nothing is known of the policy, when that is not its owner's fault: a
 * sentence, or empty. */
struct str sts_unknown(struct arena *a, const struct sts *sts);

#endif
