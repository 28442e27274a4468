/* SPDX-License-Identifier: ISC */
/*
 * DMARC records and how receivers find them: by the tree walk of RFC 9989
 * 4.10, and as RFC 7489 6.6.3 wanted it, at the domain and at its
 * organisational domain.
 *
 *   _dmarc.example.org TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"
 */
#ifndef CHECK_DMARC_H
#define CHECK_DMARC_H

#include "check/weakness.h"
#include "net/dns_book.h"

enum dmarc_policy {
	DMARC_UNSET,
	DMARC_POLICY_NONE,
	DMARC_QUARANTINE,
	DMARC_REJECT,
	DMARC_BAD, /* a word that is no policy */
};

enum {
	DMARC_URIS = 8,
	DMARC_LABELS = 8, /* RFC 9989 4.10: questions of one walk */
};

struct dmarc_record {
	struct str text;
	enum dmarc_policy p, sp, np;
	char psd;  /* 'y', 'n', 'u' */
	bool test; /* t=y */
	bool strict_dkim, strict_spf;
	struct str pct, rf, ri; /* abolished; empty: not there */
	struct str rua[DMARC_URIS];
	size_t rua_n;
	struct str ruf[DMARC_URIS];
	size_t ruf_n;
	struct str bad_tag; /* the first with a value that does not exist */
	bool no_tags;       /* a part without '=' */
};

/* One name that was asked. */
struct dmarc_stop {
	struct str domain; /* without "_dmarc." */
	enum dns_status status;
	size_t records; /* that begin with v=DMARC1; more than one: none */
	struct str record;
	size_t stray; /* other texts there */
	struct str stray_text;
};

struct dmarc {
	struct str domain;
	struct dmarc_stop stops[DMARC_LABELS];
	size_t stops_n;
	/* What RFC 9989 makes of it; policy_at: NULL, no record counts. */
	struct str organisation;
	const struct dmarc_stop *policy_at;
	struct dmarc_record record; /* of policy_at */
	enum dmarc_policy policy;   /* for this domain: p, sp or np, less t */
	/* The same for a receiver that follows RFC 7489. */
	struct dmarc_stop old_stop; /* its organisation, if the walk ended
				       before it */
	const struct dmarc_stop *old_at;
	enum dmarc_policy old_policy;
	bool lost; /* a question had no answer */
};

/* Does it begin as RFC 9989 4.8 demands? */
bool dmarc_is_record(struct str text);
void dmarc_record_read(struct str text, struct dmarc_record *ret_record);

/* What is missing the book wants. */
void dmarc_read(struct dns_book *book, struct arena *a, struct str domain,
    struct dmarc *ret_dmarc);
/* parked: the domain sends no mail and takes none. */
void dmarc_find(struct dns_book *book, const struct dmarc *d, bool parked,
    struct weaknesses *w);

const char *dmarc_policy_name(enum dmarc_policy policy); /* "reject" */

#endif
