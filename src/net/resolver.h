/* SPDX-License-Identifier: ISC */
/*
 * Asks the DNS, through a process of its own that has the network and nothing
 * else (asker.h): typed questions go there, typed answers come back. The
 * asking process is started while there are rights; questions are put by
 * whoever has the descriptor then, also behind the sandbox.
 */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include "base/err.h"
#include "base/time.h"
#include "net/anchor.h"

enum {
	RESOLVER_SERVERS = 8,
	RESOLVER_STUBS = 128,
	RESOLVER_ANCHORS = 8,
	RESOLVER_PORT = 53,
};

struct resolver_server {
	struct ip ip;
	uint16_t port;
};

/* A zone that is asked at its own server, whatever the world says. */
struct resolver_stub {
	struct str zone;
	struct resolver_server server;
};

struct resolver_conf {
	/* None: recursion of our own, from the root down. */
	struct resolver_server servers[RESOLVER_SERVERS];
	size_t servers_n;
	struct resolver_stub stubs[RESOLVER_STUBS];
	size_t stubs_n;
	/* One of the root stands for the keys of the world's root. */
	struct anchor anchors[RESOLVER_ANCHORS];
	size_t anchors_n;
	int cache_fd; /* open for reading and writing, or -1 */
	bool second;  /* resolver_second will be called */
};

/* "192.0.2.1", "192.0.2.1@5353", "[2001:db8::1]@5353". */
bool resolver_server_parse(struct str s, struct resolver_server *ret_server);
/* "ZONE=HOST[@PORT]"; the zone is a slice of s. */
bool resolver_stub_parse(struct str s, struct resolver_stub *ret_stub);

struct resolver;

/* Start the asking process. It ends with its last client. The zones of the
 * stubs and anchors must live until then. */
bool resolver_start(const struct resolver_conf *conf,
    struct resolver **ret_resolver, struct err *err) MUST_CHECK;
/*
 * Another client of the same process, with the same answers and cache, for
 * another thread; once, where conf.second was set. To be stopped before the
 * first one.
 */
struct resolver *resolver_second(struct resolver *resolver);
/*
 * Hang up, and wait until the cache is written and the process has ended. For
 * the process that called resolver_start; accepts NULL.
 */
void resolver_stop(struct resolver *resolver);

enum {
	DNS_FRESH = 1, /* not from the cache */
};

struct dns_question {
	struct str name;
	uint16_t type;
	uint16_t lane;    /* see resolver_lane; 0: no limit */
	uint16_t flags;   /* DNS_FRESH */
	uint16_t port;    /* of server */
	struct ip server; /* ask this one alone; none: whoever knows */
	span_us patience; /* since it is asked; 0: DNS_PATIENCE */
};

enum {
	DNS_PATIENCE = 5 * 1000 * 1000,
	DNS_LANES = 1024,
};

/* Lane is asked at most so often a second, and so many at the same time. */
void resolver_lane(
    struct resolver *resolver, uint16_t lane, uint32_t rate, uint32_t parallel);

/* The answer's slices live until done returns; done may ask more. */
typedef void resolver_done(void *arg, const struct dns_answer *answer);
void resolver_ask(struct resolver *resolver, const struct dns_question *q,
    resolver_done *done, void *arg);

/* Until every question has its answer. tick (or NULL) is called now and then. */
void resolver_run(
    struct resolver *resolver, void (*tick)(void *arg), void *arg);

/* Ask and wait; other answers may be told meanwhile. The arena keeps it. */
struct dns_answer resolver_get(struct resolver *resolver, struct arena *a,
    struct str name, enum dns_type type);

/* How many questions went to the asking process. */
uint64_t resolver_asked(const struct resolver *resolver);

#endif
