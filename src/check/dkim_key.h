/* SPDX-License-Identifier: ISC */
/* The public key of a DKIM signer as the DNS has it (RFC 6376 3.6.1). */
#ifndef CHECK_DKIM_KEY_H
#define CHECK_DKIM_KEY_H

#include "base/str.h"

enum {
	/* 4096 bits as PKCS #8, and room for 8192. */
	DKIM_KEY_BYTES = 1200,
};

enum dkim_key_type {
	DKIM_KEY_RSA,
	DKIM_KEY_ED25519,
	DKIM_KEY_OTHER,
};

enum dkim_key_fault {
	DKIM_KEY_READABLE,
	DKIM_KEY_NO_LIST,    /* no list of tags */
	DKIM_KEY_NO_VERSION, /* v= is not DKIM1, or not the first */
	DKIM_KEY_NO_DATA,    /* no p= */
	DKIM_KEY_REVOKED,    /* p= is empty */
	DKIM_KEY_TOO_LONG,
	DKIM_KEY_FAULTS,
};

struct dkim_key {
	enum dkim_key_fault fault;
	enum dkim_key_type type;
	bool testing;      /* t=y: 3.6.1 */
	bool strict;       /* t=s: i= must be of d= itself */
	bool sha1, sha256; /* h= lets them be used */
	bool email;        /* s= lets it be used for mail */
	void *handle;      /* dkim_key_open; NULL: it is made for each check */
	size_t n;
	unsigned char data[DKIM_KEY_BYTES];
};

/* record: the strings of a TXT record joined. */
void dkim_key_parse(struct str record, struct dkim_key *ret_key);

const char *dkim_key_fault_words(enum dkim_key_fault fault); /* N_() */

#endif
