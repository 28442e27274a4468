/* SPDX-License-Identifier: ISC */
/* What the files of the asking process share. */
#ifndef NET_ASKER_PART_H
#define NET_ASKER_PART_H

#include "net/asker.h"
#include "net/dns_cache.h"
#include "net/lane.h"
#include "net/wire.h"

#include <event2/event.h>

struct asker;

/* Who asks. */
struct client {
	struct asker *asker;
	struct bufferevent *pipe;
	bool gone; /* has hung up: nobody waits for what it asked */
};

struct job {
	struct client *client;
	struct wire_question q;
	struct str name;
	struct job *next;     /* in the queue of its lane */
	struct job **running; /* its place in asker.running; NULL: waits */
	span_us end;          /* monotonic, once it runs */
	int ub_id;            /* at libunbound; 0: none */
	struct direct *direct;
	int again;   /* direct was sent twice */
	char text[]; /* name, with a NUL */
};

struct lane_queue {
	struct lane lane;
	struct job *first, *last;
};

enum probe {
	PROBE_NONE,  /* not needed so far */
	PROBE_WAITS, /* for the first server that answers */
	PROBE_GOOD,
	PROBE_BAD,     /* no server answered */
	PROBE_HELD_UP, /* somebody did who is none of them */
};

enum {
	WINDOW = 512,     /* questions at the same time to the world */
	WINDOW_ONE = 128, /* to one server: its socket buffer holds 250 */
	PROBES = 12,
};

struct asker {
	const struct resolver_conf *conf;
	struct event_base *base;
	struct client clients[ASKER_CLIENTS];
	size_t clients_n, clients_open;
	struct event *timer;
	struct ub_ctx *ub; /* NULL until the probe is over */
	struct dns_cache *cache;
	struct lane_queue *lanes; /* DNS_LANES */
	struct job *running[WINDOW];
	size_t running_n, window;
	size_t waiting; /* jobs in all lanes */
	uint16_t next_lane, lanes_n;
	enum probe probe;
	span_us probe_end;
	bool probe_again; /* was asked twice */
	struct direct *probes[PROBES];
	size_t probes_open; /* sent and without an answer */
	bool probe_strange; /* an answer was no root server's */
	bool signatures;    /* the servers hand out RRSIG */
	bool validates;     /* ub checks them */
	uint8_t body[DNS_BODY];
};

span_us asker_now(void); /* monotonic */

/* An answer, from whoever found it: kept, sent, the job is freed. */
void asker_finish(
    struct asker *x, struct job *job, const uint8_t *body, size_t n);
void asker_finish_status(
    struct asker *x, struct job *job, enum dns_status status, struct str why);
/* Let the timer run soon. */
void asker_wake(struct asker *x);
/* Start what may start now. */
void asker_schedule(struct asker *x);

/* Is the name in a zone that has a server of its own? NULL: no. */
const struct resolver_stub *asker_stub(const struct asker *x, struct str name);

/* asker_unbound.c: a context that asks as conf says. False: it cannot. */
bool asker_unbound_open(struct asker *x);
bool asker_unbound_ask(struct asker *x, struct job *job);
void asker_unbound_cancel(struct asker *x, struct job *job);

/* asker_direct.c: one question to one server over UDP. */
struct direct;
typedef void direct_done(
    struct asker *x, void *arg, const uint8_t *message, size_t n);
/* NULL: it cannot even be sent; else done is called once or never. */
struct direct *direct_ask(struct asker *x, const struct resolver_server *to,
    struct str name, uint16_t type, bool recurse, direct_done *done, void *arg);
void direct_again(struct direct *direct); /* send it once more */
void direct_free(struct direct *direct);  /* accepts NULL */

/* asker_probe.c: is there a network? Calls asker_probe_over in time. */
void asker_probe_begin(struct asker *x);
void asker_probe_tick(struct asker *x, span_us now);
void asker_probe_over(struct asker *x);

#endif
