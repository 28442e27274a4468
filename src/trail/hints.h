/* SPDX-License-Identifier: ISC */
/*
 * What the ends of the mail logs say about how the world sees this server: with
 * which DKIM selectors it signs, as which of its own domains accounts send, and
 * from which address receivers see it come. Read before anything is judged, so
 * that the DNS can be asked meanwhile; so only the newest part of each log is
 * looked at. queue/hints.h adds what waits in the queue.
 */
#ifndef TRAIL_HINTS_H
#define TRAIL_HINTS_H

#include "base/map.h"
#include "event/event.h"
#include "source/source.h"

enum {
	HINTS_BYTES = 16 * 1024 * 1024, /* of the newest logs */
	HINTS_YOUNG = 1024 * 1024,      /* packed ones are read when the others
				      have no more */
	HINTS_SELECTORS = 200,
	HINTS_SENDERS = 1000,
	HINTS_OUTSIDE = 16,
	HINTS_RECEIVERS = 12,
	HINTS_IDS = 100000,
};

/* "DKIM-Signature field added (s=mail, d=example.org)" */
struct hint_selector {
	struct str selector, domain;
	struct str source; /* path of the log, or of the queue */
	uint64_t n;
};

/* A domain as an envelope sender of accounts of this server. */
struct hint_sender {
	struct str domain;
	struct str source;
	uint64_t n;
	bool own; /* an account of this very domain used it */
};

/* An address that receivers name when they refuse us. */
struct hint_outside {
	struct ip ip;
	uint64_t n;
	/* Who named it: organisations that are not of one network either. */
	struct str receivers[HINTS_RECEIVERS];
	struct ip networks[HINTS_RECEIVERS];
	size_t receivers_n;
	struct str said, source; /* the first answer */
};

struct hints {
	struct arena arena;
	struct hint_selector selectors[HINTS_SELECTORS];
	size_t selectors_n;
	struct hint_sender senders[HINTS_SENDERS];
	size_t senders_n;
	struct hint_outside outside[HINTS_OUTSIDE];
	size_t outside_n;
	/* private: queue ids of logins, domains delivered to here */
	struct map accepted, here, sender_numbers;
	struct str *accounts;
	size_t accounts_n, accounts_cap;
};

/* The sources are ordered. Zeroed hints before. */
void hints_read(struct hints *h, const struct source_set *sources);
void hints_done(struct hints *h);

/* "12 signatures in /var/log/mail.log" */
struct str hints_signed_why(struct arena *a, const struct hint_selector *s);

/* One more selector or sender, met n times in that source, whose path lives as
 * long as the hints; the rest is copied. What cannot be a name is left out.
 * own: the domain is the account's. */
void hints_selector(struct hints *h, struct str selector, struct str domain,
    struct str source, uint64_t n);
void hints_sender(struct hints *h, struct str domain, bool own,
    struct str source, uint64_t n);
/* Letters, digits, "-", "_" and a dot: can be asked for, and shown. */
bool hints_is_name(struct str domain);
/* Does mail for that domain end here? */
bool hints_is_here(const struct hints *h, struct str domain);

/* Is the domain one of this server: its accounts send as it, or its mail ends
 * here? What an account only claims to be is not. */
bool hints_is_own(const struct hints *h, const struct hint_sender *sender);

/* Somebody says that our mail comes from that address. network: his own;
 * none: not known. All texts are copied. */
void hints_named(struct hints *h, const struct ip *ip, struct str receiver,
    const struct ip *network, struct str said, struct str source);

/* ---- one line; the tests and the fuzzer call them ---- */

/* What a signer says. program: of the line. */
void hints_signer(
    struct hints *h, struct str program, struct str text, struct str source);
void hints_event(struct hints *h, const struct event *e, struct str source);

#endif
