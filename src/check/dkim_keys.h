/* SPDX-License-Identifier: ISC */
/* Where the keys of signatures come from: files that were named, or the DNS. */
#ifndef CHECK_DKIM_KEYS_H
#define CHECK_DKIM_KEYS_H

#include "check/dkim.h"
#include "net/dns_book.h"

enum {
	/* Different keys that are asked of the DNS in one run: who writes
	 * signatures with a new selector in each mail asks nobody in our
	 * name. */
	DKIM_KEYS_ASKED = 200,
	/* Of them kept ready for the next check. */
	DKIM_KEYS_OPEN = 16,
};

/* Zeroed knows no key and asks nobody. */
struct dkim_keys {
	struct resolver *resolver; /* NULL: offline */
	struct dns_book book;
	struct arena arena;
	struct dkim_record {
		struct str name; /* "mail._domainkey.tienda.example" */
		struct str record;
	} * records; /* of files */
	size_t records_n, records_cap;
	/* Keys that were read, by the place of their record. */
	struct dkim_opened {
		struct str record;
		struct dkim_key key;
	} * opened[DKIM_KEYS_OPEN];
	size_t opened_n;
	size_t asked, refused; /* beyond DKIM_KEYS_ASKED */
};

/*
 * A file of keys: lines "NAME RECORD", or TXT records of a zone file, as
 * opendkim-genkey writes them. Returns how many it has.
 */
size_t dkim_keys_add(struct dkim_keys *keys, struct str text);
void dkim_keys_done(struct dkim_keys *keys);

/* Find the key of a signature and verify; parameters as dkim_verify. */
void dkim_keys_verify(struct dkim_keys *keys,
    const struct dkim_signature *signature, struct str header, struct str body,
    bool whole, wall_us at, struct dkim_verdict *ret_verdict);

#endif
