/* SPDX-License-Identifier: ISC */
/*
 * Where a domain's mail goes: MX (RFC 5321 5.1), MTA-STS (RFC 8461), TLS-RPT
 * (RFC 8460), DANE (RFC 7672).
 */
#ifndef CHECK_INBOUND_H
#define CHECK_INBOUND_H

#include "check/sts.h"
#include "net/dns_book.h"

enum {
	INBOUND_HOSTS = 20,
};

struct inbound_host {
	struct str name;
	uint16_t preference;
	size_t addresses;
	struct ip first;
	struct str alias_of; /* where CNAMEs lead; empty: it is none */
	bool is_private;     /* no address that the world could reach */
	bool lost;
	size_t tlsa;
	enum dns_security tlsa_security;
};

struct inbound {
	struct str domain;
	enum dns_status status; /* of MX */
	bool null;              /* RFC 7505: it takes no mail */
	bool gone;              /* there is no such name */
	bool has_address;       /* of its own: mail goes there without MX */
	size_t total;
	struct inbound_host hosts[INBOUND_HOSTS];
	size_t n;
	struct str sts, tls_rpt;  /* the records; empty: none */
	const struct sts *policy; /* NULL: not fetched */
	bool lost;
};

void inbound_read(struct dns_book *book, struct arena *a, struct str domain,
    struct inbound *ret_inbound);
/* sends: the domain is used as a sender. */
void inbound_find(struct dns_book *book, const struct inbound *in, bool sends,
    struct weaknesses *w);

/* The public addresses that the policy is fetched from; at most
 * POLICY_ADDRESSES. */
size_t inbound_policy_host(struct dns_book *book, struct arena *a,
    const struct inbound *in, struct str *ret_host, struct ip *ret_ips);

#endif
