/* SPDX-License-Identifier: ISC */
/*
 * Answers of the DNS by name and type, and what is still to be asked. Checks
 * are plain functions over a book: one that lacks an answer notes the question
 * and gives up; when the questions of all checks are answered, side by side,
 * the checks run again, until nothing is missing. Tests fill the book from a
 * table.
 */
#ifndef NET_DNS_BOOK_H
#define NET_DNS_BOOK_H

#include "base/map.h"
#include "net/resolver.h"

enum {
	/* Of one run; records of strangers that lead to more lead nowhere. */
	DNS_BOOK_QUESTIONS = 20000,
	/* With fewer it is about one host, and its end is waited for. */
	DNS_BOOK_FEW = 500,
};

struct dns_note {
	struct str name;
	uint16_t type;
	bool known, asked;
	struct dns_answer answer;
	struct dns_note *twin; /* same key, another question */
};

/* Zeroed is an empty book. */
struct dns_book {
	struct arena arena;
	struct map map;
	struct dns_note **notes;
	size_t n, cap;
	size_t next;   /* no note before it is wanted */
	size_t silent; /* rounds of dns_book_ask that waited for nothing */
	bool full;     /* a question was left out */
};

void dns_book_done(struct dns_book *book);

/*
 * The answer, which lives as long as the book; NULL: not known yet, and now it
 * is wanted. In a full book what is new is DNS_FAILED.
 */
const struct dns_answer *dns_book_get(
    struct dns_book *book, struct str name, enum dns_type type);

/* The next question that is wanted and was not given out; NULL: none. */
struct dns_note *dns_book_wanted(struct dns_book *book);
/* Its answer, which is copied; its records are put in order. */
void dns_book_put(struct dns_book *book, struct dns_note *note,
    const struct dns_answer *answer);

/* How long an answer of this round is waited for. */
span_us dns_book_patience(const struct dns_book *book);
/* Ask what is wanted and wait for all of it. False: nothing was wanted. */
bool dns_book_ask(struct dns_book *book, struct resolver *resolver);

#endif
