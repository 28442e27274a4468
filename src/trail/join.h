/* SPDX-License-Identifier: ISC */
/*
 * Events joined into trails, and each trail given its origin.
 *
 * One join reads one part of the log, in order. Parts are read side by side;
 * what a part sees of trails that began before it is kept as records, and
 * join_append puts the parts together in their order, as if they had been
 * read one after another.
 */
#ifndef TRAIL_JOIN_H
#define TRAIL_JOIN_H

#include "trail/calls.h"
#include "trail/scripts.h"
#include "trail/tally.h"
#include "trail/trail.h"

enum {
	/* Closed trails that wait for their first half. A filter answers
	 * within seconds; 4,096 mails are minutes on a busy server. */
	JOIN_CLOSED = 4096,
	/* Message-IDs remembered, for filters that hide their queue ids. */
	JOIN_IDS = 16384,
	/* What came from this host lately, for the same: a filter answers
	 * when the next server has taken the message. */
	JOIN_HANDED = 4096,
	/* What strangers' mail was delivered here lately: a mailbox sends it
	 * on at once. */
	JOIN_TAKEN = 512,
	JOIN_PICKUPS = 256, /* that may come from a filter */
	JOIN_FILTERS = 4,
	/* Senders who wrote to us lately, to tell answers. */
	JOIN_WRITERS = 8192,
	/* Recipients here whose domain is among the tally's already. */
	JOIN_LOCALS = 4096,
	/* Envelope senders whose kind is remembered. */
	JOIN_SENDERS = 4096,
	/* Candidates for mail that circles. */
	JOIN_CIRCLES = 4096,
	/* Events taken in together, so that memory is waited for once. */
	JOIN_AHEAD = 128,
	/* Connections whose client or login is told apart from the messages.
	 * A busy server has hundreds at a time. */
	JOIN_SESSIONS = 16384,
	/* Messages that seem to be done and may have more to say. */
	JOIN_FADING = 8192,
	/* Records kept for trails whose origin is not known yet. */
	JOIN_RECORDS = 1 << 19,
	/* Recipients that wait for another attempt: of 100,000 messages, 40
	 * each; 48 MB. */
	JOIN_WAITS = 1 << 22,
	/* Addresses here whose mail went on, of messages that began in an
	 * earlier part. */
	JOIN_ALIASES = 1 << 16,
};

/* Group origins by this instead of by who put the mail in. */
enum origins_by {
	BY_ORIGIN,
	BY_ACCOUNT, /* others by kind */
	BY_IP,
	BY_SENDER,
	BY_DOMAIN, /* of the sender */
	BY_SCRIPT,
	BY_UID,
};

struct join_id {
	uint32_t hash, origin, ip, at;
};

/* What a filter may have handed in again, and what one was given
 * (reinject.c). */
struct join_pickup {
	uint64_t key, sender;
	uint32_t message_id, at; /* 0: free */
	int32_t uid;
};

struct join_pipe {
	uint64_t key, sender;
	uint32_t message_id, service, rcpt, origin, ip;
	uint32_t at; /* 0: free */
	struct ip client;
};

/* A program and the user it runs under. */
struct join_filter {
	uint64_t sender; /* of the last message that it did not change */
	uint32_t service, rcpt;
	int32_t uid;
	uint32_t n;
};

/* Mail of a stranger that a mailbox or a program here took (handback.c). */
struct join_taken {
	uint64_t key;
	struct ip client;
	uint32_t message_id, at; /* 0: free */
	uint8_t name_n;
	char name[79]; /* who got it */
};

/* Which message with this Message-ID came from this host. */
struct join_handed {
	uint64_t key;
	uint32_t message_id, at; /* 0: free */
};

struct join_writer {
	uint32_t hash, at;
	uint32_t box; /* in join.aliases: who got it, 0: nobody yet */
	bool failed;  /* some of it was refused or put off */
	bool replied; /* and somebody answered before */
};

/* What was found out about an envelope sender, by its hash. */
struct join_sender {
	uint64_t hash;
	uint32_t origin; /* 1 + number of the one it was compared with last */
	uint8_t flags;   /* RECORD_LIST, RECORD_CONFIRM; RECORD_STRANGE when
			    it is not that origin's */
};

struct join_circle {
	uint32_t hash, n;
	uint64_t trail; /* that was counted last */
};

/* How a domain of join.ours takes mail. */
enum {
	OURS_ITSELF = 1,
	OURS_BELOW = 2 /* for each subdomain */
};

/* The host of the event before, and what its name adds to the keys of its
 * messages (step_mix). Zeroed it is the one without a name. */
struct join_host {
	uint64_t mixed;
	size_t n;
	char text[48];
};

struct join {
	struct join_host host;
	struct tally tally;
	struct trails trails;
	struct pool records, callers, waits;
	struct reply_cache *replies;
	const struct scripts *scripts; /* NULL: none */
	const struct map *forwards;    /* addresses here whose mail goes on;
					  NULL: none */
	const struct map *ours; /* domains, by hash, that the configuration
				   takes mail for; NULL: none are known */
	enum origins_by by;
	bool is_first;         /* no part lies before this one */
	uint64_t dropped;      /* records beyond JOIN_RECORDS */
	uint64_t given_up;     /* messages beyond LIMIT_OPEN */
	uint64_t waits_missed; /* recipients beyond JOIN_WAITS */

	uint64_t closed[JOIN_CLOSED]; /* ring of keys; 0: none */
	uint32_t closed_at;
	uint64_t sessions[JOIN_SESSIONS], fading[JOIN_FADING]; /* the same */
	uint32_t sessions_at, fading_at;
	uint32_t begin; /* second of the first event; 0: none yet */
	uint64_t locals[JOIN_LOCALS]; /* hashes; 0: none */
	struct join_id ids[JOIN_IDS];
	struct join_handed handed[JOIN_HANDED];
	struct join_taken taken[JOIN_TAKEN];
	struct join_writer writers[JOIN_WRITERS];
	struct join_sender senders[JOIN_SENDERS];
	struct join_circle circles[JOIN_CIRCLES];
	struct join_pickup pickups[JOIN_PICKUPS];
	uint64_t pickup_of[JOIN_PICKUPS]; /* by Message-ID: the key */
	struct join_pipe pipes[JOIN_PICKUPS];
	struct join_filter filters[JOIN_FILTERS];
	uint32_t filters_n;
	struct calls calls;
	/* Addresses here that sent mail on, of trails that began in an earlier
	 * part: record.value of a delivery is 1 + number. */
	struct arena names;
	struct map alias_numbers; /* hash -> 1 + number */
	struct str *aliases;
	uint32_t aliases_n, aliases_cap;
	/* Ended in this part, begun before it: in order. */
	struct trail *earlier;
	size_t earlier_n, earlier_cap;
};

struct join *join_new(
    bool is_first, const struct scripts *scripts, enum origins_by by);
void join_free(struct join *join); /* accepts NULL */

/*
 * Take in n events, at most JOIN_AHEAD, in their order; refs: where they stand.
 * Slices of events need not live on; what join fills in may be there already.
 */
void join_events(
    struct join *join, struct event *events, const struct ref *refs, size_t n);
/* The same with one. */
void join_event(struct join *join, const struct event *event, struct ref ref);

/* Continue to with what the next part saw; frees next. */
void join_append(struct join *to, struct join *next);

/*
 * The end of the log: everything still open is counted as queued or waiting,
 * and what never found its first half goes to the unknown origin.
 */
void join_finish(struct join *join);

#endif
