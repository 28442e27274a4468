/* SPDX-License-Identifier: ISC */
/*
 * Everything that the DNS says about who sends mail: the addresses that mail
 * leaves from, the names that are greeted with, and each domain that is used
 * as a sender.
 */
#ifndef CHECK_POSTURE_H
#define CHECK_POSTURE_H

#include "check/dmarc.h"
#include "check/inbound.h"
#include "check/key_record.h"
#include "check/reverse.h"
#include "check/spf.h"
#include "check/spf_tree.h"

enum {
	POSTURE_SOURCES = 32,
	POSTURE_HELOS = 16,
	POSTURE_RELAYS = 4,
	POSTURE_DOMAINS = 1000,
	POSTURE_PRIVATES = 4,
	POSTURE_KEYS = 64, /* selectors that are asked for, of a domain */
	/* Of so many domains guesses of selectors are made. */
	POSTURE_GUESSED = 20,
};

struct posture_word {
	struct str text;
	struct str why; /* where it was found; empty: it was named */
};

/* "mail" of "mail._domainkey.example.org". */
struct posture_selector {
	struct str selector;
	struct str domain; /* empty: of all */
	struct str why;    /* "/etc/opendkim/KeyTable line 3"; empty: a guess */
	/* The private key that signs; looked: its file was looked at. */
	bool looked;
	bool by_key; /* that a key for the domain is there is all one knows */
	struct str path;
	int error; /* 0, or an errno, and then file is NULL */
	const struct key_file *file;
};

/* Another server that mail leaves by. */
struct posture_relay {
	struct str host, why;
	const char *name;   /* of the service that it belongs to; or NULL */
	struct str domains; /* of its SPF records, a blank between them */
};

/* What is asked about. */
struct posture_case {
	struct ip ips[POSTURE_SOURCES];
	struct str ip_whys[POSTURE_SOURCES];
	size_t ips_n;
	struct posture_word helos[POSTURE_HELOS];
	size_t helos_n;
	struct posture_relay relays[POSTURE_RELAYS];
	size_t relays_n;
	const struct posture_word *domains;
	size_t domains_n;
	const struct posture_selector *selectors;
	size_t selectors_n;
	bool no_guesses;            /* of selectors */
	const struct sts *policies; /* that were fetched */
	size_t policies_n;
	wall_us at;
	struct str host; /* that asks */
};

struct posture_key {
	struct str selector, name, why;
	bool guess;
	enum dns_status status;
	size_t records; /* texts that mean to be keys */
	struct str text;
	struct key_record key;
	/* Private keys that sign with it, by the configurations. */
	const struct posture_selector *privates[POSTURE_PRIVATES];
	size_t privates_n;
};

struct posture_domain {
	struct str name, why;
	struct spf_tree tree;
	struct spf_outcome outcomes[POSTURE_SOURCES]; /* of the case's ips */
	struct str includes[POSTURE_RELAYS + 1];      /* that it lacks */
	size_t includes_n;
	struct str proposal; /* an SPF record to publish; empty: none needed */
	struct spf_outcome after[POSTURE_SOURCES]; /* what it would do */
	struct posture_key keys[POSTURE_KEYS]; /* that are there, or should */
	size_t keys_n, keys_asked, keys_lost;
	struct dmarc dmarc;
	struct inbound inbound;
	bool parked; /* nothing is known to send as it, and it takes no mail */
	struct weaknesses weaknesses;
};

struct posture {
	const struct posture_case *c;
	struct reverse sources[POSTURE_SOURCES];
	size_t sources_n;
	struct helo helos[POSTURE_HELOS];
	struct spf_outcome helo_outcomes[POSTURE_HELOS][POSTURE_SOURCES];
	size_t helos_n;
	struct posture_domain *domains;
	size_t domains_n;
	struct weaknesses weaknesses; /* of sources and HELO names */
};

/*
 * All of it, as far as the book knows; what is missing the book wants. The
 * posture lives in the arena, the book and the case.
 */
struct posture *posture_read(
    struct dns_book *book, struct arena *a, const struct posture_case *c);

/* Relays that the domain's record does not let send; those that can be
 * mended by an include are put into includes. */
void posture_relays_find(struct dns_book *book, struct arena *a,
    const struct posture_case *c, struct posture_domain *d);

/* Of all weaknesses. */
void posture_sum(const struct posture *p, size_t ret_n[LEVELS]);

/* What is wrong with keys; posture_key.c. */
void posture_keys_read(struct dns_book *book, struct arena *a,
    const struct posture_case *c, struct posture_domain *d, bool guess);
void posture_keys_find(struct posture_domain *d);
/* What is wrong with the private keys of one of them; posture_private.c. */
void posture_private_find(
    struct posture_domain *d, const struct posture_key *k);
/* Does one of them belong to the record? */
bool posture_private_matches(const struct posture_key *k);
/* A record to publish, or nothing: the first key that can be read. */
struct publish posture_private_publish(
    struct arena *a, const struct posture_key *k);

#endif
