/* SPDX-License-Identifier: ISC */
/* How much of something there was over time, as one row of characters. */
#ifndef SHOW_PLOT_H
#define SHOW_PLOT_H

#include "base/time.h"
#include "show/screen.h"
#include "trail/origin.h"

enum {
	PLOT_MAX = SCREEN_MAX
};

/* Sums over equal spans that follow each other. */
struct plot {
	uint64_t bars[PLOT_MAX];
	size_t n;
	uint32_t from; /* first hour, since 1970 */
	uint32_t step; /* hours per bar */
	uint64_t peak; /* the highest hour, not the highest bar */
};

/* Empty bars from one time to another, at most columns. n 0: no such time. */
void plot_span(struct plot *plot, wall_us from, wall_us to, size_t columns);
/* The messages of an origin between two times, in at most columns bars. */
void plot_hours(struct plot *plot, const struct origin *origin, wall_us from,
    wall_us to, size_t columns);
/* "__.:|" or block characters, scaled to the highest bar. */
void plot_show(const struct plot *plot, const struct screen *s);

#endif
