/* SPDX-License-Identifier: ISC */
/*
 * Calendar arithmetic is done here: mktime and localtime look at the zone's
 * file again, which the sandbox forbids, and localtime is not for threads.
 * Only localtime_r is asked, for the zone.
 */
#include "base/time.h"

#include <stdio.h>
#include <time.h>

/* Years 0000 to 9999, all that RFC 3339 can write. */
#define SECOND_FIRST (-INT64_C(62167219200))
#define SECOND_LAST  INT64_C(253402300799)

struct civil {
	int64_t year;
	unsigned month, day; /* from 1 */
};

/*
 * Days since 1970-01-01 in the Gregorian calendar. The year is counted from
 * March, so that the leap day is its last; an era has 400 years.
 */
static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year =
	    (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static struct civil
civil_of(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	return (struct civil){
	    .year = yoe + era * 400 + (month <= 2),
	    .month = (unsigned)month,
	    .day = (unsigned)(doy - (153 * mp + 2) / 5 + 1),
	};
}

/* Rounds down, also before 1970. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
clamp_second(wall_us at)
{
	int64_t second = floor_div(at, US_SECOND);

	if (second < SECOND_FIRST)
		return SECOND_FIRST;
	return second > SECOND_LAST ? SECOND_LAST : second;
}

/* tm_zone lives as long as the process. */
static struct tm
local_of(int64_t second)
{
	struct tm tm = {0};
	time_t t = (time_t)second;

	if (localtime_r(&t, &tm) == NULL)
		tm = (struct tm){.tm_zone = "UTC"};
	return tm;
}

span_us
time_zone_offset(wall_us at)
{
	return (span_us)local_of(clamp_second(at)).tm_gmtoff * US_SECOND;
}

span_us
time_zone_offset_kept(struct time_days *days, wall_us at)
{
	int64_t day = floor_div(at, US_DAY);
	struct time_day *kept =
	    &days->kept[(uint64_t)day % ARRAY_LEN(days->kept)];

	if (day < 0)
		return time_zone_offset(at);
	if (kept->number != day + 1) {
		span_us begin = time_zone_offset(day * US_DAY);

		/* No zone changes its offset twice within a day. */
		if (time_zone_offset((day + 1) * US_DAY) != begin)
			return time_zone_offset(at);
		kept->number = day + 1;
		kept->offset = begin;
	}
	return kept->offset;
}

wall_us
time_of_utc(int year, int month, int day, int hour, int minute, int second)
{
	int64_t days = days_of(year, month, day);

	return (((days * 24 + hour) * 60 + minute) * 60 + second) * US_SECOND;
}

wall_us
time_of_local(int year, int month, int day, int hour, int minute, int second)
{
	wall_us utc = time_of_utc(year, month, day, hour, minute, second);
	/* No zone changes its offset twice within two days. */
	span_us before = time_zone_offset(utc - US_DAY);
	span_us after = time_zone_offset(utc + US_DAY);

	if (time_zone_offset(utc - before) == before)
		return utc - before;
	if (time_zone_offset(utc - after) == after)
		return utc - after;
	return utc - before;
}

wall_us
time_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (wall_us)ts.tv_sec * US_SECOND + ts.tv_nsec / 1000;
}

const char *
time_rfc3339(wall_us at, char buf[TIME_TEXT])
{
	int64_t second = clamp_second(at);
	/* RFC 3339 4.2 knows whole minutes; old local mean times do not. */
	int64_t zone = floor_div(local_of(second).tm_gmtoff, 60);
	int64_t local = second + zone * 60;
	struct civil date;
	unsigned of_day;

	if (local < SECOND_FIRST || local > SECOND_LAST) {
		zone = 0;
		local = second;
	}
	date = civil_of(floor_div(local, 86400));
	of_day = (unsigned)(local - floor_div(local, 86400) * 86400);
	(void)snprintf(buf, TIME_TEXT,
	    "%04d-%02u-%02uT%02u:%02u:%02u%c%02u:%02u", (int)date.year,
	    date.month, date.day, of_day / 3600, of_day / 60 % 60, of_day % 60,
	    zone < 0 ? '-' : '+', (unsigned)(zone < 0 ? -zone : zone) / 60,
	    (unsigned)(zone < 0 ? -zone : zone) % 60);
	return buf;
}

/* Exactly n digits (2 or 4) within min and max. */
static bool
take_number(struct str *s, size_t n, int min, int max, int *ret_value)
{
	struct str digits = str_head(*s, n);
	uint64_t value;

	if (digits.n != n || !str_u64(&digits, (int)n, &value) || digits.n != 0)
		return false;
	if ((int)value < min || (int)value > max)
		return false;
	*s = str_skip(*s, n);
	*ret_value = (int)value;
	return true;
}

static bool
take_char(struct str *s, const char *one_of)
{
	if (s->n == 0 || s->p[0] == '\0' || strchr(one_of, s->p[0]) == NULL)
		return false;
	*s = str_skip(*s, 1);
	return true;
}

/* ".123456", more digits are read and dropped. */
static bool
take_fraction(struct str *s, span_us *ret_us)
{
	span_us us = 0, unit = US_SECOND / 10;
	size_t i = 1;

	*ret_us = 0;
	if (s->n == 0 || s->p[0] != '.')
		return true;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		us += (s->p[i] - '0') * unit;
		unit /= 10;
	}
	*s = str_skip(*s, i);
	*ret_us = us;
	return i > 1;
}

/* "Z" or "+01:00" or "+0100" */
static bool
take_zone(struct str *s, span_us *ret_offset)
{
	int hours, minutes;
	bool west = s->n > 0 && s->p[0] == '-';

	*ret_offset = 0;
	if (take_char(s, "Zz"))
		return true;
	if (!take_char(s, "+-") || !take_number(s, 2, 0, 23, &hours))
		return false;
	(void)take_char(s, ":");
	if (!take_number(s, 2, 0, 59, &minutes))
		return false;
	*ret_offset = (hours * 60 + minutes) * US_MINUTE * (west ? -1 : 1);
	return true;
}

static bool
is_date(int year, int month, int day)
{
	struct civil c = civil_of(days_of(year, month, day));

	return c.year == year && c.month == (unsigned)month &&
	       c.day == (unsigned)day;
}

/* A date, and behind it the time of day and the zone where there are any. */
static bool
parse_date(struct str s, wall_us *ret_at)
{
	int year, month, day, hour = 0, minute = 0, second = 0;
	span_us fraction = 0, zone;
	wall_us at;

	if (!take_number(&s, 4, 0, 9999, &year) || !take_char(&s, "-") ||
	    !take_number(&s, 2, 1, 12, &month) || !take_char(&s, "-") ||
	    !take_number(&s, 2, 1, 31, &day) || !is_date(year, month, day))
		return false;
	if (s.n > 0) {
		if (!take_char(&s, "Tt ") ||
		    !take_number(&s, 2, 0, 23, &hour) || !take_char(&s, ":") ||
		    !take_number(&s, 2, 0, 59, &minute))
			return false;
		/* RFC 3339 5.6: 60 is a leap second */
		if (take_char(&s, ":") &&
		    (!take_number(&s, 2, 0, 60, &second) ||
			!take_fraction(&s, &fraction)))
			return false;
	}
	if (s.n == 0) {
		at = time_of_local(year, month, day, hour, minute, second);
	} else {
		if (!take_zone(&s, &zone) || s.n != 0)
			return false;
		at = time_of_utc(year, month, day, hour, minute, second) - zone;
	}
	*ret_at = at + fraction;
	return true;
}

/* "@1763250000", "@1763250000.5" */
static bool
parse_epoch(struct str s, wall_us *ret_at)
{
	uint64_t second;
	span_us fraction;

	if (!str_u64(&s, 12, &second) || second > SECOND_LAST ||
	    !take_fraction(&s, &fraction) || s.n != 0)
		return false;
	*ret_at = (wall_us)second * US_SECOND + fraction;
	return true;
}

/* "90m" */
static bool
parse_ago(struct str s, wall_us now, wall_us *ret_at)
{
	static const struct {
		char unit;
		span_us span;
	} units[] = {
	    {'s', US_SECOND}, {'m', US_MINUTE}, {'h', US_HOUR}, {'d', US_DAY}};
	uint64_t n;
	wall_us at;

	if (!str_u64(&s, 9, &n) || s.n != 1)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (units[i].unit != s.p[0])
			continue;
		if (__builtin_mul_overflow((span_us)n, units[i].span, &at) ||
		    __builtin_sub_overflow(now, at, &at) || at == WALL_NONE)
			return false;
		*ret_at = at;
		return true;
	}
	return false;
}

bool
time_parse(struct str text, wall_us now, wall_us *ret_at)
{
	text = str_trim(text);
	if (str_eat(&text, S("@")))
		return parse_epoch(text, ret_at);
	return parse_ago(text, now, ret_at) || parse_date(text, ret_at);
}
