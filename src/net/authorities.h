/* SPDX-License-Identifier: ISC */
/* The authorities whose certificates this machine trusts. */
#ifndef NET_AUTHORITIES_H
#define NET_AUTHORITIES_H

#include "base/arena.h"
#include "base/err.h"

/* Of the file that is named, else of the system, as PEM; empty: there are
 * none. False: the named file cannot be read. */
bool authorities_read(struct arena *a, struct str named, struct str *ret_pem,
    struct err *err) MUST_CHECK;

#endif
