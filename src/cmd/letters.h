/* SPDX-License-Identifier: ISC */
/* What the commands that read mail share. */
#ifndef CMD_LETTERS_H
#define CMD_LETTERS_H

#include "base/err.h"
#include "conf/options.h"
#include "letter/bag.h"
#include "source/imap.h"
#include "verdict/verdict.h"

/* In not_examined: what of the mailboxes could not be read. */
void letters_say_gaps(struct report *report, const struct bag *bag);
/* In not_examined: so many addresses were too many for the DNS. */
void letters_say_unasked(struct report *report, uint64_t n);

/* What is ours, as far as it can be known without looking at the log: --own,
 * or this machine when it is the one that is examined. */
bool letters_find_own(struct own *own, const struct options *o, bool live,
    struct err *err) MUST_CHECK;

/*
 * The words that are URLs of mailboxes on a server, with all that a process
 * without rights needs to read them: address, authorities, password. That one
 * comes from --imap-password-file, $SERENO_IMAP_PASSWORD, or is asked for once
 * for each user and host, those of known included (NULL: there are none). max:
 * bytes of a message that are wanted.
 */
bool letters_find_accounts(struct arena *a, const struct options *o,
    const struct option_value *words, size_t max, const struct imap_conf *known,
    struct imap_conf *ret_conf, struct err *err) MUST_CHECK;
/* Passwords leave this process's memory, and its environment. */
void letters_forget(struct imap_conf *conf);

#endif
