/* SPDX-License-Identifier: ISC */
/* What came in: all messages of mailboxes, told apart, counted and judged. */
#ifndef LETTER_BAG_H
#define LETTER_BAG_H

#include "check/dkim_keys.h"
#include "host/geo.h"
#include "letter/counted.h"
#include "source/mailbox.h"

#include <stdatomic.h>

enum {
	/* Bounces that are judged one by one and looked up in the log; beyond
	 * them they are only counted. 28 MB. */
	BAG_RECORDS = 262144,
};

/* One bounce or notice of delay. */
struct bag_record {
	wall_us at;   /* when the notice came */
	wall_us sent; /* when the original was sent, as far as known */
	uint64_t queue_id, message_id; /* hashes; 0: none */
	/* who did not get it, and as the sender wrote it; 0: nobody, or more
	 * than one */
	uint64_t recipient, recipient_original;
	struct ip entry;
	uint32_t signals;
	uint32_t address, reporter, network, country; /* numbers in counted */
	uint32_t origin; /* of ours: in bag.origins */
	uint8_t kind, class, state;
	bool names_us;  /* queue_id is of a host that is ours by name */
	bool elsewhere; /* a host of our domain, whose log may be missing */
};

struct bag_recipient {
	struct str address, original, action, status, reply, remote;
	unsigned code;
	struct reply_reading reading;
};

/* One notice with all that it says. */
struct bag_item {
	struct str path;
	uint64_t number;
	const char *form;
	struct str subject, reporter, from_ip, from_name, queue_id, message_id,
	    address;
	struct bag_recipient *recipients;
	size_t recipients_n;
	uint64_t recipients_missed;
	enum notice_original original;
	bool nested, cut;
	uint32_t record; /* number; UINT32_MAX: none, a complaint */
	enum notice_kind kind;
	struct arf arf; /* slices in the arena */
};

struct bag_gap {
	struct str path, sentence;
};

enum bag_verdict {
	BAG_NONE, /* no bounce */
	BAG_SPOOFED,
	BAG_OURS,
	BAG_BOTH,
	BAG_UNDETERMINED,
};

struct bag {
	/* given */
	struct own *own;
	const struct geo *geo;  /* NULL: countries are not known */
	struct dkim_keys *keys; /* NULL: signatures are not looked at */
	size_t items_max;       /* notices that are kept whole */
	/* result */
	struct arena arena;
	uint64_t messages, bytes;
	uint64_t kinds[NOTICE_KINDS];
	uint64_t recipients;             /* of bounces */
	uint64_t classes[REPLY_CLASSES]; /* of these */
	struct bag_record *records;
	size_t records_n, records_cap;
	uint64_t records_missed;
	struct bag_item *items;
	size_t items_n, items_cap;
	struct counted addresses, reporters, networks, countries, origins,
	    forms;
	struct bag_gap *gaps;
	size_t gaps_n, gaps_cap;
	uint64_t unasked; /* signatures of ours whose keys are not known */
	uint64_t cut;     /* messages of which only the head was read */
	/* by bag_settle */
	uint64_t states[CLAIM_STATES];
	uint64_t signals[CLAIM_STATES][SIGNALS_N];
	wall_us first, last; /* of bounces; WALL_NONE */
	enum bag_verdict verdict;
	double share; /* of bounces that the verdict is about */
};

/* Read all messages. progress: bytes, or NULL. */
void bag_read(
    struct bag *bag, struct mailbox *mailbox, _Atomic uint64_t *progress);
/* After the log was asked (match.h) or could not be: states and sums. */
void bag_settle(struct bag *bag);
void bag_done(struct bag *bag);

const char *bag_verdict_name(enum bag_verdict verdict);

#endif
