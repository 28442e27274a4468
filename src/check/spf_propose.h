/* SPDX-License-Identifier: ISC */
/* A record to publish in place of what a domain has. */
#ifndef CHECK_SPF_PROPOSE_H
#define CHECK_SPF_PROPOSE_H

#include "check/spf_tree.h"

struct spf_wish {
	const struct ip *ips; /* that must be allowed and are not yet */
	size_t ips_n;
	const struct str *includes; /* the same for services */
	size_t includes_n;
	bool has_mx;     /* a new record names it */
	const char *all; /* of a new record: "~all" */
};

/*
 * Every word that works stays, those of a second record come in; slips that
 * have one meaning only are mended, what breaks the record or leads nowhere
 * is left out, and all is at the end, where + and ? become ~.
 */
struct str spf_propose(struct dns_book *book, struct arena *a,
    const struct spf_tree *tree, const struct spf_wish *wish);

#endif
