/* SPDX-License-Identifier: ISC */
/*
 * How fast one list, or one owner of lists, is asked: at most so many
 * questions at once, and so many a second. The clock is the caller's.
 */
#ifndef NET_LANE_H
#define NET_LANE_H

#include "base/time.h"

struct lane {
	uint32_t rate;     /* questions a second; 0: no limit */
	uint32_t parallel; /* at the same time; 0: no limit */
	uint32_t running;
	span_us next; /* monotonic: no question before it */
};

/*
 * May a question start now? Then it counts as running until lane_end. Else
 * *ret_wait says after how long to ask again; 0: when one has ended.
 */
bool lane_start(struct lane *lane, span_us now, span_us *ret_wait);
void lane_end(struct lane *lane);

#endif
