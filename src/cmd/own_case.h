/* SPDX-License-Identifier: ISC */
/* What the DNS is asked about for this server, put together from what it sends
 * as and what its configurations say. */
#ifndef CMD_OWN_CASE_H
#define CMD_OWN_CASE_H

#include "check/posture.h"
#include "cmd/sends_as.h"

enum {
	OWN_CASE_PRIVATE = 16,
};

struct own_case {
	struct arena *arena;
	struct posture_case c;
	struct posture_word *domains;         /* of c */
	struct str private[OWN_CASE_PRIVATE]; /* addresses that are left out */
	size_t private_n;
	/* Left out: there were too many. */
	size_t more_ips, more_helos, more_domains;
};

/* What was left out, one sentence; empty: nothing. */
struct str own_case_left_out(const struct own_case *o);

void own_case_init(struct own_case *o, struct arena *a);
void own_case_helo(struct own_case *o, struct str name, struct str why);
/* Twice is once; with a reason, not what is a name of the greeting. */
void own_case_domain(struct own_case *o, struct str name, struct str why);
/* facts: NULL, none were read. domains: take those, too. */
void own_case_take(struct own_case *o, const struct sends_as_set *own,
    const struct facts *facts, bool domains);

/* A name with a dot that could be in the DNS. */
bool own_case_is_domain(struct str word);

#endif
