/* SPDX-License-Identifier: ISC */
/*
 * Messages of a queue that are alike, and how they differ from the others.
 * Similar is not spam: a newsletter is a campaign too.
 */
#ifndef QUEUE_CAMPAIGN_H
#define QUEUE_CAMPAIGN_H

#include "queue/shelf.h"

enum {
	/* Fewer messages are none: replies to one mail are alike, too. */
	CAMPAIGN_MESSAGES = 5,
	/* ... unless they are for this many recipients. */
	CAMPAIGN_RECIPIENTS = 50,
	CAMPAIGN_TOP = 5,
	CAMPAIGN_ID = 9, /* bytes of one, with its NUL */
};

/* What a message can have in common with others. */
enum trait {
	TRAIT_ORIGIN,
	TRAIT_SENDER,
	TRAIT_SUBJECT, /* numbers apart */
	TRAIT_LINK,
	TRAIT_CLIENT,
	TRAITS,
};

/* The values of one trait among the messages of a campaign. */
struct common {
	uint32_t distinct;
	struct {
		const struct waiting *sample; /* has this value */
		struct str text;              /* of a link: its domain */
		uint32_t messages;
		uint32_t others; /* that are in no campaign and have it */
	} top[CAMPAIGN_TOP];     /* most frequent first */
	size_t top_n;
};

struct campaign {
	/* Of what all its messages have in common: the same in every run,
	 * whichever of them have left meanwhile. Never 0. */
	uint32_t id;
	const struct waiting *sample; /* the first that is like most */
	const struct waiting *const *items;
	size_t messages;
	uint64_t recipients, bytes;
	wall_us first, last; /* arrivals; WALL_NONE: not known */
	uint32_t lists;      /* that say that they are of a mailing list */
	uint32_t spam; /* that wait because somebody takes them for spam */
	uint32_t held;
	struct common common[TRAITS];
};

struct campaigns {
	struct campaign *items; /* most messages first */
	size_t n;
	/* Messages of no campaign, and bounces of this server. */
	size_t others, notices;
	uint64_t others_recipients;
};

/* From a shelf that kept likenesses. Marks the messages on it, and lives in
 * the arena. */
void campaigns_find(
    struct campaigns *ret_campaigns, struct arena *a, struct shelf *shelf);

/* "3f9a1c2b" */
const char *campaign_id_text(uint32_t id, char buf[CAMPAIGN_ID]);
/* 0: it is none. */
uint32_t campaign_id_parse(struct str text);

#endif
