/* SPDX-License-Identifier: ISC */
/* What may stand in front of a stamp. Only for stamp.c. */
#ifndef EVENT_PREFIX_H
#define EVENT_PREFIX_H

#include "base/str.h"

/* "<22>" off the front of *s, and the version of RFC 5424 behind it. */
bool prefix_take_priority(struct str *s, bool *ret_is_5424);

/* Anything else of the list in prefix.c; false: none of it stands there. */
bool prefix_skip(struct str *s);

#endif
