/* SPDX-License-Identifier: ISC */
/*
 * The key of a zone that is trusted whatever the zones above it say, as its DS
 * record in presentation form (RFC 4034 5.3):
 *
 *   example.org. 3600 IN DS 20326 8 2 E06D44B8...
 *
 * Time to live and class may be missing, the digest may have blanks: so dig,
 * ldns-key2ds and dnssec-dsfromkey print it.
 */
#ifndef NET_ANCHOR_H
#define NET_ANCHOR_H

#include "net/dns.h"

enum {
	ANCHOR_DIGEST = 128, /* digits of SHA-512, which is the longest */
	ANCHOR_TEXT = DNS_NAME_TEXT + 40 + ANCHOR_DIGEST,
};

struct anchor {
	struct str zone; /* a slice of what was read; empty: the root */
	uint16_t tag;
	uint8_t algorithm, digest_type;
	char digest[ANCHOR_DIGEST + 1];
};

/* False: that is no DS record; *ret_anchor is untouched. */
bool anchor_parse(struct str s, struct anchor *ret_anchor);
/* As libunbound wants it. */
const char *anchor_text(const struct anchor *anchor, char buf[ANCHOR_TEXT]);

#endif
