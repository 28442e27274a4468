/* SPDX-License-Identifier: ISC */
/*
 * Stamps in the forms that syslog daemons, journalctl, Postfix's own
 * maillog_file, Dovecot's log_path and containers write:
 *
 *	Nov 16 00:04:24                       RFC 3164
 *	Nov  6 00:04:24.123456                journalctl -o short-precise
 *	Nov 16 2025 00:04:24                  year behind the day
 *	Nov 16 00:04:24 2025                  year behind the time
 *	2025 Nov 16 00:04:24.123              year in front
 *	2025-11-16T00:04:24.123456+01:00      RFC 3339
 *	2025-11-16 00:04:24,123               with a blank, no zone
 *	2025-11-16 00:04:24.123 +0100         Exim's log_timezone
 *	Sun 2025-11-16 00:04:24 UTC           journalctl -o short-full
 *	Sun Nov 16 00:04:24 2025              asctime
 *	1763251464.123456                     journalctl -o short-unix
 *	1763251464                            syslog-ng's ts-format(unix)
 *	2025-11-16T00:04:24.123456789Z stdout F Nov 16 00:04:24   containerd
 *	@400000006919002d075bca00             TAI64N (multilog)
 *	11/16/25 00:04:24                     MailEnable
 *
 * What may stand in front of them is in prefix.c. Names of zones other than UTC and GMT are taken as the local zone.
 */
#include "event/stamp.h"

#include "event/prefix.h"

enum {
	TRADITIONAL = 15, /* bytes of "Nov 16 00:04:24" */
	ISO_SECOND = 19,  /* of "2025-11-16T00:04:24" */
	ISO_FULL = 32,    /* with ".123456+01:00" */
	UNIX = 10,        /* of "1763251464" */
	TAI64N = 25,      /* of "@400000006919002d075bca00" */
	SLASHES = 17,     /* of "11/16/25 00:04:24" */
	LATE = 120,       /* seconds that a line may be late */
};

/* A date and an hour as written. */
struct civil {
	int year, month, day, hour;
};

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* Two digits; -1 when they are none. */
static int
two(const char *p)
{
	return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + p[1] - '0'
						: -1;
}

/* "2025": 1900 to 2199; -1 when it is none. */
static int
four(const char *p)
{
	int high = two(p), low = two(p + 2);

	return high < 19 || high > 21 || low < 0 ? -1 : high * 100 + low;
}

/* 1-12, or 0 when p is not the English name of a month. */
static int
month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (p[0] < 'A' || p[0] > 'S')
		return 0;
	for (int i = 0; i < 12; i++)
		if (memcmp(p, names + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool
is_day(int year, int month, int day)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return day >= 1 &&
	       day <= days[month - 1] + (month == 2 && is_leap(year));
}

static bool
is_hour(int hour)
{
	return hour >= 0 && hour <= 23;
}

/*
 * When this hour of the local clock began. Where a change to winter time
 * repeats it, clock->again says how much later it began once more.
 */
static wall_us
local_hour(struct line_clock *clock, const struct civil *c)
{
	int64_t number =
	    time_of_utc(c->year, c->month, c->day, c->hour, 0, 0) / US_HOUR;
	span_us zone, next;

	if (number == clock->local_hour && number != 0)
		return clock->local_at;
	clock->local_hour = number;
	clock->local_at =
	    time_of_local(c->year, c->month, c->day, c->hour, 0, 0);
	zone = number * US_HOUR - clock->local_at;
	next = time_zone_offset(clock->local_at + US_HOUR);
	clock->again = zone - next == US_HOUR ? US_HOUR : 0;
	return clock->local_at;
}

/*
 * A moment in an hour that occurred twice is the first of the two, unless that
 * would lie far before the line in front.
 */
static wall_us
local_at(struct line_clock *clock, const struct civil *c, span_us in_hour)
{
	wall_us at = local_hour(clock, c) + in_hour;

	if (clock->again != 0 && clock->last != WALL_NONE &&
	    at + LATE * US_SECOND < clock->last)
		at += clock->again;
	return at;
}

/* A fraction at the front of *s, if any: its microseconds. */
static span_us
take_fraction(struct str *s, span_us *ret_precision)
{
	span_us value = 0, unit = US_SECOND;
	size_t i = 1;

	*ret_precision = US_SECOND;
	if (s->n < 2 || (s->p[0] != '.' && s->p[0] != ',') ||
	    !is_digit(s->p[1]))
		return 0;
	for (; i < s->n && i <= 9 && is_digit(s->p[i]); i++) {
		if (unit == 1)
			continue;
		unit /= 10;
		value += unit * (s->p[i] - '0');
	}
	*s = bytes_from(*s, i);
	*ret_precision = unit;
	return value;
}

/*
 * The year of a stamp without one: the one in which its month is nearest to
 * the month before. So New Year turns it forward, and a late line of December
 * behind the first ones of January, or a clock that was wrong for a while,
 * turns it back again.
 */
static int
turn_year(struct line_clock *clock, int month, int day)
{
	int step = month - clock->last_month;

	if (clock->last_month != 0 && step < -6)
		clock->year++;
	else if (clock->last_month != 0 && step > 6)
		clock->year--;
	clock->last_month = month;
	/* Nobody wrote 29 February in a common year: it was an earlier one. */
	if (month == 2 && day == 29)
		while (!is_leap(clock->year))
			clock->year--;
	return clock->year;
}

/* "16 ", " 6 ", or "6 " as some daemons write: 0 when it is none. */
static int
take_day(struct str *s)
{
	int day;

	if (s->n < 3)
		return 0;
	if (is_digit(s->p[0]) && s->p[1] == ' ') {
		day = s->p[0] - '0';
		*s = bytes_from(*s, 2);
		return day;
	}
	day = s->p[0] == ' ' && is_digit(s->p[1]) ? s->p[1] - '0' : two(s->p);
	if (day < 1 || s->p[2] != ' ')
		return 0;
	*s = bytes_from(*s, 3);
	return day;
}

/* Remember the hour of "Nov 16 00:04:24", if that is what stands at p. */
static void
remember_day(struct line_clock *clock, const char *p, const struct civil *c)
{
	if (clock->again != 0 || p[6] != ' ' || p[9] != ':')
		return;
	clock->form = STAMP_DAY;
	clock->key[0] = stamp_seven(bytes_load8(p));
	clock->hour = c->hour;
	clock->hour_at = clock->local_at;
}

/*
 * "Nov 16 00:04:24", "Nov 6 00:04:24", "Nov 16 2025 00:04:24" and "Nov 16
 * 00:04:24 2025", with a year that was written in front, or 0.
 */
static bool
take_month_first(
    struct line_clock *clock, struct str *s, int year, struct stamp *ret)
{
	struct str rest = *s;
	struct civil c = {.year = year};
	unsigned in_hour = 0;
	span_us fraction;

	if (rest.n < TRADITIONAL - 1 || (c.month = month_of(rest.p)) == 0 ||
	    rest.p[3] != ' ')
		return false;
	rest = bytes_from(rest, 4);
	if ((c.day = take_day(&rest)) == 0)
		return false;
	if (year == 0 && rest.n > 5 && rest.p[4] == ' ') {
		if ((c.year = four(rest.p)) < 0)
			return false;
		rest = bytes_from(rest, 5);
	}
	if (rest.n < 8 ||
	    !is_hour(c.hour = stamp_clock(bytes_load8(rest.p), &in_hour)))
		return false;
	rest = bytes_from(rest, 8);
	fraction = take_fraction(&rest, &ret->precision);
	if (c.year == 0 && rest.n > 5 && rest.p[0] == ' ' && rest.p[5] == ' ' &&
	    four(rest.p + 1) > 0) {
		c.year = four(rest.p + 1);
		rest = bytes_from(rest, 5);
	}
	ret->month = c.month;
	ret->has_year = c.year != 0;
	if (c.year == 0)
		c.year = turn_year(clock, c.month, c.day);
	if (!is_day(c.year, c.month, c.day))
		return false;
	clock->year = c.year;
	clock->last_month = c.month;
	ret->at = local_at(clock, &c, in_hour * US_SECOND + fraction);
	if (!ret->has_year)
		remember_day(clock, s->p, &c);
	*s = rest;
	return true;
}

/* "+01:00", "+0100", "+01" at the front of *s. */
static bool
take_offset(struct str *s, span_us *ret_zone)
{
	struct str rest = *s;
	int hours, minutes = 0;

	if (rest.n < 3 || (rest.p[0] != '+' && rest.p[0] != '-') ||
	    (hours = two(rest.p + 1)) < 0)
		return false;
	rest = bytes_from(rest, 3);
	if (rest.n >= 3 && rest.p[0] == ':' && two(rest.p + 1) >= 0)
		rest = bytes_from(rest, 1);
	if (rest.n >= 2 && two(rest.p) >= 0) {
		minutes = two(rest.p);
		rest = bytes_from(rest, 2);
	}
	*ret_zone = hours * US_HOUR + minutes * US_MINUTE;
	if (s->p[0] == '-')
		*ret_zone = -*ret_zone;
	*s = rest;
	return true;
}

/* " CET", of which we know only that it is a name; " UTC" we do know. */
static bool
take_zone_name(struct str *s, bool *ret_is_utc)
{
	size_t i = 1;

	if (s->n < 5 || s->p[0] != ' ')
		return false;
	while (i < s->n && i < 6 && s->p[i] >= 'A' && s->p[i] <= 'Z')
		i++;
	if (i < 4 || i >= s->n || s->p[i] != ' ')
		return false;
	*ret_is_utc = str_starts(*s, S(" UTC ")) || str_starts(*s, S(" GMT "));
	*s = bytes_from(*s, i);
	return true;
}

/* Remember hour and zone of "2025-11-16T00:04:24.123456+01:00 ". */
static void
remember_iso(
    struct line_clock *clock, struct str s, const struct civil *c, span_us zone)
{
	if (s.n < ISO_FULL + 2 || s.p[ISO_SECOND] != '.' ||
	    s.p[ISO_FULL] != ' ' || (s.p[26] != '+' && s.p[26] != '-'))
		return;
	clock->form = STAMP_ISO;
	clock->key[0] = bytes_load8(s.p);
	clock->key[1] = bytes_load8(s.p + 5);
	clock->key[2] = stamp_seven(bytes_load8(s.p + 26));
	clock->hour = c->hour;
	clock->hour_at =
	    time_of_utc(c->year, c->month, c->day, c->hour, 0, 0) - zone;
}

/* Remember the hour of "2025-11-16 00:04:24 ", which is local time. */
static void
remember_plain(struct line_clock *clock, struct str s, const struct civil *c)
{
	if (clock->again != 0 || s.n < PLAIN_MIN || s.p[10] != ' ')
		return;
	clock->form = STAMP_PLAIN;
	clock->key[0] = bytes_load8(s.p);
	clock->key[1] = bytes_load8(s.p + 5);
	clock->hour = c->hour;
	clock->hour_at = clock->local_at;
}

/* " +0100 ", with a blank in front. */
static bool
take_distant_offset(struct str *s, span_us *ret_zone)
{
	struct str rest = str_skip(*s, 1);

	if (s->n < 7 || s->p[0] != ' ' || s->p[6] != ' ' || two(s->p + 4) < 0 ||
	    !take_offset(&rest, ret_zone) || rest.p != s->p + 6)
		return false;
	*s = rest;
	return true;
}

/*
 * RFC 3339, with a blank instead of the T or without a zone too: then it is
 * local time, as it is behind a day of the week when the zone is a name.
 */
static bool
take_iso(
    struct line_clock *clock, struct str *s, bool named_zone, struct stamp *ret)
{
	struct str rest = *s;
	struct civil c;
	unsigned in_hour = 0;
	span_us fraction, zone = 0;
	bool is_utc = false;

	if (rest.n < ISO_SECOND || (c.year = four(rest.p)) < 0 ||
	    rest.p[4] != '-' || (c.month = two(rest.p + 5)) < 1 ||
	    c.month > 12 || rest.p[7] != '-' ||
	    !is_day(c.year, c.month, c.day = two(rest.p + 8)) ||
	    (rest.p[10] != 'T' && rest.p[10] != ' ' && rest.p[10] != 't') ||
	    !is_hour(c.hour = stamp_clock(bytes_load8(rest.p + 11), &in_hour)))
		return false;
	rest = bytes_from(rest, ISO_SECOND);
	fraction = take_fraction(&rest, &ret->precision);
	fraction += in_hour * US_SECOND;
	ret->has_year = true;
	ret->month = clock->last_month = c.month;
	clock->year = c.year;
	if (str_eat(&rest, S("Z")) || str_eat(&rest, S("z")) ||
	    (named_zone && take_zone_name(&rest, &is_utc) && is_utc)) {
		ret->at = time_of_utc(c.year, c.month, c.day, c.hour, 0, 0);
		ret->at += fraction;
	} else if (take_offset(&rest, &zone) ||
		   take_distant_offset(&rest, &zone)) {
		if (rest.p == s->p + ISO_FULL)
			remember_iso(clock, *s, &c, zone);
		ret->at = time_of_utc(c.year, c.month, c.day, c.hour, 0, 0);
		ret->at += fraction - zone;
	} else {
		ret->at = local_at(clock, &c, fraction);
		remember_plain(clock, *s, &c);
	}
	*s = rest;
	return true;
}

/* "1763251464.123456 ", "1763251464 ": ten digits, so from 2001 on. */
static bool
take_unix(struct str *s, struct stamp *ret)
{
	struct str rest = *s;
	uint64_t seconds;

	if (!str_u64(&rest, 10, &seconds) || rest.p != s->p + UNIX ||
	    s->p[0] == '0' || rest.n == 0)
		return false;
	ret->at = (wall_us)seconds * US_SECOND;
	ret->at += take_fraction(&rest, &ret->precision);
	if (rest.n == 0 || rest.p[0] != ' ')
		return false;
	ret->month = 0;
	ret->has_year = true;
	*s = rest;
	return true;
}

/* A hexadecimal number of n digits; false when it is none. */
static bool
hex(const char *p, size_t n, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		int digit = is_digit(c)            ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*ret_value = value;
	return true;
}

/*
 * "@400000006919002d075bca00": seconds of TAI and nanoseconds
 * (https://cr.yp.to/libtai/tai64.html). Who writes them takes TAI as ten
 * seconds more than the system's clock, and knows no leap seconds.
 */
static bool
take_tai64n(struct str *s, struct stamp *ret)
{
	static const uint64_t zero = UINT64_C(0x400000000000000a);
	uint64_t seconds, nanos;

	if (s->n < TAI64N || !hex(s->p + 1, 16, &seconds) ||
	    !hex(s->p + 17, 8, &nanos) || seconds < zero ||
	    seconds - zero > UINT32_MAX || nanos > 999999999)
		return false;
	ret->at = (wall_us)(seconds - zero) * US_SECOND + (wall_us)nanos / 1000;
	ret->precision = 1;
	ret->month = 0;
	ret->has_year = true;
	*s = bytes_from(*s, TAI64N);
	return true;
}

/* "11/16/25 00:04:24", local time, of this century. */
static bool
take_slashes(struct line_clock *clock, struct str *s, struct stamp *ret)
{
	struct civil c;
	unsigned in_hour = 0;

	if (s->n < SLASHES || s->p[5] != '/' || s->p[8] != ' ' ||
	    (c.month = two(s->p)) < 1 || c.month > 12 ||
	    (c.year = two(s->p + 6)) < 0 ||
	    !is_day(c.year += 2000, c.month, c.day = two(s->p + 3)) ||
	    !is_hour(c.hour = stamp_clock(bytes_load8(s->p + 9), &in_hour)))
		return false;
	ret->has_year = true;
	ret->precision = US_SECOND;
	ret->month = clock->last_month = c.month;
	clock->year = c.year;
	ret->at = local_at(clock, &c, in_hour * US_SECOND);
	*s = bytes_from(*s, SLASHES);
	return true;
}

/* The stamp at the front of *s, whichever; nothing in front of it. */
static bool
take_plain(struct line_clock *clock, struct str *s, struct stamp *ret)
{
	struct str rest = *s;
	int year;

	if (rest.n < TRADITIONAL - 1)
		return false;
	if (is_digit(rest.p[0]) && rest.p[4] == ' ') {
		if ((year = four(rest.p)) < 0)
			return false;
		rest = bytes_from(rest, 5);
		if (!take_month_first(clock, &rest, year, ret))
			return false;
	} else if (is_digit(rest.p[0])) {
		return rest.p[4] == '-'   ? take_iso(clock, s, false, ret)
		       : rest.p[2] == '/' ? take_slashes(clock, s, ret)
					  : take_unix(s, ret);
	} else if (take_month_first(clock, &rest, 0, ret)) {
		*s = rest;
		return true;
	} else if (rest.p[0] == '@') {
		return take_tai64n(s, ret);
	} else {
		/* A day of the week in front. */
		if (rest.p[3] != ' ' || rest.p[0] < 'F' || rest.p[0] > 'W')
			return false;
		rest = bytes_from(rest, 4);
		if (is_digit(rest.p[0])
			? !take_iso(clock, &rest, true, ret)
			: !take_month_first(clock, &rest, 0, ret))
			return false;
	}
	*s = rest;
	return true;
}

bool
stamp_take(struct line_clock *clock, struct str *s, struct stamp *ret)
{
	struct str rest = *s;

	if (rest.n == 0)
		return false;
	clock->form = STAMP_NEW;
	clock->stamp_at = WALL_NONE;
	clock->head_mask = 0;
	if (rest.p[0] == '<' && !prefix_take_priority(&rest, &ret->is_5424))
		return false;
	if (!take_plain(clock, &rest, ret) &&
	    (!prefix_skip(&rest) || !take_plain(clock, &rest, ret)))
		return false;
	*s = rest;
	return true;
}

void
stamp_skip_second(const struct line_clock *clock, struct str *s)
{
	struct line_clock scratch = *clock;
	struct stamp ignored = {0};
	struct str rest = *s;

	if (!str_eat(&rest, S("stdout F ")))
		(void)str_eat(&rest, S("stderr F "));
	if (rest.n > TRADITIONAL && take_plain(&scratch, &rest, &ignored) &&
	    str_eat(&rest, S(" ")))
		*s = rest;
}
