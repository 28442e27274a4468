/* SPDX-License-Identifier: ISC */
/*
 * The fields of a message's header (RFC 5322 2.2), and the parameters of a
 * field's value (RFC 2045 5.1). All are slices of what was given; values are
 * folded as they came: header_decode makes one line of them.
 */
#ifndef MAIL_FIELD_H
#define MAIL_FIELD_H

#include "base/str.h"

struct field {
	struct str name;
	struct str value; /* without blanks around it; may hold line ends */
	struct str raw;   /* name to the last line end, as DKIM signs it */
};

/*
 * Take the next field off *rest, which stands at the beginning of a line.
 * False at the empty line, which is taken off too so that *rest is the body,
 * and at the end. Lines that are no field ("From " of an mbox, text of a
 * broken program) are passed over.
 */
bool field_next(struct str *rest, struct field *ret_field);

/* Header with its line ends, and what is behind the empty line. */
void field_split(
    struct str message, struct str *ret_header, struct str *ret_body);

/* Value of the first field of that name, whatever its case; p is NULL when
 * there is none. */
struct str field_find(struct str header, struct str name);

/* "multipart/report" of "multipart/report; a=b", comments left out. */
struct str field_word(struct str value);
/* "b" of "x/y; a=\"b\"" for name "a"; p is NULL when there is none. */
struct str field_param(struct str value, struct str name);

/* A line without its line end (LF, CRLF), off the front of *rest. False, when
 * *rest is empty. */
bool field_line(struct str *rest, struct str *ret_line);

#endif
