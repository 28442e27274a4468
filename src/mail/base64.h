/* SPDX-License-Identifier: ISC */
/* Base64 (RFC 2045 6.8), as it arrives: what is not of the alphabet is passed
 * over. */
#ifndef MAIL_BASE64_H
#define MAIL_BASE64_H

#include "base/arena.h"

/* The six bits of a letter; -1: it is none. */
int base64_value(char c);
/* Up to the first '=', into at most max bytes of out; returns how many. */
size_t base64_decode(struct str in, char *out, size_t max);
/* With its padding, on one line. */
struct str base64_encode(struct arena *a, const unsigned char *bytes, size_t n);

#endif
