/* SPDX-License-Identifier: ISC */
/*
 * Feeds messages of a mailbox on an IMAP server, in a process that has given up
 * all but the network before the server says its first word. Nothing there is
 * changed: folders are opened with EXAMINE, messages fetched with BODY.PEEK, so
 * that what was unread stays unread.
 */
#ifndef SOURCE_IMAP_H
#define SOURCE_IMAP_H

#include "source/imap_url.h"

struct imap_account {
	struct imap_url url;
	struct str password;
	struct str addresses; /* of the host: "192.0.2.1,2001:db8::1" */
	bool loopback;        /* all of them are this machine */
};

struct imap_conf {
	struct imap_account *accounts; /* one for each word that is a URL */
	size_t n;
	struct str authorities; /* certificates in PEM */
	bool plain;             /* without TLS to other hosts, too */
	size_t max;             /* bytes of a message that are fetched */
};

/* Is it in this build? */
bool imap_is_built(void);

/* While there are rights: the addresses of the host, by the system's
 * resolver. */
bool imap_prepare(
    struct arena *a, struct imap_account *account, struct err *err) MUST_CHECK;

/* In a process of its own, which it never leaves: frames of the feed
 * (mailbox.h) go to fd. */
void imap_feed(int fd, const struct imap_conf *conf,
    const struct imap_account *account) __attribute__((noreturn));

#endif
