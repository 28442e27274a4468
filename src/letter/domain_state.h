/* SPDX-License-Identifier: ISC */
/* What a domain of ours has in the DNS against forged mail. */
#ifndef LETTER_DOMAIN_STATE_H
#define LETTER_DOMAIN_STATE_H

#include "letter/bag.h"
#include "net/resolver.h"

enum {
	DOMAIN_STATES = 3, /* that are asked about: those forged most */
};

struct domain_state {
	struct str domain;
	bool known; /* both questions were answered */
	bool has_spf;
	char all;          /* qualifier of its "all": "+-?~"; 0: none */
	struct str policy; /* p= of DMARC; empty: no record */
};

/* The domains that are forged most; in the arena. Returns how many. */
size_t domain_states(const struct bag *bag, struct resolver *resolver,
    struct arena *a, struct domain_state ret_states[DOMAIN_STATES]);

/* Do SPF and DMARC ask for the refusal of forged mail? */
bool domain_is_strict(const struct domain_state *state);

#endif
