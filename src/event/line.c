/* SPDX-License-Identifier: ISC */
/*
 * The outer parts of a line, in the forms that syslog daemons, journalctl,
 * Postfix's own maillog_file, Dovecot's log_path and containers write:
 *
 *	Nov 16 00:04:24 mx1 postfix/smtpd[12]: text       RFC 3164
 *	Nov  6 00:04:24.123456 mx1 smtpd[12]: text        journalctl short-precise
 *	Nov 16 2025 00:04:24 mx1 smtpd[12]: text          year behind the day
 *	2025 Nov 16 00:04:24.123 mx1 smtpd[12]: text      year in front
 *	2025-11-16T00:04:24.123456+01:00 mx1 smtpd: text  RFC 3339
 *	2025-11-16 00:04:24 mx1 smtpd[12]: text           with a blank, no zone
 *	Sun 2025-11-16 00:04:24 UTC mx1 smtpd[12]: text   journalctl short-full
 *	<22>1 2025-11-16T00:04:24Z mx1 smtpd 12 - - text  RFC 5424
 *	postfix-1  | Nov 16 00:04:24 mx1 smtpd[12]: text  docker compose
 *	Nov 16 00:04:24 postfix/smtpd[12]: text           no host (busybox)
 *	Nov 16 00:04:24 lmtp(ana)<7><x>: Info: text       Dovecot's own file
 *
 * A stamp costs two comparisons of eight bytes as long as its second (or, in
 * RFC 3339, its minute) is the one of the line before. Not read: stamps with
 * names of zones other than UTC and GMT are taken as local time; stamps of
 * seconds since 1970.
 */
#include "event/line.h"

#include <time.h>

enum {
	TRADITIONAL = 15, /* bytes of "Nov 16 00:04:24" */
	ISO_MINUTE = 16,  /* of "2025-11-16T00:04" */
	PREFIX_MAX = 64,  /* of a container's name in front of a stamp */
};

/* What is known of one stamp beside its instant. */
struct stamp {
	wall_us at;
	span_us precision;
	bool has_year;
	int month;
	bool is_5424; /* the fields of RFC 5424 follow */
};

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static uint64_t
load8(const char *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* Two digits, or a blank and a digit; -1 when they are neither. */
static int
two(const char *p)
{
	int tens = p[0] == ' ' ? 0 : p[0] - '0', ones = p[1] - '0';

	if (tens < 0 || tens > 9 || ones < 0 || ones > 9)
		return -1;
	return tens * 10 + ones;
}

/* The same, but a blank is no digit. */
static int
two_digits(const char *p)
{
	return p[0] == ' ' ? -1 : two(p);
}

/* 1-12, or 0 when s does not begin with the English name of a month. */
static int
month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

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

static int
month_days(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01, in the Gregorian calendar. */
static int
days_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int shifted = month <= 2 ? month + 9 : month - 3; /* March is 0 */
	int leaps = y / 4 - y / 100 + y / 400;

	return y * 365 + leaps + (shifted * 153 + 2) / 5 + day - 1 - 719468;
}

/*
 * How far the local zone is ahead of UTC in this hour of the local clock. In
 * the hour that a change to winter time repeats libc decides which one is
 * meant.
 */
static span_us
local_zone(struct line_clock *clock, int hour_number)
{
	struct tm tm = {.tm_year = 70,
	    .tm_mday = 1 + hour_number / 24,
	    .tm_hour = hour_number % 24,
	    .tm_isdst = -1};

	if (clock->has_zone && clock->zone_hour == hour_number)
		return clock->zone;
	(void)mktime(&tm);
	clock->has_zone = true;
	clock->zone_hour = hour_number;
	clock->zone = tm.tm_gmtoff * US_SECOND;
	return clock->zone;
}

/* A fraction at the front of *s, if any: its microseconds. */
static span_us
take_fraction(struct str *s, span_us *ret_precision)
{
	span_us value = 0, unit = US_SECOND;
	size_t i = 1;

	if (s->n < 2 || (s->p[0] != '.' && s->p[0] != ',') ||
	    !is_digit(s->p[1]))
		return 0;
	for (; i < s->n && i <= 9 && is_digit(s->p[i]); i++) {
		if (unit == 1)
			continue;
		unit /= 10;
		value += unit * (s->p[i] - '0');
	}
	*s = str_skip(*s, i);
	*ret_precision = unit;
	return value;
}

/* "HH:MM:SS" in seconds of the day, -1 when it is none. */
static int
clock_seconds(const char *p)
{
	int h = two_digits(p), m = two_digits(p + 3), s = two_digits(p + 6);

	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60 ||
	    p[2] != ':' || p[5] != ':')
		return -1;
	return h * 3600 + m * 60 + s;
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

/* An instant of the local clock. */
static wall_us
local_at(struct line_clock *clock, int days, int seconds)
{
	span_us zone = local_zone(clock, days * 24 + seconds / 3600);

	return days * US_DAY + seconds * US_SECOND - zone;
}

/*
 * "Nov 16 00:04:24", "Nov 6 00:04:24", "Nov 16 2025 00:04:24" and "Nov 16
 * 00:04:24 2025", with a year that was written in front, or 0. What follows
 * the stamp is left in *s.
 */
static bool
take_month_first(
    struct line_clock *clock, struct str *s, int year, struct stamp *ret)
{
	struct str rest = *s;
	int month, day, seconds;

	if (rest.n < TRADITIONAL - 1 || (month = month_of(rest.p)) == 0 ||
	    rest.p[3] != ' ')
		return false;
	rest = str_skip(rest, 4);
	/* A single digit behind one blank, as some daemons write. */
	if (is_digit(rest.p[0]) && rest.p[1] == ' ')
		rest = (struct str){rest.p - 1, rest.n + 1};
	day = two(rest.p);
	rest = str_skip(rest, 2);
	if (day < 1 || day > 31 || !str_eat(&rest, S(" ")))
		return false;
	if (year == 0 && rest.n > 5 && rest.p[4] == ' ') {
		int high = two_digits(rest.p), low = two_digits(rest.p + 2);

		if (high < 19 || high > 21 || low < 0)
			return false;
		year = high * 100 + low;
		rest = str_skip(rest, 5);
	}
	if (rest.n < 8 || (seconds = clock_seconds(rest.p)) < 0)
		return false;
	rest = str_skip(rest, 8);
	*ret = (struct stamp){.precision = US_SECOND, .month = month};
	ret->at = take_fraction(&rest, &ret->precision);
	if (year == 0 && rest.n > 5 && rest.p[0] == ' ' && rest.p[5] == ' ' &&
	    (str_starts(rest, S(" 20")) || str_starts(rest, S(" 19"))) &&
	    two_digits(rest.p + 3) >= 0) {
		year = two_digits(rest.p + 1) * 100 + two_digits(rest.p + 3);
		rest = str_skip(rest, 5);
	}
	ret->has_year = year != 0;
	if (year == 0) {
		year = turn_year(clock, month, day);
	} else {
		clock->year = year;
		clock->last_month = month;
	}
	if (day > month_days(year, month))
		return false;
	ret->at += local_at(clock, days_of(year, month, day), seconds);
	*s = rest;
	return true;
}

/*
 * The zone at the front of *s: "Z", "+01:00", "+0100", "+01". Without one the
 * stamp is local time of that hour.
 */
static span_us
take_zone(
    struct line_clock *clock, struct str *s, int hour_number, bool named_zone)
{
	struct str rest = *s;
	span_us zone;
	int h, m = 0;

	if (str_eat(s, S("Z")))
		return 0;
	if (named_zone && (str_eat(s, S(" UTC ")) || str_eat(s, S(" GMT ")))) {
		*s = (struct str){s->p - 1, s->n + 1};
		return 0;
	}
	if (rest.n >= 3 && (rest.p[0] == '+' || rest.p[0] == '-') &&
	    (h = two_digits(rest.p + 1)) >= 0) {
		bool west = rest.p[0] == '-';

		rest = str_skip(rest, 3);
		if (rest.n >= 3 && rest.p[0] == ':')
			rest = str_skip(rest, 1);
		if (rest.n >= 2 && is_digit(rest.p[0]) &&
		    (m = two_digits(rest.p)) >= 0)
			rest = str_skip(rest, 2);
		else
			m = 0;
		zone = h * US_HOUR + m * US_MINUTE;
		zone = west ? -zone : zone;
		if (s->n > 6 && s->n - rest.n == 6 && s->p[6] == ' ') {
			memcpy(clock->written_zone, s->p, 7);
			clock->written = zone;
		}
		*s = rest;
		return zone;
	}
	zone = local_zone(clock, hour_number);
	/* "CET": we know no names of zones, so it is taken as ours. */
	if (named_zone && rest.n > 5 && rest.p[0] == ' ') {
		size_t i = 1;

		while (i < rest.n && rest.p[i] >= 'A' && rest.p[i] <= 'Z')
			i++;
		if (i >= 4 && i <= 6 && i < rest.n && rest.p[i] == ' ')
			*s = str_skip(rest, i);
	}
	return zone;
}

/*
 * "24.123456+01:00 " behind the minute, the form that rsyslog writes: the same
 * as below in half the time. False: another form, or another zone than before.
 */
static bool
take_micros(const struct line_clock *clock, const char *p, wall_us *ret_at)
{
	unsigned bad = 0;
	span_us value = 0;

	if (memcmp(p + 9, clock->written_zone, 7) != 0 || p[2] != '.')
		return false;
	for (size_t i = 0; i < 9; i++) {
		unsigned digit = (unsigned)(p[i] - '0');

		if (i == 2)
			continue;
		bad |= digit > 9;
		value = value * 10 + digit;
	}
	*ret_at = clock->text_at + value - clock->written;
	return bad == 0 && value < 61 * US_SECOND;
}

/* "2025-11-16T00:04": its minute, cached with the bytes it came from. */
static bool
read_iso_minute(struct line_clock *clock, const char *p)
{
	int century = two_digits(p), year = two_digits(p + 2);
	int month = two_digits(p + 5), day = two_digits(p + 8);
	int hour = two_digits(p + 11), minute = two_digits(p + 14);

	if (p[4] != '-' || p[7] != '-' || (p[10] != 'T' && p[10] != ' ') ||
	    p[13] != ':' || century < 19 || year < 0 || month < 1 ||
	    month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
	    minute > 59)
		return false;
	year += century * 100;
	if (day > month_days(year, month))
		return false;
	memcpy(clock->text, p, ISO_MINUTE);
	clock->text_hour = days_of(year, month, day) * 24 + hour;
	clock->text_at = clock->text_hour * US_HOUR + minute * US_MINUTE;
	clock->year = year;
	clock->last_month = month;
	return true;
}

/* RFC 3339, with a blank instead of the T or without a zone too. */
static bool
take_iso(
    struct line_clock *clock, struct str *s, bool named_zone, struct stamp *ret)
{
	struct str rest = *s;
	int seconds;

	if (rest.n < ISO_MINUTE + 3)
		return false;
	if ((load8(rest.p) != load8(clock->text) ||
		load8(rest.p + 8) != load8(clock->text + 8)) &&
	    !read_iso_minute(clock, rest.p))
		return false;
	ret->has_year = true;
	ret->month = clock->last_month;
	if (rest.n > ISO_MINUTE + 16 && rest.p[ISO_MINUTE] == ':' &&
	    take_micros(clock, rest.p + ISO_MINUTE + 1, &ret->at)) {
		ret->precision = 1;
		*s = (struct str){
		    rest.p + ISO_MINUTE + 16, rest.n - ISO_MINUTE - 16};
		return true;
	}
	seconds = two_digits(rest.p + ISO_MINUTE + 1);
	if (rest.p[ISO_MINUTE] != ':' || seconds < 0 || seconds > 60)
		return false;
	rest = str_skip(rest, ISO_MINUTE + 3);
	ret->precision = US_SECOND;
	ret->at = clock->text_at + seconds * US_SECOND;
	ret->at += take_fraction(&rest, &ret->precision);
	ret->at -= take_zone(clock, &rest, clock->text_hour, named_zone);
	*s = rest;
	return true;
}

/* The stamp at the front of *s, whichever; nothing in front of it. */
static bool
take_plain_stamp(struct line_clock *clock, struct str *s, struct stamp *ret)
{
	int year = 0;

	if (s->n < TRADITIONAL - 1)
		return false;
	if (is_digit(s->p[0])) {
		if (s->p[4] != ' ')
			return take_iso(clock, s, false, ret);
		if (two_digits(s->p) < 19 || two_digits(s->p + 2) < 0)
			return false;
		year = two_digits(s->p) * 100 + two_digits(s->p + 2);
		*s = str_skip(*s, 5);
		return take_month_first(clock, s, year, ret);
	}
	if (take_month_first(clock, s, 0, ret))
		return true;
	/* A day of the week in front: "Sun 2025-11-16 ...", "Sun Nov 16 ..." */
	if (s->p[3] != ' ' || s->p[0] < 'F' || s->p[0] > 'W')
		return false;
	*s = (struct str){s->p + 4, s->n - 4};
	if (is_digit(s->p[0]))
		return take_iso(clock, s, true, ret);
	return take_month_first(clock, s, 0, ret);
}

/* "<22>" and the version of RFC 5424 behind it. */
static bool
take_priority(struct str *s, bool *ret_is_5424)
{
	struct str rest = str_skip(*s, 1);
	uint64_t value;

	if (!str_u64(&rest, 3, &value) || !str_eat(&rest, S(">")))
		return false;
	*ret_is_5424 = str_eat(&rest, S("1 "));
	*s = rest;
	return true;
}

/* All that is rare: a priority, a container's name in front. */
static bool
take_any_stamp(struct line_clock *clock, struct str *s, struct stamp *ret)
{
	struct str rest = *s;
	bool is_5424 = false;
	size_t bar;

	if (rest.n > 0 && rest.p[0] == '<' && !take_priority(&rest, &is_5424))
		return false;
	*s = rest;
	if (!take_plain_stamp(clock, s, ret)) {
		bar = str_chr(str_head(rest, PREFIX_MAX), '|');
		if (bar >= PREFIX_MAX || bar + 2 >= rest.n ||
		    rest.p[bar + 1] != ' ')
			return false;
		*s = str_skip(rest, bar + 2);
		if (!take_plain_stamp(clock, s, ret))
			return false;
	}
	ret->is_5424 = is_5424;
	return true;
}

/*
 * The stamp of the usual line, from the cache if it is the same as before.
 * What stands behind it is left in *s.
 */
static bool
take_stamp(struct line_clock *clock, struct str *s, struct stamp *ret)
{
	if (s->n > TRADITIONAL + 5 && load8(s->p) == load8(clock->text)) {
		if (is_digit(s->p[0]) && s->p[4] == '-')
			return take_iso(clock, s, false, ret);
		if (load8(s->p + 7) == load8(clock->text + 7) &&
		    s->p[TRADITIONAL] == ' ' &&
		    (s->p[TRADITIONAL + 5] != ' ' ||
			!is_digit(s->p[TRADITIONAL + 1]))) {
			ret->at = clock->text_at;
			ret->precision = US_SECOND;
			ret->month = clock->last_month;
			*s = (struct str){
			    s->p + TRADITIONAL, s->n - TRADITIONAL};
			return true;
		}
	}
	if (!take_any_stamp(clock, s, ret))
		return false;
	return true;
}

static bool
take_and_cache(struct line_clock *clock, struct str *s, struct stamp *ret)
{
	const char *p = s->p;
	size_t n = s->n;

	if (!take_stamp(clock, s, ret))
		return false;
	/* Only the shape that the cached comparison can recognise. */
	if (!ret->has_year && n > ISO_MINUTE + 3 && s->p == p + TRADITIONAL &&
	    clock->text_at != ret->at) {
		memcpy(clock->text, p, TRADITIONAL);
		clock->text_at = ret->at;
	}
	return true;
}

/* One word up to a blank; *s behind the blank. */
static struct str
take_word(struct str *s)
{
	size_t i = 0;
	struct str word;

	while (i < s->n && s->p[i] != ' ')
		i++;
	word = (struct str){s->p, i};
	*s = str_skip(*s, i + 1);
	return word;
}

static struct str
nil(struct str word)
{
	return str_eq(word, S("-")) ? (struct str){NULL, 0} : word;
}

/* RFC 5424 6.3: "-", or elements in brackets with quoted values. */
static void
skip_structured_data(struct str *s)
{
	bool quoted = false;
	size_t i = 0;

	if (s->n > 0 && s->p[0] != '[') {
		(void)take_word(s);
		return;
	}
	for (; i < s->n; i++) {
		if (quoted && s->p[i] == '\\')
			i++;
		else if (s->p[i] == '"')
			quoted = !quoted;
		else if (s->p[i] == ' ' && !quoted && s->p[i - 1] == ']')
			break;
	}
	*s = str_skip(*s, i + 1);
}

static void
split_5424(struct str rest, struct line *ret)
{
	struct str pid;

	ret->host = nil(take_word(&rest));
	ret->program = nil(take_word(&rest));
	pid = take_word(&rest);
	if (!str_u64(&pid, 10, &ret->pid))
		ret->pid = 0;
	(void)take_word(&rest); /* MSGID */
	skip_structured_data(&rest);
	(void)str_eat(&rest, S("\xef\xbb\xbf"));
	ret->text = rest;
}

/* An address as host: "2001:db8::" could be taken for a program. */
static bool
is_ip6(struct str s)
{
	size_t colons = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ':')
			colons++;
		else if (!is_digit(c) && !(c >= 'a' && c <= 'f') &&
			 !(c >= 'A' && c <= 'F'))
			return false;
	}
	return colons >= 2;
}

/*
 * "postfix/smtpd[12]: text", "kernel: text", "lmtp(ana)<7><x>: text". The
 * last one is cut before its '(', so that the number of programs stays small.
 * False when no program stands there.
 */
static bool
take_program(struct str s, struct line *ret)
{
	static const bool ends_name[256] = {
	    [' '] = true, ['('] = true, [':'] = true, ['['] = true};
	size_t i = 0, end;
	uint64_t pid = 0;

	while (i < s.n && !ends_name[(unsigned char)s.p[i]])
		i++;
	if (i == 0 || i >= s.n || s.p[i] == ' ')
		return false;
	end = i;
	if (s.p[i] == '[') {
		for (i++; i < s.n && is_digit(s.p[i]) && i < end + 11; i++)
			pid = pid * 10 + (uint64_t)(s.p[i] - '0');
		if (i >= s.n || s.p[i] != ']')
			return false;
		i++;
		/* "cron[12] text" is written by a few. */
		if (i < s.n && s.p[i] != ':' && s.p[i] != ' ')
			return false;
		if (i < s.n && s.p[i] == ':')
			i++;
	} else if (s.p[i] == ':') {
		i++;
	}
	if (i < s.n && s.p[i] != ' ' && s.p[i] != '(')
		return false;
	if (i < s.n && s.p[i] == ' ')
		i++;
	ret->program = (struct str){s.p, end};
	ret->pid = pid;
	ret->text = (struct str){s.p + i, s.n - i};
	return true;
}

/* "mx1 postfix/smtpd[12]: text", or the same without a host. */
static void
split_3164(struct str rest, struct line *ret)
{
	struct str behind = rest;
	struct str host = take_word(&behind);
	char last = host.n > 0 ? host.p[host.n - 1] : '\0';

	ret->text = rest;
	if ((last == ':' && !is_ip6(host)) && take_program(rest, ret))
		return;
	ret->host = host;
	ret->text = behind;
	(void)take_program(behind, ret);
}

/* docker logs --timestamps: a second stamp behind the first. */
static void
skip_second_stamp(const struct line_clock *clock, struct str *rest)
{
	struct line_clock scratch = *clock;
	struct stamp ignored = {0};
	struct str behind = *rest;

	if (rest->n > ISO_MINUTE + 3 &&
	    (rest->p[3] == ' ' || rest->p[4] == '-') &&
	    take_plain_stamp(&scratch, &behind, &ignored) && behind.n > 0 &&
	    behind.p[0] == ' ')
		*rest = str_skip(behind, 1);
}

bool
line_split(struct line_clock *clock, struct str raw, struct line *ret_line)
{
	struct str rest = raw;
	struct stamp stamp = {0};

	*ret_line = (struct line){.at = WALL_NONE, .raw = raw};
	if (!take_and_cache(clock, &rest, &stamp) || rest.n == 0 ||
	    (rest.p[0] != ' ' && rest.p[0] != ':'))
		return false;
	rest = (struct str){rest.p + 1, rest.n - 1};
	if (rest.n > 0 && rest.p[rest.n - 1] == '\r')
		rest.n--;
	ret_line->at = stamp.at;
	ret_line->precision = stamp.precision;
	clock->last = stamp.at;
	if (stamp.is_5424) {
		split_5424(rest, ret_line);
		return true;
	}
	if (rest.n > ISO_MINUTE + 3 &&
	    (is_digit(rest.p[0]) ||
		(rest.p[3] == ' ' && month_of(rest.p) != 0)))
		skip_second_stamp(clock, &rest);
	split_3164(rest, ret_line);
	return true;
}

wall_us
line_stamp(struct line_clock *clock, struct str raw, bool *ret_has_year,
    int *ret_month)
{
	struct stamp stamp = {0};

	if (!take_and_cache(clock, &raw, &stamp))
		return WALL_NONE;
	*ret_has_year = stamp.has_year;
	*ret_month = stamp.month;
	return stamp.at;
}

void
line_clock_init(struct line_clock *clock, int year)
{
	*clock = (struct line_clock){.year = year, .last = WALL_NONE};
	if (year == 0) {
		time_t now = time(NULL);
		struct tm tm;

		if (localtime_r(&now, &tm) != NULL)
			clock->year = tm.tm_year + 1900;
	}
}
