/* SPDX-License-Identifier: ISC */
/* Units of time. A report's times carry their zone. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/str.h"

typedef int64_t wall_us; /* microseconds since 1970-01-01 00:00 UTC */
typedef int64_t span_us; /* a difference of two of them */

#define WALL_NONE INT64_MIN
#define US_SECOND ((span_us)1000000)
#define US_MINUTE (60 * US_SECOND)
#define US_HOUR   (60 * US_MINUTE)
#define US_DAY    (24 * US_HOUR)

enum {
	TIME_TEXT = 40
};

/* RFC 3339 with the local zone's offset: "2026-11-21T03:41:00+01:00". */
const char *time_rfc3339(wall_us at, char buf[TIME_TEXT]);

/*
 * What a person types for --since, --until, --now: RFC 3339, "YYYY-MM-DD",
 * "YYYY-MM-DD HH:MM[:SS]" (local time), "@seconds", or "N" + s|m|h|d ago
 * relative to now. False when it is none of these.
 */
bool time_parse(struct str text, wall_us now, wall_us *ret_at);

wall_us time_now(void);

/*
 * Arithmetic alone: no zone, no lock. month is 1-12; the other parts may pass
 * their ends (day 32, second 60) and carry over. Years -9999 to 99999.
 */
wall_us time_of_utc(
    int year, int month, int day, int hour, int minute, int second);
/*
 * The same for the local zone; safe in threads and behind the sandbox when
 * tzset was called before. An hour that occurs twice is the first of the two;
 * one that a clock change leaves out is read with the offset before it.
 */
wall_us time_of_local(
    int year, int month, int day, int hour, int minute, int second);
/* How far the local zone's clocks are ahead of UTC at that moment. */
span_us time_zone_offset(wall_us at);

/* The same for who asks for many moments, mostly of the same days: what was
 * found is kept. Zeroed at first. */
struct time_days {
	struct time_day {
		int64_t number; /* of days since 1970, and one; 0: none */
		span_us offset; /* from its begin to its end */
	} kept[32];
};
span_us time_zone_offset_kept(struct time_days *days, wall_us at);

#endif
