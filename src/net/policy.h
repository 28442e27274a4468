/* SPDX-License-Identifier: ISC */
/*
 * The file of a domain's MTA-STS policy, fetched by HTTPS (RFC 8461 3.3). A
 * process of its own does it, which has given up all but sockets to one port
 * before; who asks has no network, and names host and addresses.
 */
#ifndef NET_POLICY_H
#define NET_POLICY_H

#include "base/ip.h"
#include "net/resolver.h"

enum {
	POLICY_BYTES = 64 * 1024, /* RFC 8461 3.3: what is longer is refused */
	POLICY_ADDRESSES = 8,
	POLICY_WORDS = 160,
	POLICY_PARALLEL = 20, /* fetched at the same time */
	POLICY_SECONDS = 8,   /* that one fetch may take, all in all */
};

enum policy_state {
	POLICY_FETCHED,
	POLICY_UNREACHED, /* no connection, no answer: perhaps only from here */
	POLICY_PRIVATE,   /* the host has private addresses only */
	POLICY_UNTRUSTED, /* its certificate is not valid */
	POLICY_NO_TRUST,  /* this machine trusts no authority */
	POLICY_HTTP,      /* an answer other than 200 */
	POLICY_TOO_LONG,
	POLICY_STATES,
};

struct policy_answer {
	uint32_t number;         /* as the question had it */
	uint32_t state;          /* enum policy_state */
	uint32_t http;           /* status of the answer, 0: none */
	uint32_t n;              /* bytes of text */
	char why[POLICY_WORDS];  /* libcurl's words, or where it leads */
	char type[POLICY_WORDS]; /* Content-Type */
	char text[POLICY_BYTES + 1];
};

struct policy_conf {
	struct str authorities; /* PEM */
	/* Asked instead of the host's own addresses; port 0: those. */
	struct resolver_server server;
};

struct policy_fetcher;

/* Is it in this build? */
bool policy_is_built(void);
/* While there are rights. conf lives as long as the fetcher. */
bool policy_start(const struct policy_conf *conf,
    struct policy_fetcher **ret_fetcher, struct err *err) MUST_CHECK;
/*
 * In any process that was forked since. Asked are fetched side by side, at most
 * POLICY_PARALLEL of them, each within POLICY_SECONDS. False: the fetcher is
 * gone, or the question is none.
 */
bool policy_ask(struct policy_fetcher *f, uint32_t number, struct str host,
    const struct ip *ips, size_t ips_n);
/* The next answer of any question. It is checked but for its number, and the
 * caller's to free. NULL: none until then (time_now), or the fetcher is gone. */
struct policy_answer *policy_next(struct policy_fetcher *f, wall_us until);
/* Ends it, in the process that started it. Accepts NULL. */
void policy_stop(struct policy_fetcher *f);

#endif
