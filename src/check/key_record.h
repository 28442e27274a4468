/* SPDX-License-Identifier: ISC */
/*
 * A DKIM key as its owner should see it: what a verifier would stumble over
 * (RFC 6376 3.6.1, RFC 8301, RFC 8463).
 */
#ifndef CHECK_KEY_RECORD_H
#define CHECK_KEY_RECORD_H

#include "base/arena.h"
#include "check/dkim_key.h"
#include "setting/key_file.h"

enum key_fault {
	KEY_FINE,
	KEY_NO_KEY,        /* there is no p= */
	KEY_BAD_VERSION,   /* v= is not first, or not DKIM1 */
	KEY_BAD_TAG,       /* no "name=value", or a name twice */
	KEY_BAD_BASE64,    /* cut, or with quotes in it */
	KEY_BAD_DER,       /* no RSA key */
	KEY_BAD_LENGTH,    /* Ed25519: not 32 bytes */
	KEY_BAD_ALGORITHM, /* k= that nobody knows */
	KEY_FAULTS,
};

struct key_record {
	enum key_fault fault;
	enum dkim_key_type type;
	unsigned bits;
	bool revoked;
	bool testing;       /* t=y */
	bool no_sha256;     /* h= without it */
	bool other_service; /* s= without email and * */
};

/* Does the text mean to be a key at all? A name with a wildcard answers with
 * other things, too. */
bool key_record_is(struct str text);
void key_record_read(struct str text, struct key_record *ret_record);
/* Is it the public key of that private one? text: a record without a fault. */
bool key_record_matches(struct str text, const struct key_file *private);
/* The record to publish for it: "v=DKIM1; k=rsa; p=...". */
struct str key_record_write(struct arena *a, const struct key_file *private);
/* N_(): what is wrong. */
const char *key_fault_sentence(enum key_fault fault);

#endif
