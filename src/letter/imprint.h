/* SPDX-License-Identifier: ISC */
/* Fields that name an address, a script, an account or a program as the origin
 * of a message, and how far each can be believed. */
#ifndef LETTER_IMPRINT_H
#define LETTER_IMPRINT_H

#include "letter/chain.h"

enum imprint_kind {
	IMPRINT_ADDRESS,
	IMPRINT_SCRIPT,
	IMPRINT_ACCOUNT,
	IMPRINT_PROGRAM,
	IMPRINT_KINDS,
};

enum imprint_trust {
	IMPRINT_NEVER,  /* a program's name: anybody writes what he likes */
	IMPRINT_TOLD,   /* below the boundary */
	IMPRINT_HERE,   /* on a message that was put in here */
	IMPRINT_SEEN,   /* above the boundary, by those who are believed */
	IMPRINT_AGREES, /* a believed line names the same address */
	IMPRINT_LOG,    /* the log says the same */
	IMPRINT_TRUSTS,
};

enum {
	IMPRINTS = 48, /* of one message; a forger may write thousands */
};

struct imprint {
	struct str field, value; /* slices of the header */
	enum imprint_kind kind;
	enum imprint_trust trust;
	const char *sentence; /* N_(): what the field is */
};

struct imprints {
	struct imprint items[IMPRINTS];
	size_t n;
	uint64_t missed;
};

/* chain: of the same header. here: our log or our own address says that the
 * message was put in here, below the boundary. */
void imprints_read(struct str header, const struct chain *chain, bool here,
    struct imprints *ret_imprints);

const char *imprint_kind_name(enum imprint_kind kind);
const char *imprint_trust_name(enum imprint_trust trust);
/* N_(): how far it can be believed, and why. */
const char *imprint_trust_words(enum imprint_trust trust);

#endif
