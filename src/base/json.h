/* SPDX-License-Identifier: ISC */
/*
 * A streaming JSON writer (RFC 8259). Whatever bytes come in, valid UTF-8 goes
 * out: a byte that is not part of a valid sequence becomes U+FFFD, control
 * characters are written as \u00XX. Two blanks of indentation per level.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/ip.h"
#include "base/time.h"

#include <stdio.h>

enum {
	JSON_DEPTH = 32
};

struct json {
	FILE *out;
	int depth;
	bool has[JSON_DEPTH];   /* this level has a member already */
	bool array[JSON_DEPTH]; /* this level is an array */
};

/*
 * Hidden, because libjansson has functions called json_object, json_array and
 * json_null too: where it is not linked to itself (-Bsymbolic) it would call
 * ours.
 */
#pragma GCC visibility push(hidden)

void json_init(struct json *j, FILE *out);
/* The last newline. Every level must be closed. */
void json_done(struct json *j);

/* key is NULL inside an array and at the top. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end(struct json *j); /* of the innermost object or array */
void json_str(struct json *j, const char *key, struct str value);
void json_u64(struct json *j, const char *key, uint64_t value);
/* At most 3 decimals; the locale is never asked. */
void json_number(struct json *j, const char *key, double value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* "192.0.2.1"; none is an empty text. */
void json_ip(struct json *j, const char *key, const struct ip *ip);
/* RFC 3339 with zone; null for WALL_NONE. */
void json_time(struct json *j, const char *key, wall_us at);

#pragma GCC visibility pop

#endif
