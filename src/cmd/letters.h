/* SPDX-License-Identifier: ISC */
/* What the commands that read mail share. */
#ifndef CMD_LETTERS_H
#define CMD_LETTERS_H

#include "base/err.h"
#include "conf/options.h"
#include "letter/own.h"

/* What is ours, as far as it can be known without looking at the log: --own,
 * or this machine when it is the one that is examined. */
bool letters_find_own(struct own *own, const struct options *o, bool live,
    struct err *err) MUST_CHECK;

#endif
