/* SPDX-License-Identifier: ISC */
/* What a log tells of each message, and what none of its lines does: some
 * servers log a part only when their configuration says so. */
#ifndef TRAIL_TOLD_H
#define TRAIL_TOLD_H

#include "mta/mta.h"

struct told {
	/* that could have told a detail, and that did */
	uint64_t asked[DETAILS], told[DETAILS];
};

void told_note(struct told *told, const struct event *event);
void told_add(struct told *to, const struct told *more);
/* Does no line tell it, although there were enough that could? */
bool told_lacks(const struct told *told, enum mta_detail detail);

#endif
