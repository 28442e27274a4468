/* SPDX-License-Identifier: ISC */
/* What the files that read Postfix share: its fields, and one function for
 * each group of its daemons. */
#ifndef MTA_POSTFIX_PART_H
#define MTA_POSTFIX_PART_H

#include "base/bytes.h"
#include "mta/mta.h"

enum {
	POSTFIX_ID_MIN = 5, /* five digits of microseconds, and the inode */
};

/* How many of sixteen bytes can be of a short id. */
static inline size_t
postfix_hex_run16(bytes_lane lane)
{
	return bytes_first(
	    ~((bytes_lane)(lane - '0' <= 9) | (bytes_lane)(lane - 'A' <= 5)));
}

/* An id of either kind with ": " behind it: its length, or 0. */
size_t postfix_any_id(struct str s);

/*
 * A queue id and ": " off the front of *text. Short ids are upper case
 * hexadecimal, long ones base 52: digits and letters without vowels
 * (postconf(5), enable_long_queue_ids). So no word of Postfix's is one.
 */
static inline bool
postfix_eat_id(struct str *text, struct str *ret_id)
{
	struct str s = *text;
	size_t n;

	/* Both kinds begin with a digit or a capital: a long one with '4' to
	 * '9' until the year 2090. */
	if (s.n < POSTFIX_ID_MIN + 2 || s.p[0] > 'F')
		return false;
	/* Short ones are found here, as every line begins with an id. */
	n = s.n < 18 ? 0 : postfix_hex_run16(bytes_load16(s.p));
	if (n < POSTFIX_ID_MIN || n == 16 || s.p[n] != ':' || s.p[n + 1] != ' ')
		n = postfix_any_id(s);
	if (n == 0)
		return false;
	*ret_id = (struct str){s.p, n};
	*text = bytes_from(s, n + 2);
	return true;
}

/* A queue id at the front of text, whatever follows; empty when none is. */
struct str postfix_id_at(struct str text);

/* Behind the quoted part of an address that begins at from; from itself when
 * nothing closes it. */
size_t postfix_skip_quoted(struct str s, size_t from);

/*
 * "<address>" off the front of *text. The bracket that closes it is the first
 * one outside of quotes with one of the two delimiters behind it; an empty
 * delimiter stands for the end of the line.
 */
bool postfix_eat_address(struct str *text, struct str delimiter,
    struct str other, struct str *ret_address);

/* What Postfix logs of a host: "name[address]" and, in some, ":port". */
struct postfix_peer {
	struct str name; /* "unknown" as it stands; empty in postscreen's */
	struct ip ip;    /* none for "unknown" and for sockets */
	unsigned port;   /* 0: not said */
};

/* Such a host off the front of *text; false: none stands there. */
bool postfix_eat_peer(struct str *text, struct postfix_peer *ret_peer);

/* "name[ip]:25: subject_CN=...": what TLS says of a certificate, and other
 * remarks on a host that stands in front of them. */
bool postfix_is_remark(struct str text);

/* Does s begin with one of these words? Drops it then. */
bool postfix_eat_one(struct str *s, const struct str *words, size_t n);

/* Decimal digits off the front of *s, 19 at most. */
bool postfix_eat_number(struct str *s, uint64_t *ret_value);

/*
 * "reject: RCPT from name[ip]: 554 5.7.1 reason; from=<a> to=<b> proto=ESMTP
 * helo=<c>" and its relatives, behind the queue id or "NOQUEUE: ".
 */
enum line_result postfix_verb(struct str text, struct event *e);
/* "; from=<a> to=<b> proto=ESMTP helo=<c>" at the end of *text, cut off. */
void postfix_cut_envelope(struct str *text, struct event *e);

enum line_result postfix_smtpd(struct str text, struct event *e);
enum line_result postfix_postscreen(struct str text, struct event *e);
enum line_result postfix_cleanup(struct str text, struct event *e);
enum line_result postfix_qmgr(struct str text, struct event *e);
enum line_result postfix_pickup(struct str text, struct event *e);
enum line_result postfix_bounce(struct str text, struct event *e);
enum line_result postfix_postsuper(struct str text, struct event *e);
/* smtp, lmtp, local, ...: e->agent is set. text is behind the queue id. */
enum line_result postfix_delivery(struct str text, struct event *e);
enum line_result postfix_agent(struct str text, struct event *e);

/* Any of them, for a line that does not say which. */
enum line_result postfix_plain(struct str text, struct event *e);

/* postfix_conf.c */
void postfix_facts(struct facts *facts, struct files *files);

#endif
