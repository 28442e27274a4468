/* SPDX-License-Identifier: ISC */
/* Reading a reply that no rule of the catalogue knows. */
#ifndef MAIL_REPLY_GUESS_H
#define MAIL_REPLY_GUESS_H

#include "mail/reply.h"

/*
 * What this server itself says when a delivery fails before another host
 * answered. low: the text, ASCII letters folded. REPLY_OTHER: not known.
 */
enum reply_class reply_guess_local(struct str low);

/* By status code, then by words in several languages. */
enum reply_class reply_guess(unsigned code, struct str dsn, struct str low);

#endif
