/* SPDX-License-Identifier: ISC */
/* A folder that stands for "/": all paths are looked up below it, links that
 * lead out of it included. */
#ifndef BASE_PLACE_H
#define BASE_PLACE_H

#include "base/err.h"
#include "base/str.h"

struct place {
	struct str root; /* "" or "/srv/disk", without a slash at its end */
	int fd;          /* of root; -1: the machine's own root */
};

/* Opens root. False when it is no folder that can be opened. */
bool place_open(struct place *ret_place, struct str root, struct err *err);
void place_done(struct place *place);
/* openat below the place; path begins with '/'. -1 and errno on failure. */
int place_file(const struct place *place, struct str path, int flags);

#endif
