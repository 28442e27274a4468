/* SPDX-License-Identifier: ISC */
/*
 * Mail addresses as they stand in envelopes (RFC 5321 4.1.2), without their
 * angle brackets, and who is behind the rewritten ones.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/str.h"

/*
 * Cut at the last @ that is not inside quotes. False, and an empty domain,
 * when there is none. Angle brackets around address are dropped.
 */
bool address_split(
    struct str address, struct str *ret_local, struct str *ret_domain);
/* Is sender neither the account's own address nor another one of its domain?
 * Accounts without a domain say nothing about which senders are theirs. */
bool address_is_strange(struct str account, struct str sender);
/* The part behind the @, without a final dot; empty: none. */
struct str address_domain(struct str address);

/* The address in a header field (RFC 5322 3.4), which may have a name in front:
 * what stands in its last angle brackets, or all of it. */
struct str address_in_field(struct str value);

/* Hashes with ASCII letters folded, without brackets and final dot. */
uint64_t address_hash(struct str address);
uint64_t address_domain_hash(struct str address);
bool address_eq(struct str a, struct str b); /* in the same sense */

/* "", "<>", MAILER-DAEMON, with or without a domain: the sender of a bounce. */
bool address_is_null(struct str address);

/*
 * Who is behind a rewritten envelope sender: SRS0, SRS1, +SRS= (forwarders),
 * prvs= and btv1= (BATV), and VERP ("list-bounces+ana=example.org@..." gives
 * the recipient). Slices of address; local and domain of address itself when
 * it is none of these. Returns true when it was one.
 */
bool address_owner(
    struct str address, struct str *ret_local, struct str *ret_domain);

/*
 * Does the envelope sender look like that of a mailing list or a bulk sender:
 * "list-bounces@", "owner-list@", "bounce-123-...@", "list-return-12-a=b@",
 * "bounces+123-abcd-a=b@"?
 */
bool address_is_list_sender(struct str address);

/*
 * Equal, or one is a parent of the other and has two labels or more. There is
 * no public suffix list: "co.uk" counts as the parent of all below it.
 */
bool domain_same_owner(struct str a, struct str b);

#endif
