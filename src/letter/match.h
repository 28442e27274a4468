/* SPDX-License-Identifier: ISC */
/* Are the originals of bounces in our log, and who put them in? */
#ifndef LETTER_MATCH_H
#define LETTER_MATCH_H

#include "letter/bag.h"
#include "trail/reading.h"

struct match {
	wall_us first, last; /* of the log; WALL_NONE: no line with a stamp */
	uint64_t lines;
	bool has_ids; /* the log tells Message-IDs */
};

/* Before the mailbox is read: the names of the hosts that wrote the log are
 * ours, and which time it covers. */
void match_look(
    struct reading *reading, struct own *own, struct match *ret_match);
/* After it: marks the records whose queue ids and Message-IDs are in the log,
 * or are not though they should be, with the origin that the log names. */
void match_run(
    const struct match *match, struct reading *reading, struct bag *bag);

#endif
