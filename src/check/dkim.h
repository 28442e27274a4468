/* SPDX-License-Identifier: ISC */
/*
 * Is a DKIM signature good (RFC 6376 6.1)? What comes back in bounces has lost
 * its body, or a part of it: then the header alone is verified, which holds the
 * hash of the body, and the answer says so.
 */
#ifndef CHECK_DKIM_H
#define CHECK_DKIM_H

#include "check/dkim_key.h"
#include "mail/dkim.h"

enum dkim_state {
	DKIM_GOOD,           /* header and body */
	DKIM_HEADER_GOOD,    /* the header; the body is not there whole */
	DKIM_BODY_CHANGED,   /* the header; the body is another one */
	DKIM_HEADER_CHANGED, /* the signature does not fit the header */
	DKIM_KEY_GONE,       /* the DNS has no such key */
	DKIM_KEY_USELESS,    /* revoked, broken, or not for this */
	DKIM_UNASKED,        /* the key is not known: offline, or no answer */
	DKIM_BROKEN,         /* the field cannot be read */
	DKIM_STATES,
};

/* Bits: what else is worth knowing about a signature. */
enum dkim_note {
	DKIM_WEAK = 1,    /* SHA-1, or RSA below 1024 bits (RFC 8301) */
	DKIM_PARTIAL = 2, /* l=: text was put behind what is signed */
	DKIM_EXPIRED = 4, /* x= is before `at` */
	DKIM_TESTING = 8, /* t=y of the key */
	DKIM_EARLY = 16,  /* t= is after `at` */
};

struct dkim_verdict {
	enum dkim_state state;
	unsigned notes;
	unsigned bits;                 /* of the key; 0: not known */
	enum dkim_key_fault key_fault; /* of KEY_USELESS */
	const char *why; /* N_(), of KEY_USELESS and BROKEN; NULL */
};

/* Once, while there are rights: the library must not look for files later. */
void dkim_start(void);

/* Keep what is made of a key between checks, and give it back. */
void dkim_key_open(struct dkim_key *key);
void dkim_key_close(struct dkim_key *key);

/*
 * header, body: of the message that is signed, which the signature is a slice
 * of. whole: the body is there as it was sent. at: when it was received;
 * WALL_NONE.
 */
void dkim_verify(const struct dkim_signature *signature,
    const struct dkim_key *key, struct str header, struct str body, bool whole,
    wall_us at, struct dkim_verdict *ret_verdict);

const char *dkim_state_name(enum dkim_state state);  /* "good" */
const char *dkim_state_words(enum dkim_state state); /* N_() */
const char *dkim_note_name(unsigned bit);            /* "weak"; NULL */
const char *dkim_note_words(unsigned bit);           /* N_(); NULL */

/* Was it made with the private key of that domain? */
static inline bool
dkim_is_signed(enum dkim_state state)
{
	return state == DKIM_GOOD || state == DKIM_HEADER_GOOD ||
	       state == DKIM_BODY_CHANGED;
}

#endif
