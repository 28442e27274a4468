/* SPDX-License-Identifier: ISC */
/*
 * Whom a server lets relay without a password: a provider's customers, the
 * offices of a company, the machines of a VPN. They lie near each other, and
 * most of them write to people who know them.
 */
#ifndef FINDING_CLIENTELE_H
#define FINDING_CLIENTELE_H

#include "finding/judge.h"
#include "trail/tally.h"

/* Those of some thousand addresses: 203.0.112.0/20, 2001:db8::/32. */
struct quarter {
	uint32_t behaving; /* hardly anything of theirs is refused */
	uint32_t suspects; /* each of them sends spam */
	uint32_t doubtful; /* neither */
	/* Recipients of those that behave, how many of them are new here, and
	 * how many refused it, but not because of this server. */
	uint32_t recipients, fresh;
	double bad;
	bool is_public;
};

struct clientele {
	struct map numbers; /* of quarters, by hash, counted from 1 */
	struct quarter *quarters;
	size_t n, cap;
};

void clientele_add(
    struct clientele *clientele, const struct origin *o, bool is_suspect);
void clientele_done(struct clientele *clientele);

/* The quarter that this address lies in; never NULL for one that was added. */
const struct quarter *clientele_quarter(
    const struct clientele *clientele, const struct ip *ip);
/* Do most in it behave, and enough of them to be called neighbours? */
bool quarter_is_honest(const struct quarter *quarter);
/* Do those that behave come from everywhere, as they do at a gateway? */
bool clientele_is_world(const struct clientele *clientele);

enum {
	GATEWAY_LEAST = 20 /* recipients, to see what a gateway is like */
};

/* Could domains be ours of which nothing tells? */
bool clientele_has_secrets(const struct judging *j);
/* Of the recipients of strangers' mail those at the most frequent domains. */
uint32_t clientele_frequent(const struct passed_on *p);
/* Does nearly all of it go to few domains, none of them a free provider's? */
bool clientele_few_domains(const struct passed_on *p);

#endif
