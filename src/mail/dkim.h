/* SPDX-License-Identifier: ISC */
/*
 * DKIM-Signature fields (RFC 6376 3.5), and the bytes that they sign. Whether
 * a signature is good is check/dkim.h's to say.
 */
#ifndef MAIL_DKIM_H
#define MAIL_DKIM_H

#include "base/time.h"

enum dkim_algorithm {
	DKIM_RSA_SHA256,
	DKIM_RSA_SHA1,       /* RFC 8301: no longer counts */
	DKIM_ED25519_SHA256, /* RFC 8463 */
};

enum dkim_form {
	DKIM_SIMPLE,
	DKIM_RELAXED,
};

enum dkim_fault {
	DKIM_READABLE,
	DKIM_NO_LIST,      /* no list of tags, or one tag twice */
	DKIM_NO_VERSION,   /* not v=1 */
	DKIM_NO_TAG,       /* a, b, bh, d, h or s is missing */
	DKIM_NO_ALGORITHM, /* one that nobody knows */
	DKIM_NO_FORM,
	DKIM_NO_FROM,     /* 5.4: From is not signed */
	DKIM_NO_IDENTITY, /* i= is not of d= */
	DKIM_NO_NUMBER,   /* l=, t= or x= */
	DKIM_NO_DNS,      /* the key is not in the DNS */
	DKIM_FAULTS,
};

/* Slices of the header. */
struct dkim_signature {
	enum dkim_fault fault;
	enum dkim_algorithm algorithm;
	enum dkim_form header_form, body_form;
	struct str domain, selector;
	struct str identity;  /* i=; empty: "@" + domain */
	struct str fields;    /* h= */
	struct str body_hash; /* base64 */
	struct str signature; /* base64 */
	struct str cut;       /* of raw: what is not signed, the value of b= */
	struct str raw;       /* the whole field */
	int64_t length;       /* l=; -1: all */
	wall_us at, expires;  /* WALL_NONE */
};

/* The next signature of a header. False at the end. */
bool dkim_next(struct str *rest, struct dkim_signature *ret_signature);

/* Canonical bytes are handed over piece by piece. */
typedef void dkim_sink(void *arg, const char *p, size_t n);

/*
 * The header fields that are signed, as they were hashed (3.7), the signature
 * itself at the end. False: there are more fields than anybody signs, and
 * nothing can be said.
 */
bool dkim_header(const struct dkim_signature *signature, struct str header,
    dkim_sink *sink, void *arg);
/* The body (3.4.3, 3.4.4), as far as l= says. Line ends may be LF. Returns how
 * many bytes there are beyond l=. */
uint64_t dkim_body(const struct dkim_signature *signature, struct str body,
    dkim_sink *sink, void *arg);

const char *dkim_fault_words(enum dkim_fault fault); /* N_() */

#endif
