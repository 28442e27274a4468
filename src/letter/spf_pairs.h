/* SPDX-License-Identifier: ISC */
/* Pairs of an address and a domain: does the domain's SPF record let it send,
 * and by which term? Of many those that were met most are asked about. */
#ifndef LETTER_SPF_PAIRS_H
#define LETTER_SPF_PAIRS_H

#include "base/arena.h"
#include "base/ip.h"
#include "base/map.h"
#include "check/spf.h"
#include "net/dns_book.h"

enum {
	SPF_PAIRS_ASKED = 200,
};

struct spf_pair {
	struct ip ip;
	struct str domain; /* lives as long as the caller's */
	uint64_t n;        /* how often it was met */
	/* result */
	enum spf_result result; /* SPF_NONE: not asked, or no answer */
	/* Of a pass: the term that let it send, a redirect looked through.
	 * "all" is neither: that lets everybody send. */
	bool direct;
	struct str include; /* the name behind it; in the arena */
	/* The name of the address that leads back to it; in the arena. */
	struct str host;
	bool done;
};

/* Zeroed is a valid empty one. */
struct spf_pairs {
	struct arena arena;
	struct dns_book book;
	struct spf_pair *items;
	size_t n, cap;
	struct map by_key;
};

void spf_pairs_add(struct spf_pairs *pairs, const struct ip *ip,
    struct str domain, uint64_t n);
/* hosts: ask for their names, too. Returns how many were too many. */
size_t spf_pairs_ask(
    struct spf_pairs *pairs, struct resolver *resolver, bool hosts);
/* After that. NULL: it was not asked about. */
const struct spf_pair *spf_pairs_find(
    const struct spf_pairs *pairs, const struct ip *ip, struct str domain);
void spf_pairs_done(struct spf_pairs *pairs);

#endif
