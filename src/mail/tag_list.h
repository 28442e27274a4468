/* SPDX-License-Identifier: ISC */
/* "v=1; a=rsa-sha256; ...": the lists of DKIM, its keys, and DMARC (RFC 6376
 * 3.2). */
#ifndef MAIL_TAG_LIST_H
#define MAIL_TAG_LIST_H

#include "base/str.h"

struct tag {
	struct str name;
	struct str value; /* without blanks around it */
	struct str whole; /* behind the "=" up to the ";", blanks included */
};

/* Take the next tag off *rest. False at the end, and where what follows is no
 * tag: then *rest is not empty. */
bool tag_next(struct str *rest, struct tag *ret_tag);

/* Value of the first tag of that name; p is NULL when there is none. */
struct str tag_find(struct str list, struct str name);

/* Take the next of "a:b:c" off *rest, without blanks. False at the end. */
bool tag_part(struct str *rest, struct str *ret_part);

#endif
