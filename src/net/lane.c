/* SPDX-License-Identifier: ISC */
#include "net/lane.h"

bool
lane_start(struct lane *lane, span_us now, span_us *ret_wait)
{
	*ret_wait = 0;
	if (lane->parallel > 0 && lane->running >= lane->parallel)
		return false;
	if (lane->rate > 0) {
		span_us step = US_SECOND / lane->rate;

		if (now < lane->next) {
			*ret_wait = lane->next - now;
			return false;
		}
		/* A timer that wakes a little late does not slow the lane
		 * down; what was not asked in a pause is not asked at once. */
		lane->next = now - lane->next < step && lane->next > 0
				 ? lane->next + step
				 : now + step;
	}
	lane->running++;
	return true;
}

void
lane_end(struct lane *lane)
{
	if (lane->running > 0)
		lane->running--;
}
