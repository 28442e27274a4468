/* SPDX-License-Identifier: ISC */
/*
 * Questions to the DNS and what came back, as values. Names are text in
 * presentation form (RFC 1035 5.1, "\." and "\DDD"), without the last dot.
 */
#ifndef NET_DNS_H
#define NET_DNS_H

#include "base/arena.h"
#include "base/ip.h"

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_RRSIG = 46,
	DNS_TLSA = 52,
	DNS_SPF = 99, /* RFC 7208 3.1: obsolete */
};

enum {
	DNS_NAME_WIRE = 255, /* RFC 1035 2.3.4 */
	DNS_LABEL = 63,
	DNS_NAME_TEXT = 4 * DNS_NAME_WIRE + 1,
	DNS_REVERSE = 64, /* 32 nibbles with their dots */
};

enum dns_status {
	DNS_OK,       /* there are records */
	DNS_NO_DATA,  /* the name is there, this type is not */
	DNS_NO_NAME,  /* NXDOMAIN */
	DNS_FAILED,   /* SERVFAIL: no server of the zone gave an answer */
	DNS_REFUSED,  /* REFUSED and other codes of servers that will not */
	DNS_TIMEOUT,  /* nothing came within the time */
	DNS_BOGUS,    /* DNSSEC says that the answer is forged or broken */
	DNS_BAD_NAME, /* no such question can be asked */
	DNS_OFFLINE,  /* there is no network */
	DNS_GONE,     /* the process that asks has died */
	DNS_HELD_UP,  /* somebody else answers for the root servers */
	DNS_STATUSES,
};

enum dns_security {
	DNS_UNCHECKED, /* the resolver that was asked gives no signatures */
	DNS_INSECURE,  /* the zone is not signed */
	DNS_SECURE,
};

struct dns_record {
	uint16_t type;
	uint16_t preference; /* MX */
	uint16_t strings;    /* TXT: of how many it was put together */
	struct ip ip;        /* A, AAAA */
	struct str name;     /* NS, CNAME, PTR, MX */
	struct str text;     /* TXT: joined without blanks; SPF too */
	struct str data;     /* any other type: as on the wire */
};

struct dns_answer {
	enum dns_status status;
	enum dns_security security;
	uint32_t ttl;         /* seconds left */
	uint16_t size;        /* bytes of the answer, without signatures */
	struct str canonical; /* where CNAMEs led; empty: there were none */
	struct str why;       /* BOGUS: what is wrong */
	const struct dns_record *records; /* of the type that was asked */
	size_t n;
};

/* Was it said by a server of the zone, or is it just not known? */
static inline bool
dns_is_known(enum dns_status status)
{
	return status == DNS_OK || status == DNS_NO_DATA ||
	       status == DNS_NO_NAME;
}

/* A copy with everything in it, which lives in the arena. */
struct dns_answer dns_answer_keep(
    struct arena *a, const struct dns_answer *from);

/* "no-name", for --json; "no such name", for people (N_). */
const char *dns_status_name(enum dns_status status);
const char *dns_status_words(enum dns_status status);
/* "TXT"; empty: none that we ask for. */
const char *dns_type_name(uint16_t type);
const char *dns_security_name(enum dns_security security);

/*
 * Presentation form to wire form. False: empty label, a label above 63 or a
 * name above 255 bytes, a bad escape. "" and "." are the root.
 */
bool dns_name_wire(
    struct str text, uint8_t ret_wire[DNS_NAME_WIRE], size_t *ret_n);

/*
 * A name in a message (RFC 1035 4.1.4), followed through its pointers: each
 * must lead back, so that none can circle. ret_next: behind it where it began.
 * The text is ret_text[0..return) with a NUL behind; 0 and "" for the root.
 */
bool dns_name_read(const uint8_t *message, size_t n, size_t at,
    char ret_text[DNS_NAME_TEXT], size_t *ret_text_n, size_t *ret_next);

/* Are they the same name, letters folded, last dots ignored? */
bool dns_name_eq(struct str a, struct str b);
/* Is name that zone or below it? */
bool dns_name_within(struct str name, struct str zone);
/* name without its last dot. */
struct str dns_name_trim(struct str name);

/* "1.2.0.192" or the 32 nibbles, last first (RFC 5782 2.1, 2.4). */
struct str dns_reverse(const struct ip *ip, char buf[DNS_REVERSE]);
/* As 32 nibbles, an IPv4 address in its mapped form too. */
struct str dns_nibbles(const struct ip *ip, char buf[DNS_REVERSE]);
/* The same below in-addr.arpa or ip6.arpa. */
struct str dns_reverse_name(struct arena *a, const struct ip *ip);

#endif
