/* SPDX-License-Identifier: ISC */
/*
 * The names that rotation gives to a log. head and tail joined are the name
 * of the log itself:
 *
 *	mail.log.2.gz               mail.log, number 2
 *	maillog-20260301            maillog, date 20260301
 *	mail-20260301.log.xz        mail + .log (logrotate's "extension")
 *	mail.log.20260301-031500.gz Postfix's own "postfix logrotate"
 *	mail.log.old                number 1
 *	maillog.processed.3.gz      Plesk, behind its statistics
 */
#ifndef SOURCE_ROTATION_H
#define SOURCE_ROTATION_H

#include "base/str.h"

struct rotation {
	struct str head, tail;
	struct str packed; /* ".gz", or empty */
	uint64_t number;   /* the greater the older; 0: the log itself, or */
	uint64_t date;     /* YYYYMMDDHHMMSS, HHMMSS 999999: not known; or 0 */
	uint64_t epoch;    /* seconds, where the date was followed by them */
};

/* name without folders. Never fails: what has no suffix that we know is the
 * log itself. */
void rotation_split(struct str name, struct rotation *ret_rotation);
/* Rotations of the same log, or that log. */
bool rotation_same(const struct rotation *a, const struct rotation *b);
/* -1, 0, 1: a is older than, as old as, or newer than b; 0 too when the names
 * do not tell. */
int rotation_order(const struct rotation *a, const struct rotation *b);

#endif
