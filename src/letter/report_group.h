/* SPDX-License-Identifier: ISC */
/* Sources put together as people speak of them: a host, a service, a network,
 * and what is wrong with the mail of each. */
#ifndef LETTER_REPORT_GROUP_H
#define LETTER_REPORT_GROUP_H

#include "letter/reports.h"

/* What is missing so that mail passes DMARC, and passes it safely. */
enum fault {
	FAULT_NONE,
	FAULT_SPF_ONLY,  /* passes by SPF alone: lost when it is forwarded */
	FAULT_UNSIGNED,  /* fails: no signature */
	FAULT_OTHERS,    /* fails: signed for another domain */
	FAULT_SIGNATURE, /* fails: signed, and the signature is bad */
	FAULTS,
};

struct report_group {
	enum sender sender;
	struct str name; /* "203.0.113.5", "Mailchimp", "198.18.4.0/24" */
	struct str from; /* domain; empty when all of them are together */
	struct str signer, spf; /* who spoke for it instead, if anybody */
	bool spf_pass;
	enum fault fault; /* FAULT_NONE when all of them are together */
	uint64_t messages, unaligned;
	uint64_t done[DMARC_DISPOSITIONS];
	uint64_t addresses; /* or sources of one address */
	uint64_t orgs;
	int32_t first, last;
	const struct service *service;
	struct ip ip;    /* one of them */
	struct str host; /* a name of theirs in the DNS; or empty */
};

struct report_groups {
	struct report_group *items; /* most messages first */
	size_t n;
	uint64_t networks; /* of strangers: all different ones */
};

/* All sources of one kind by name. In the arena. */
void report_groups(const struct reports *r, enum sender sender, struct arena *a,
    struct report_groups *ret_groups);
/* Mail of ours that has a fault, by name, domain and fault; those that fail
 * before those that pass. */
void report_faults(
    const struct reports *r, struct arena *a, struct report_groups *ret_groups);

/* Receivers that a set of bits stands for; 64 and more are 64. */
unsigned report_orgs(uint64_t bits);

#endif
