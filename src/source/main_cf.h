/* SPDX-License-Identifier: ISC */
/* Postfix's main.cf, as far as it tells where the logs are. */
#ifndef SOURCE_MAIN_CF_H
#define SOURCE_MAIN_CF_H

#include "base/arena.h"

/*
 * The value of a parameter in the text of a main.cf, with $name, $(name),
 * ${name}, ${name?if set} and ${name:if not} expanded as in postconf(5).
 * False when it is not set there: the default is the caller's to know. What
 * is returned lives in the arena.
 */
bool main_cf_get(
    struct arena *a, struct str text, struct str name, struct str *ret_value);

/* The next of a list that is separated by commas and blanks; empty at its
 * end. */
struct str main_cf_word(struct str *list);

#endif
