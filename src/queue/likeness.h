/* SPDX-License-Identifier: ISC */
/*
 * What a message is like, in 230 bytes: enough to tell how much of its text two
 * messages share, without either text. Names, numbers, links and some random
 * words may differ: a template stays the same template.
 */
#ifndef QUEUE_LIKENESS_H
#define QUEUE_LIKENESS_H

#include "base/str.h"

enum {
	LIKENESS_SLOTS = 64,
	LIKENESS_OPENING = 32,
	LIKENESS_LINKS = 4,
	/* Words of a text that are looked at: what is behind them is often
	 * boilerplate. */
	LIKENESS_WORDS = 300,
	LIKENESS_OPENING_WORDS = 16,
	/* Fewer features than this are no text: it must be the same one. */
	LIKENESS_FEW = 12,
	LINK_MAX = 80,
};

struct likeness {
	/* Smallest hashes of words and pairs of words, one per slot (one
	 * permutation hashing: Li, Owen, Zhang 2012); 0: none fell there. */
	uint16_t slots[LIKENESS_SLOTS];
	uint16_t opening[LIKENESS_OPENING]; /* the same of the first words */
	uint32_t features;                  /* how many words and pairs */
	uint32_t subject; /* its words, numbers apart; 0: it has none */
	uint64_t text;    /* all words in their order; 0: none */
	uint32_t links[LIKENESS_LINKS]; /* domains it links to; 0: none */
	bool own[LIKENESS_LINKS];       /* it is the sender's domain */
	uint32_t origin; /* who put it in, by the caller; 0: not known */
	bool one_word;   /* the subject is one word */
};

/* Domains that are linked to, as they stand there, for likeness_read's caller
 * to keep: slices of the text. */
struct link_names {
	struct str items[LIKENESS_LINKS];
	size_t n;
};

/*
 * sender: domain of the sender. subject: decoded. raw: the text as it is sent, HTML with its tags, where
 * links stand; text: the same as people read it.
 */
void likeness_read(struct str sender, struct str subject, struct str raw,
    struct str text, struct likeness *ret_likeness,
    struct link_names *ret_links);

/* Share of what both have together that each has: 0 to 1. */
double likeness_text(const struct likeness *a, const struct likeness *b);
double likeness_opening(const struct likeness *a, const struct likeness *b);
/* Do both link to one domain that is not their sender's? */
bool likeness_shares_link(const struct likeness *a, const struct likeness *b);

/* Are they of one campaign? */
bool likeness_alike(const struct likeness *a, const struct likeness *b);

/* The part of a host that its owner cannot give away by the thousand:
 * "pills.example" of "x83.pills.example". */
struct str link_owner(struct str host);

#endif
