/* SPDX-License-Identifier: ISC */
/*
 * Reports of receivers: DMARC aggregate (RFC 7489, 9990), TLS (RFC 8460) and
 * failure reports (RFC 9991), out of messages and files, each counted once.
 */
#ifndef LETTER_REPORTS_H
#define LETTER_REPORTS_H

#include "letter/counted.h"
#include "letter/own.h"
#include "letter/service.h"
#include "mail/dmarc_report.h"
#include "source/mailbox.h"

#include <stdatomic.h>

enum {
	/* Bytes of a message or file that are kept: reports that are not
	 * compressed are large. */
	REPORTS_MESSAGE = 64 * 1024 * 1024,
	/* Different sources, 24 MB; anybody can send invented reports. */
	REPORTS_SOURCES = 200000,
	REPORTS_CELLS = 1000000,
	REPORTS_DOMAINS = 1000,
	REPORTS_ORGS = 5000,
	REPORTS_TLS = 2000,
};

/* Who sent under our name. */
enum sender {
	SENDER_OURS,      /* our own hosts */
	SENDER_SERVICE,   /* a service that signs or is named in SPF for us */
	SENDER_PASSING,   /* passes for our domain, and is not known */
	SENDER_FORWARDER, /* hands on what was signed at home */
	SENDER_UNSURE,    /* a service, and nothing says that we use it */
	SENDER_STRANGER,
	SENDERS,
};

enum source_flag {
	SOURCE_DKIM_ALIGNED = 1,
	SOURCE_SPF_ALIGNED = 2,
	SOURCE_SIGNED = 4,    /* there was a signature */
	SOURCE_DKIM_PASS = 8, /* one was good, whoever's */
	SOURCE_SPF_PASS = 16, /* whoever's domain */
	SOURCE_OVERRIDE = 32, /* known as forwarder or list by the receiver */
	SOURCE_ALIGNED = SOURCE_DKIM_ALIGNED | SOURCE_SPF_ALIGNED,
};

/* Mail of one address under one domain with one result. Names are numbers in
 * reports.names, COUNTED_NONE: none. */
struct report_source {
	struct ip ip;
	uint32_t from;     /* domain of the From field */
	uint32_t selector; /* of the signature that is aligned */
	uint32_t signer;   /* another domain whose signature is good */
	uint32_t spf;      /* domain that SPF was asked for */
	unsigned flags;    /* of enum source_flag */
	uint64_t messages;
	uint64_t done[DMARC_DISPOSITIONS];
	uint64_t orgs;       /* receivers, a bit each, folded to 64 */
	int32_t first, last; /* days since 1970; -1: not said */
	/* by reports_ask: */
	bool direct;      /* the domain's SPF record names it itself */
	uint32_t include; /* what of the record lets it send, otherwise */
	uint32_t host;    /* its name in the DNS */
	/* by reports_settle: */
	enum sender sender;
	const struct service *service;
};

/* Messages of one source on one day. */
struct report_cell {
	uint32_t source;
	int32_t day;
	uint64_t messages;
};

/* A domain and what was published for it when last reported. */
struct report_domain {
	struct str name;
	struct str policy, sub_policy; /* "none", "reject"; empty: not told */
	uint64_t percent, messages;
	bool testing;
	wall_us at;
};

struct report_org {
	struct str name;
	uint64_t reports, messages;
};

/* TLS sessions to one of our hosts that failed for one reason. */
struct report_tls {
	struct str domain, type, mx;
	uint64_t sessions;
	uint64_t orgs;
};

struct reports_tls_sums {
	uint64_t reports, good, failed;
	struct report_tls *items;
	size_t n, cap;
	wall_us first, last;
};

struct report_gap {
	struct str path, sentence;
};

struct reports {
	/* given */
	const struct own *own;
	/* result */
	struct arena arena;
	uint64_t messages, bytes; /* letters and files that were read */
	uint64_t empty;           /* of them: without any report */
	uint64_t whole, mended, cut, twice, broken; /* reports */
	uint64_t volume;   /* messages that they are about */
	uint64_t missed;   /* of these: beyond the tables */
	uint64_t failures; /* messages that failure reports are about */
	wall_us first, last;
	struct counted names, failed_ips;
	struct report_source *sources;
	size_t sources_n, sources_cap;
	struct map by_source, by_cell, by_id, by_tls;
	struct report_cell *cells;
	size_t cells_n, cells_cap;
	struct report_domain *domains;
	size_t domains_n, domains_cap;
	struct report_org *orgs;
	size_t orgs_n, orgs_cap;
	struct reports_tls_sums tls;
	struct report_gap *gaps;
	size_t gaps_n, gaps_cap;
	struct held_report *held; /* reports that broke off */
	size_t held_n, held_cap, held_rows;
	uint64_t unanswered; /* addresses of which the DNS told nothing */
	uint64_t unasked;    /* that were too many to ask about */
	uint64_t direct;     /* sources that SPF names itself */
	/* by reports_settle */
	uint64_t senders[SENDERS];   /* messages */
	uint64_t unaligned[SENDERS]; /* of them, neither SPF nor DKIM */
};

/* Read all messages. progress: bytes, or NULL. */
void reports_read(
    struct reports *r, struct mailbox *mailbox, _Atomic uint64_t *progress);
struct resolver;
/* Who is who, and the sums. resolver: asked about those with most messages;
 * NULL: nobody is. */
void reports_settle(struct reports *r, struct resolver *resolver);
/* Is anything known as ours, so that the rest is not? */
bool reports_know_own(const struct reports *r);
void reports_done(struct reports *r);

/* "stranger", "forwarder". */
const char *sender_name(enum sender sender);
/* Text of a number in names; empty: none. */
struct str reports_name(const struct reports *r, uint32_t number);
/* Is mail of this kind ours, so that a fault of it is ours to mend? */
bool sender_is_ours(enum sender sender);

/* ---- for report_file.c, which finds reports in what came ---- */

/* One record, counted under its source when the report is taken. */
struct report_row {
	uint32_t source; /* COUNTED_NONE: beyond the tables */
	enum dmarc_disposition disposition;
	uint64_t count;
};

/* Where a record belongs. */
struct report_row reports_row(struct reports *r, const struct dmarc_row *row);
/* Take a report with its rows, unless it was taken before. */
void reports_take(struct reports *r, const struct dmarc_head *head,
    enum dmarc_status status, const struct report_row *rows, size_t n);
void reports_gap(struct reports *r, struct str path, const char *sentence);
/* Count the reports that broke off and did not come again. */
void reports_release(struct reports *r);
/* The receiver; orgs are up to REPORTS_ORGS. */
struct report_org *reports_org(struct reports *r, struct str name);
/* True when an id is new; the parts are what makes it different. */
bool reports_is_new(struct reports *r, struct str org, struct str id,
    struct str domain, wall_us begin);

#endif
