/* SPDX-License-Identifier: ISC */
/*
 * Bounces written for people, without RFC 3464: one struct per program or
 * service, which says by which words it is known and where things stand.
 */
#ifndef MAIL_BOUNCE_FORM_H
#define MAIL_BOUNCE_FORM_H

#include "mail/notice.h"

/* What is known of a message when its form is asked for. */
struct letter {
	struct str header, from, subject;
	struct str text; /* the first part that can be read, decoded */
	bool daemon;     /* by its sender: null, MAILER-DAEMON, postmaster */
};

/*
 * Alternatives are parted by '|'; NULL: not asked for. All that is asked for
 * must be there, whatever the case of letters.
 */
struct bounce_form {
	const char *name;
	/* known by */
	const char *opening; /* words in the first 2 KiB of the text */
	const char *from;    /* words in From */
	const char *subject; /* words in Subject */
	const char *header;  /* the name of a field that it writes */
	/* where things stand */
	const char *label;    /* in front of an address, in its line */
	const char *reply;    /* a line with this: the reply is behind it */
	const char *reason;   /* a line with this is the reply of all below */
	const char *original; /* a line with this: the original is behind */
	const char *host;     /* in front of the reporter's name */
	bool delay;           /* not given up yet */
	bool anybody; /* the words are so clear that the sender may be any */
};

/* The form of a letter; NULL when it is none that is known. */
const struct bounce_form *bounce_form_of(const struct letter *letter);

/* Fill recipients, reporter and original from the text. False, and nothing
 * filled in, when it names no recipient. form may be NULL: as a DSN's text. */
bool bounce_form_read(
    const struct bounce_form *form, struct str text, struct notice *notice);

/* The n-th form, for tests and lists; NULL behind the last. */
const struct bounce_form *bounce_form_at(size_t n);

#endif
