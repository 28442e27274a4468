/* SPDX-License-Identifier: ISC */
/* Domains in which anybody has an address: no customer of a mail server owns
 * one, so mail for it that comes in from strangers is relayed. */
#ifndef MAIL_FREE_MAIL_H
#define MAIL_FREE_MAIL_H

#include "base/str.h"

/* domain: of any case, without a dot at its end. */
bool free_mail_has(struct str domain);

#endif
