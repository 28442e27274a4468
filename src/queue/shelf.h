/* SPDX-License-Identifier: ISC */
/*
 * The messages of a queue as they are kept: a few hundred bytes each, texts
 * that many share (senders, subjects, origins, reasons) only once. Filled on
 * several threads.
 */
#ifndef QUEUE_SHELF_H
#define QUEUE_SHELF_H

#include "base/map.h"
#include "mail/reply.h"
#include "queue/likeness.h"
#include "queue/receive.h"
#include "trail/origin.h"

/* What is kept to find campaigns by. */
struct kin {
	struct likeness likeness;
	struct str links[LIKENESS_LINKS]; /* domains; empty: none */
	struct str text;                  /* the beginning, in one line */
};

/* One message that waits. Texts live as long as the shelf. */
struct waiting {
	struct str id, path; /* path: of its file, below the root */
	const struct queue_root *root;
	enum queue_state state;
	wall_us arrived; /* WALL_NONE: not known */
	wall_us tried;   /* the same */
	uint64_t size;
	struct str sender;
	struct str from;    /* header, decoded */
	struct str subject; /* the same */
	enum origin_kind kind;
	struct str origin; /* its name */
	struct str script; /* file that PHP named; mostly empty */
	int64_t uid;
	struct ip client;
	struct ip writer; /* where a webmail says that it was written; none */
	struct str rcpt;  /* the first */
	uint32_t rcpts;
	struct str reason; /* of the first that has one */
	enum reply_class class;
	const struct reply_rule *rule; /* NULL: none of the catalogue */
	uint64_t reason_key;   /* the same for reasons of one kind; 0: none */
	const struct kin *kin; /* NULL: not asked for */
	uint32_t campaign;     /* id; 0: of none, or not looked for */
	bool is_notice;        /* a bounce that this host made */
	bool is_list;          /* says that it is of a mailing list */
	bool rcpt_meant; /* one of its recipients is meant, see filter.h */
	bool rcpts_more; /* has more than were looked at */
};

/* Does it wait because somebody takes it for spam? */
static inline bool
waiting_is_spam(const struct waiting *w)
{
	return w->reason_key != 0 && reply_blames_spam(w->class);
}

/* Something that many messages have in common, and how many have it. */
struct share_of {
	struct str text;
	uint32_t messages, recipients;
};

struct shelf;

/* alike: read the texts too, so that campaigns can be found. */
struct shelf *shelf_new(size_t threads, bool alike);
void shelf_free(struct shelf *shelf); /* accepts NULL */

/* Keep a message; called on the thread that it names. The result can be
 * changed until the next one is put. */
struct waiting *shelf_put(struct shelf *shelf, const struct received *received);

/* After all: say of what campaign one of them is. */
void shelf_mark(
    struct shelf *shelf, const struct waiting *item, uint32_t campaign);
/* After all: the oldest first, in the same order in every run. */
const struct waiting *shelf_items(struct shelf *shelf, size_t *ret_n);
/* Recipients by their domain, those with most first. */
const struct share_of *shelf_domains(struct shelf *shelf, size_t *ret_n);

#endif
