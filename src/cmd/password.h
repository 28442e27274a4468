/* SPDX-License-Identifier: ISC */
/* Passwords: where they come from, and how they go. */
#ifndef CMD_PASSWORD_H
#define CMD_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"

/* The first line of a file. */
bool password_read(struct arena *a, struct str path, struct str *ret_password,
    struct err *err) MUST_CHECK;
/* Asked for on the terminal, whose echo comes back whatever signal comes. */
bool password_ask(struct arena *a, struct str user, struct str host,
    struct str *ret_password, struct err *err) MUST_CHECK;

#endif
