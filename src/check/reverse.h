/* SPDX-License-Identifier: ISC */
/*
 * The names of an address (RFC 1912 2.1, RFC 8601 3: iprev), and the name that
 * a server greets with (RFC 5321 4.1.1.1).
 */
#ifndef CHECK_REVERSE_H
#define CHECK_REVERSE_H

#include "check/weakness.h"
#include "net/dns_book.h"

enum {
	REVERSE_NAMES = 8,
};

struct reverse_name {
	struct str name;
	bool back;    /* it has the address */
	bool lost;    /* whether it has, could not be asked */
	bool generic; /* made of the address */
};

struct reverse {
	struct ip ip;
	struct str why;         /* where the address was found */
	enum dns_status status; /* of PTR */
	size_t total;           /* names that it has */
	struct reverse_name names[REVERSE_NAMES];
	size_t n;
};

/* Ask about an address; what is wrong goes to w. helo: the name it greets
 * with, or empty. */
void reverse_read(struct dns_book *book, struct arena *a, const struct ip *ip,
    struct reverse *ret_reverse);
void reverse_find(
    const struct reverse *r, struct str helo, struct weaknesses *w);

/* The first name that leads back to the address; NULL: none does. */
const struct reverse_name *reverse_back(const struct reverse *r);
/* Whether one does could not be found out. */
bool reverse_is_lost(const struct reverse *r);

struct helo {
	struct str name;
	struct str why;
	bool literal;      /* "[192.0.2.1]" */
	const char *fault; /* N_(): why it is no name to greet with; or NULL */
	bool lost;
	struct ip ips[REVERSE_NAMES];
	size_t n;
};

void helo_read(struct dns_book *book, struct str name, struct helo *ret_helo);
bool helo_has(const struct helo *h, const struct ip *ip);
/* The addresses are those that mail leaves from. */
void helo_find(const struct helo *h, const struct reverse *own, size_t own_n,
    struct weaknesses *w);

/*
 * Is a name made of the address, as providers name the homes of their
 * customers ("pool-192-0-2-1.dsl.example.net", "ec2-..."), or does a word of
 * it say so?
 */
bool reverse_is_generic(struct str name, const struct ip *ip);

#endif
