/* SPDX-License-Identifier: ISC */
/*
 * One block that is to be lifted: whose, of what, how it stands, what stands in
 * the way and what is to be done next.
 */
#ifndef DELIST_PETITION_H
#define DELIST_PETITION_H

#include "check/dnsbl.h"
#include "delist/footing.h"
#include "store/listings.h"
#include "store/requests.h"

enum petition_state {
	PETITION_SENDING, /* the source still sends: asking would be a lie */
	PETITION_UNREADY, /* something must be put in order first */
	PETITION_READY,   /* all is in order for asking */
	PETITION_WAITING, /* it was */
	PETITION_OVERDUE, /* it was, and no answer came in time */
	PETITION_REFUSED,
	PETITION_EXPIRES, /* it goes by itself */
	PETITION_NOTHING, /* nobody can be asked */
	PETITION_THEIRS,  /* the receiver's mistake */
	PETITION_UNSEEN,  /* it is not known how it stands now */
	PETITION_GONE,    /* off; to be watched */
	PETITION_STATES,
};

struct petition {
	struct str id; /* "spamhaus-xbl/192.0.2.1" */
	const struct way *way;
	struct str target;       /* address or name */
	const struct list *list; /* NULL: a receiver's own block */
	struct str label;        /* "XBL" */
	struct str said; /* the list's or the receiver's words; hostile */
	const struct cite *cite; /* of a receiver's answer; or NULL */
	const char *meaning;     /* N_() */
	uint64_t answers;        /* of receivers */
	wall_us first, last;     /* known since; last cause or answer */
	enum petition_state state;
	enum request_state asked; /* as the store has it */
	wall_us asked_at;
	uint64_t times;
	unsigned bad, unknown; /* bits of enum need */
	wall_us next; /* when to do something; WALL_NONE: now, or never */
};

struct petitions {
	struct arena *arena;
	struct petition **items; /* what is to be done first comes first */
	size_t n, cap;
	struct footing footing;
	wall_us now;
};

/*
 * From the listings and answers of a report, and from what is remembered.
 * known and requests may be NULL. p->footing and p->now are there.
 */
void petitions_make(struct petitions *p, const struct report *report,
    const struct listings *known, const struct requests *requests);
void petitions_done(struct petitions *p);

/* Is this the one that word means: its id, its way, its list, its address? */
bool petition_is(const struct petition *x, struct str word);
/* May a letter be drafted? */
bool petition_may_ask(const struct petition *x);
/* Is something still to be done or waited for? */
bool petition_is_open(const struct petition *x);

const char *petition_state_name(enum petition_state state); /* "ready" */
const char *petition_state_word(enum petition_state state); /* N_() */
/* What is next, one sentence. */
struct str petition_next(
    const struct petitions *p, struct arena *a, const struct petition *x);
/* The page or address, with the target in it. */
struct str petition_to(struct arena *a, const struct petition *x);

#endif
