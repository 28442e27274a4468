/* SPDX-License-Identifier: ISC */
/*
 * The story of one message while it is open: what is known between its first
 * line and "removed". Kept small, and deleted at its end, so that all open
 * ones stay in the cache.
 *
 * A trail is bound as soon as its origin is known; what happens to it then
 * goes straight into the origin's sums. Until then what happens is kept as a
 * chain of records: a message that a content filter hands back has 127.0.0.1
 * as its client until the line of its first half says "queued as".
 */
#ifndef TRAIL_TRAIL_H
#define TRAIL_TRAIL_H

#include "base/ip.h"
#include "base/secret.h"
#include "event/event.h"
#include "mail/reply.h"
#include "trail/ref.h"

enum trail_flag {
	TRAIL_STARTED = 1 << 0,     /* we saw where it came in */
	TRAIL_BORN = 1 << 1,        /* we saw cleanup: begun in this log, by a
				    notice or a forward */
	TRAIL_QUEUED = 1 << 2,      /* qmgr took it: counted once */
	TRAIL_NEAR = 1 << 3,        /* came from this host or a private address:
				    may be the second half of another */
	TRAIL_CHILD = 1 << 4,       /* it is: the message is counted already */
	TRAIL_CLOSED = 1 << 5,      /* ended, and waits for its first half */
	TRAIL_HANDED_ON = 1 << 6,   /* its story goes on in its child */
	TRAIL_NULL = 1 << 7,        /* sender <> */
	TRAIL_NOTICE = 1 << 8,      /* a notice for mail of strangers */
	TRAIL_WEB = 1 << 9,         /* from a web server's uid: which script? */
	TRAIL_PICKUP = 1 << 10,     /* local submission */
	TRAIL_LIST = 1 << 11,       /* sender is a list's bounce address */
	TRAIL_UNCOUNTED = 1 << 12,  /* how many recipients it has was not said:
				     each counts when it is first tried */
	TRAIL_PARENT = 1 << 13,     /* its first half lies in an earlier part */
	TRAIL_SESSION = 1 << 14,    /* of an smtpd; has no message of its own */
	TRAIL_CONNECTION = 1 << 15, /* the same, but it has a name: session.c */
};

/* Zeroed is a free slot. Numbers into pools are 1 + index; 0: none. */
struct trail {
	uint64_t key;        /* hash of host and queue id; 0: free */
	uint32_t origin;     /* 1 + number in the tally */
	uint32_t ip;         /* 1 + number in the origin's addresses */
	uint32_t from;       /* second it began */
	uint32_t message_id; /* hash; 0: none */
	uint32_t waiting;    /* tree of recipients that were put off */
	uint32_t waiting_n;
	uint32_t records; /* chain, first */
	uint32_t records_last;
	uint32_t caller; /* who handed it in, while that matters */
	int32_t uid;     /* TRAIL_PICKUP; below -1: web_user of bind.h */
	uint16_t flags;
	uint16_t left;   /* recipients not settled yet, unless END_SAID */
	uint16_t sender; /* hash of a sender that was told; 0: none was */
	uint8_t ends;    /* enum trail_end */
	bool is_open;    /* in join.earlier: given up before its end */
	bool is_resent;  /* picked up, and maybe a stranger's: handback.c */
	uint8_t fill[3]; /* so that each is a line of the cache */
	uint32_t user;   /* of such a one: in join.aliases, whose program */
};
_Static_assert(sizeof(struct trail) == 64, "trails.slots");

/* How the end of a message is known. */
enum trail_end {
	END_SAID,    /* by an EVENT_REMOVED */
	END_COUNTED, /* when all its recipients are settled */
	END_FADING,  /* they seem to be: it is in join.fading */
	END_UNTOLD,  /* never: what does not wait is gone */
};

enum record_kind {
	RECORD_QUEUED,
	RECORD_DELIVERY,
	RECORD_EXPIRED,
	RECORD_REMOVED, /* the end; its last record */
	RECORD_DELETED, /* taken out by hand */
	RECORD_CHILD,   /* goes on under the key in hash */
	RECORD_DSN,     /* a notice about it has the key in hash */
	RECORD_PARENT,  /* a proxy said that it goes on from that key */
	RECORD_PROXY,   /* a session's message was queued under that key */
	RECORD_SESSION, /* it came by the connection with that key */
	RECORD_SENDER,  /* hash: its sender, said later; value: join.aliases,
			   the local user's name */
};

enum record_flag {
	RECORD_STRANGE = 1 << 0, /* sender is not the account's */
	RECORD_NULL = 1 << 1,
	RECORD_LIST = 1 << 2,
	RECORD_CONFIRM = 1 << 3,
	RECORD_FAR = 1 << 4,    /* to another host */
	RECORD_ANSWER = 1 << 5, /* to somebody who wrote to us just now */
	RECORD_OWN = 1 << 6,    /* our tables refused it, nobody was asked */
	RECORD_REPLY = 1 << 7,  /* RECORD_ANSWER to mail that did not fail */
};

struct record {
	uint8_t kind;   /* enum record_kind */
	uint8_t status; /* enum event_status */
	uint8_t class;  /* enum reply_class */
	uint8_t flags;
	uint32_t next;  /* 1 + index in the pool */
	uint32_t at;    /* second */
	uint32_t value; /* recipients of QUEUED; join.aliases of DELIVERY */
	uint64_t hash;  /* of the recipient, the sender or a key; 0: a sender
			   that was told to its origin before */
	uint64_t size;  /* bytes of QUEUED */
	struct ref ref;
	const struct reply_rule *rule;
};

/* Who handed an unbound trail in. */
struct caller {
	struct ip client;
	uint32_t next;  /* free chain */
	uint32_t alias; /* in join.aliases: to whom its first half was, before
			   a filter; 0: not known, or several */
	bool is_told;   /* client is what a proxy said (XFORWARD) */
	uint8_t sender_n;
	char sender[70];
};

static inline struct str
caller_sender(const struct caller *caller)
{
	return (struct str){caller->sender, caller->sender_n};
}

/* A table of trails by key: open addressing, deleted at once. */
struct trails {
	struct trail *slots;
	size_t n, size;
};

void trails_done(struct trails *trails);
struct trail *trails_find(const struct trails *trails, uint64_t key);
/* The same; slot: where it was a while ago, or any number. */
static inline struct trail *
trails_find_near(const struct trails *trails, uint64_t key, size_t slot)
{
	if (slot < trails->size && trails->slots[slot].key == key)
		return &trails->slots[slot];
	return trails_find(trails, key);
}
/* Ask for what trails_find will look at. Returns the slot that key wants. */
static inline size_t
trails_expect(const struct trails *trails, uint64_t key)
{
	size_t home = secret_place(key) & (trails->size - 1);

	if (trails->size == 0)
		return 0;
	__builtin_prefetch(&trails->slots[home], 1);
	return home;
}
/* The slot of key, or the free one where it belongs, looked for from the slot
 * that it wants; there is a table. */
static inline size_t
trails_slot(const struct trails *trails, uint64_t key, size_t home)
{
	while (trails->slots[home].key != key && trails->slots[home].key != 0)
		home = (home + 1) & (trails->size - 1);
	return home;
}
/* A new one; key must not be there. Moves others: no pointer survives. */
struct trail *trails_add(struct trails *trails, uint64_t key);
/* The same, unless it is there: then that one. */
struct trail *trails_put(struct trails *trails, uint64_t key, bool *ret_new);
void trails_remove(struct trails *trails, struct trail *trail);
/* Their places in slots by when they began: what is done with all of them must
 * not follow from where the secret put them. To be freed. */
size_t *trails_order(const struct trails *trails);

/* Numbers of things in one vector, reused through a chain of free ones. */
struct pool {
	void *items;
	size_t item; /* bytes of one */
	uint32_t n, cap, free;
	uint32_t used; /* in use now */
};

/* The first four bytes of a free item hold the next free number. */
uint32_t pool_take(struct pool *pool);          /* zeroed; 1 + index */
uint32_t pool_take_as_it_is(struct pool *pool); /* to be written to */
void pool_give(struct pool *pool, uint32_t number);
void pool_done(struct pool *pool);

static inline void *
pool_at(const struct pool *pool, uint32_t number)
{
	return (char *)pool->items + (size_t)(number - 1) * pool->item;
}

#endif
