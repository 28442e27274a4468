/* SPDX-License-Identifier: ISC */
/*
 * The terms of an SPF record (RFC 7208 4.6.1, 5, 6, 12):
 *
 *   v=spf1 mx a:mail.example.org/28 -include:_spf.example.net ~all exp=...
 *             ^ ^                ^  ^qualifier                     ^modifier
 *             | domain           prefix length
 *             mechanism
 */
#ifndef CHECK_SPF_TERM_H
#define CHECK_SPF_TERM_H

#include "base/ip.h"

enum spf_kind {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
	SPF_REDIRECT, /* from here on modifiers */
	SPF_EXP,
	SPF_OTHER, /* a modifier that nobody knows: ignored */
};

/* What is wrong with a term; each makes a permerror of the whole record. */
enum spf_fault {
	SPF_FINE,
	SPF_BAD_WORD,      /* no mechanism and no modifier has this name */
	SPF_BAD_SEPARATOR, /* "redirect:x": of a modifier, it is '=' */
	SPF_BAD_BYTE,      /* a control character, or none of ASCII */
	SPF_NEEDS_VALUE,   /* "include" alone */
	SPF_TAKES_NONE,    /* "all:x", "-redirect=x" */
	SPF_BAD_DOMAIN,    /* does not end in a name or a macro */
	SPF_IP_AS_NAME,    /* "a:192.0.2.1" */
	SPF_BAD_MACRO,     /* '%' and what is behind it */
	SPF_EXP_MACRO,     /* c, r, t: in explanations only */
	SPF_BAD_IP4,
	SPF_BAD_IP6,
	SPF_IP6_IN_IP4, /* "ip4:2001:db8::1" */
	SPF_IP4_IN_IP6,
	SPF_BAD_PREFIX, /* "/33", "/024" */
	SPF_TWICE,      /* redirect or exp, a second time */
	SPF_FAULTS,
};

struct spf_term {
	enum spf_kind kind; /* when fault is SPF_FINE */
	enum spf_fault fault;
	char qualifier;   /* "+-?~" */
	struct str text;  /* all of it */
	struct str word;  /* "include", the name of a modifier */
	struct str value; /* domain-spec, or of a modifier; may be empty */
	int bits4, bits6; /* of a, mx, ip4, ip6 */
	struct ip ip;     /* of ip4, ip6 */
};

/* Is this TXT record one (RFC 7208 4.5)? */
bool spf_is_record(struct str text);
/* The terms of one: what is behind the version. */
struct str spf_terms(struct str record);
/*
 * The next term off the front of *terms, wrong ones too; false: there is none.
 * Whether it is there a second time is for the caller to see.
 */
bool spf_term_next(struct str *terms, struct spf_term *ret_term);
/* The first term with a fault, SPF_TWICE too; false: there is none. */
bool spf_find_fault(struct str record, struct spf_term *ret_term);
/* Does it cost one of the ten lookups (RFC 7208 4.6.4)? */
bool spf_asks(enum spf_kind kind);

/* "bad-macro" for --json; a sentence for people (N_). */
const char *spf_fault_name(enum spf_fault fault);
const char *spf_fault_sentence(enum spf_fault fault);

#endif
