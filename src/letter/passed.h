/* SPDX-License-Identifier: ISC */
/* What left this server, by its log: deliveries to other hosts by day. */
#ifndef LETTER_PASSED_H
#define LETTER_PASSED_H

#include "trail/reading.h"

struct passed_day {
	int32_t day; /* since 1970, UTC */
	uint64_t deliveries;
};

/* Zeroed: no log. */
struct passed {
	struct passed_day *days;
	size_t n, cap;
	wall_us first, last;
	uint64_t lines;
};

void passed_read(struct reading *reading, struct passed *ret_passed);
void passed_done(struct passed *passed);

/* Days that the log covers from their beginning to their end: from *ret_from
 * on, before *ret_to. False: none. */
bool passed_days(
    const struct passed *passed, int32_t *ret_from, int32_t *ret_to);
/* Deliveries on these days. */
uint64_t passed_between(const struct passed *passed, int32_t from, int32_t to);

#endif
