/* SPDX-License-Identifier: ISC */
/*
 * DMARC aggregate reports: RFC 7489 appendix C, RFC 9990, and what is sent in
 * their place. Names count without their namespace, so that both forms, the
 * drafts before them and made-up prefixes are one.
 */
#ifndef MAIL_DMARC_REPORT_H
#define MAIL_DMARC_REPORT_H

#include "base/ip.h"
#include "base/time.h"

enum {
	DMARC_TEXT = 256, /* bytes of a value that are kept */
	DMARC_SIGNATURES = 8,
	DMARC_REASONS = 4,
};

/* A value of the report; what is longer is cut. */
struct dmarc_text {
	uint16_t n;
	char p[DMARC_TEXT];
};

static inline struct str
dmarc_str(const struct dmarc_text *text)
{
	return (struct str){text->p, text->n};
}

enum dmarc_disposition {
	DMARC_NONE, /* and "pass" of RFC 9990 */
	DMARC_QUARANTINE,
	DMARC_REJECT,
	DMARC_DISPOSITIONS,
};

/* RFC 7489 7.2: why the policy was not followed. */
enum dmarc_reason {
	DMARC_FORWARDED = 1,
	DMARC_SAMPLED_OUT = 2,
	DMARC_TRUSTED_FORWARDER = 4,
	DMARC_MAILING_LIST = 8,
	DMARC_LOCAL_POLICY = 16,
	DMARC_OTHER = 32,
};

struct dmarc_signature {
	struct dmarc_text domain, selector;
	bool pass;
};

/* One <record>. */
struct dmarc_row {
	struct ip source; /* none: it was no address */
	uint64_t count;   /* messages */
	enum dmarc_disposition disposition;
	bool dkim_aligned, spf_aligned; /* as the receiver judged */
	unsigned reasons;               /* of enum dmarc_reason */
	struct dmarc_text header_from, envelope_from, envelope_to;
	struct dmarc_signature signatures[DMARC_SIGNATURES];
	size_t signatures_n;
	struct dmarc_text spf_domain;
	bool spf_pass; /* whoever's domain */
};

struct dmarc_head {
	struct dmarc_text org, email, id, domain;
	struct dmarc_text policy, sub_policy; /* "none", "reject"; or empty */
	struct dmarc_text error;              /* the first */
	uint64_t percent;                     /* 100 when nothing is said */
	bool testing;                         /* RFC 9990: t=y */
	wall_us begin, end;                   /* WALL_NONE: not said */
};

enum dmarc_status {
	DMARC_WHOLE,
	DMARC_MENDED,  /* no XML, but understood */
	DMARC_CUT,     /* it ends too early: what stood before was given */
	DMARC_FOREIGN, /* no report at all */
	DMARC_REFUSED, /* made to do harm: entities, depth, size */
};

struct dmarc_parser;

/* row is called at the end of each record; it lives until row returns. */
struct dmarc_parser *dmarc_parser_new(
    void (*row)(void *arg, const struct dmarc_row *row), void *arg);
void dmarc_parser_free(struct dmarc_parser *parser); /* accepts NULL */
/* The next bytes of the document. False when the rest is not wanted. */
bool dmarc_parser_feed(struct dmarc_parser *parser, struct str bytes);
/* After the last byte. *ret_head is filled as far as it was told. broken: it
 * is no XML, and dmarc_parser_mend may read it. */
enum dmarc_status dmarc_parser_end(
    struct dmarc_parser *parser, struct dmarc_head *ret_head, bool *ret_broken);

/* Bytes that are mended at most. */
enum {
	DMARC_MEND_MAX = 16 * 1024 * 1024
};

/* Read the whole of a document that is no XML. */
enum dmarc_status dmarc_report_mend(struct str text,
    void (*row)(void *arg, const struct dmarc_row *row), void *arg,
    struct dmarc_head *ret_head);

#endif
