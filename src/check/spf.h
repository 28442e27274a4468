/* SPDX-License-Identifier: ISC */
/*
 * May this address send as that domain? check_host() of RFC 7208 4, with all
 * of its limits, and a trace of what was asked and why it came out so.
 */
#ifndef CHECK_SPF_H
#define CHECK_SPF_H

#include "check/spf_term.h"
#include "net/dns_book.h"

enum spf_result {
	SPF_NONE,
	SPF_NEUTRAL,
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_TEMPERROR,
	SPF_PERMERROR,
	SPF_RESULTS,
};

/* Why it is that result. */
enum spf_cause {
	SPF_BY_TERM,       /* a term matched */
	SPF_BY_DEFAULT,    /* none did: neutral (4.7) */
	SPF_BAD_NAME,      /* the domain cannot have a record (4.3) */
	SPF_NO_NAME,       /* there is no such domain */
	SPF_NO_RECORD,     /* it has no SPF record */
	SPF_TWO_RECORDS,   /* 4.5 */
	SPF_SYNTAX,        /* a term is wrong (4.6) */
	SPF_LOOKUPS,       /* more than 10 terms that ask (4.6.4) */
	SPF_VOIDS,         /* more than 2 of them got nothing */
	SPF_MX_NAMES,      /* more than 10 names behind one mx */
	SPF_INCLUDE_NONE,  /* include of a domain without a record (5.2) */
	SPF_REDIRECT_NONE, /* 6.1 */
	SPF_DNS,           /* a question got no answer */
	SPF_CAUSES,
};

enum {
	SPF_LOOKUPS_MAX = 10,
	SPF_VOIDS_MAX = 2,
	SPF_NAMES_MAX = 10,
};

struct spf_query {
	struct ip ip;
	struct str helo;
	struct str sender;   /* "user@example.org"; without it HELO's name */
	struct str receiver; /* who asks, for %{r}; may be empty */
	wall_us at;          /* for %{t} */
	struct str record;   /* in place of the domain's own; or empty */
};

/* A question that a term asked. */
struct spf_ask {
	struct str name;
	enum dns_type type;
	enum dns_status status;
	size_t records;
	struct spf_ask *next;
};

/* A term that was looked at. */
struct spf_step {
	struct str term;
	struct str name; /* its domain-spec, expanded; may be empty */
	bool matched;
	struct str match; /* the address or name that did; may be empty */
	unsigned lookups; /* so far, with this one */
	unsigned voids;
	struct spf_ask *asks;
	struct spf_trace *inner; /* of include, redirect */
	struct spf_step *next;
};

/* One domain's record. */
struct spf_trace {
	struct str domain;
	struct str record; /* empty: there is none */
	enum spf_result result;
	struct spf_ask *asks;
	struct spf_step *steps;
};

struct spf_outcome {
	enum spf_result result;
	enum spf_cause cause;
	struct str domain;    /* whose record decided */
	struct str term;      /* BY_TERM, SYNTAX, limits, INCLUDE_NONE */
	size_t at;            /* SYNTAX: the term's first byte in the record */
	struct str name;      /* DNS, INCLUDE_NONE, REDIRECT_NONE */
	enum spf_fault fault; /* SYNTAX */
	enum dns_status status; /* DNS */
	struct str explanation; /* FAIL: the domain's own words; hostile */
	unsigned lookups, voids;
	struct spf_trace *trace; /* NULL: no record was looked for */
};

/*
 * Evaluate with what the book knows; the outcome lives in a and in the book.
 * False: answers are missing, which the book now wants.
 */
bool spf_check(struct dns_book *book, struct arena *a,
    const struct spf_query *query, struct spf_outcome *ret_outcome);

/* Whose record it is: the sender's domain, or else HELO's. */
struct str spf_query_domain(const struct spf_query *query);

const char *spf_result_name(enum spf_result result); /* "softfail" */
/* "it may send"; N_(). */
const char *spf_result_sentence(enum spf_result result);
const char *spf_cause_name(enum spf_cause cause); /* "two-records" */
/* One sentence on why; foreign bytes in it are as they came. */
struct str spf_outcome_sentence(
    struct arena *a, const struct spf_outcome *outcome);

#endif
