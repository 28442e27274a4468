/* SPDX-License-Identifier: ISC */
/*
 * The private key that a signer of DKIM has in a file, as far as it may be
 * known: the public key that belongs to it, and who may read the file.
 */
#ifndef SETTING_KEY_FILE_H
#define SETTING_KEY_FILE_H

#include "base/place.h"

#include <stdint.h>

enum {
	KEY_FILE_BYTES = 64 * 1024, /* of a file; no key is larger */
	KEY_FILE_PUBLIC = 2100,     /* RSA of 16384 bits */
};

enum key_file_state {
	KEY_FILE_READ,
	KEY_FILE_LOCKED, /* only a passphrase opens it */
	KEY_FILE_NO_KEY, /* there is no private key in it that we know */
	KEY_FILE_LOST,   /* who reads it ended without an answer */
	KEY_FILE_STATES,
};

enum key_file_type {
	KEY_FILE_RSA,
	KEY_FILE_ED25519,
	KEY_FILE_TYPES,
};

/* Travels between processes as it is. */
struct key_file {
	uint32_t state; /* enum key_file_state */
	uint32_t type;  /* enum key_file_type */
	uint32_t bits;
	uint32_t mode; /* of the file, as in struct stat */
	/* RSAPublicKey (RFC 8017 A.1.1), or the 32 bytes of RFC 8032. */
	uint32_t n;
	unsigned char public[KEY_FILE_PUBLIC];
};

/*
 * The public key of the private one in bytes: PEM, DER, or, as rspamd and
 * dkimpy write Ed25519, the seed alone; those two in base64, too. mode is left
 * as it is. bytes are left to the caller to cleanse.
 */
void key_file_derive(struct str bytes, struct key_file *ret_key);

/*
 * The same for a file. It is opened here, and nothing else: a process that is
 * started for this one file, and gives up all rights before, reads it and
 * sends back the public key alone. 0, or an errno. No other threads may run.
 */
int key_file_read(
    const struct place *place, struct str path, struct key_file *ret_key);

/* Does what came over a socket have the bounds that it must have? */
bool key_file_is_sound(const struct key_file *key);

#endif
