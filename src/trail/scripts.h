/* SPDX-License-Identifier: ISC */
/*
 * What PHP's mail.log and the web server's access log say about the second
 * in which the web server's user sent a mail: which script it was.
 */
#ifndef TRAIL_SCRIPTS_H
#define TRAIL_SCRIPTS_H

#include "base/arena.h"
#include "trail/ref.h"
#include "trail/tally.h"

struct scripts;

struct scripts *scripts_new(void);
void scripts_free(struct scripts *scripts); /* accepts NULL */

/*
 * One line of PHP's mail.log (php.ini mail.log), or of an access log in
 * common or combined form. False: not understood.
 */
bool scripts_add_php(struct scripts *scripts, struct str line, struct ref ref);
bool scripts_add_web(struct scripts *scripts, struct str line, struct ref ref);
/* After the last line, before the first question. */
void scripts_ready(struct scripts *scripts);

/*
 * The script that mailed to this recipient (address_hash) within seconds of
 * at: its path, which lives as long as scripts; empty when there is none.
 */
struct str scripts_of(
    const struct scripts *scripts, uint64_t recipient, uint32_t at);

/* Paths that were POSTed to, for tally->posts of every thread. */
void scripts_init_posts(const struct scripts *scripts, struct tally *tally);
/* The web server's user sent a mail at that second: count the POSTs that may
 * have caused it. */
void scripts_count_posts(
    const struct scripts *scripts, struct tally *tally, uint32_t at);

#endif
