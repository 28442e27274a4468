/* SPDX-License-Identifier: ISC */
/* Is the original that a bounce returns ours? */
#ifndef LETTER_CLAIM_H
#define LETTER_CLAIM_H

#include "letter/chain.h"
#include "mail/notice.h"

enum signal_bit {
#define SIGNAL(name, code, weight, proof, sentence) SIGNAL_##name,
#include "letter/signal_list.h"
#undef SIGNAL
	SIGNALS_N
};

struct signal {
	const char *code;
	double weight;
	bool proof;
	const char *sentence; /* N_() */
};

extern const struct signal claim_signals[SIGNALS_N];

enum claim_state {
	CLAIM_UNKNOWN,
	CLAIM_OURS,
	CLAIM_FORGED,
	CLAIM_STATES,
};

struct claim {
	uint32_t signals;      /* 1 << enum signal_bit */
	struct ip entry;       /* that brought it to the bouncing side */
	struct str entry_name; /* what the DNS, else HELO calls it */
	struct str queue_id;   /* in the hop that may be ours */
	bool names_us;         /* its host is one of ours by its very name */
	bool elsewhere;        /* it names another one of our domain */
	struct str message_id; /* without <> */
	struct str address;    /* ours, under which it was sent */
	struct str account;    /* that our hop names, or a header */
	struct str script;     /* X-PHP-Originating-Script and its like */
	wall_us sent;          /* WALL_NONE */
};

/* Fill the claim from what came back; slices of notice. */
void claim_read(const struct notice *notice, const struct own *own,
    struct claim *ret_claim);

/* The part of it that a header tells, whose hops are in chain. claim: its
 * address is ours, or empty; sent is WALL_NONE. */
void claim_header(struct claim *claim, const struct own *own,
    const struct chain *chain, struct str header, struct str recipient);

/* The sum of the weights of signals. */
double claim_weight(uint32_t signals);
enum claim_state claim_judge(uint32_t signals);
const char *claim_state_name(enum claim_state state);

/* Address to which a notice came: Delivered-To, X-Original-To, To. */
struct str claim_bounced_to(struct str header);

#endif
