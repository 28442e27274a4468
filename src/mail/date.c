/* SPDX-License-Identifier: ISC */
/*
 *	Sat, 21 Nov 2026 03:41:00 +0100 (CET)
 *	day, d  Mon year time     zone  comment
 *
 * RFC 5322 3.3 and the obsolete forms of 4.3; zones by name are only those that
 * it lists. A time that no clock shows (25:00) is refused, a day that no month
 * has (31 Feb) is refused.
 */
#include "mail/date.h"

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

/* RFC 5322 4.3: the zones that have a meaning; hours ahead of UTC. */
static const struct {
	struct str name;
	int hours;
} zones[] = {
    {S0("UT"), 0},
    {S0("UTC"), 0},
    {S0("GMT"), 0},
    {S0("Z"), 0},
    {S0("EDT"), -4},
    {S0("EST"), -5},
    {S0("CDT"), -5},
    {S0("CST"), -6},
    {S0("MDT"), -6},
    {S0("MST"), -7},
    {S0("PDT"), -7},
    {S0("PST"), -8},
    /* not of the RFC, but of Sendmail and qmail hosts in Europe */
    {S0("CET"), 1},
    {S0("CEST"), 2},
    {S0("MET"), 1},
    {S0("MEST"), 2},
};

static bool
is_gap(char c)
{
	return c == ' ' || c == ',' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word; commas part words too. */
static struct str
word(struct str *rest)
{
	struct str found;
	size_t n = 0;

	while (rest->n > 0 && is_gap(rest->p[0]))
		*rest = str_skip(*rest, 1);
	while (n < rest->n && !is_gap(rest->p[n]))
		n++;
	found = str_head(*rest, n);
	*rest = str_skip(*rest, n);
	return found;
}

static int
month_of(struct str text)
{
	if (text.n < 3)
		return 0;
	for (size_t i = 0; i < 12; i++)
		if (str_eq_fold(
			str_head(text, 3), (struct str){months + 3 * i, 3}))
			return (int)i + 1;
	return 0;
}

static bool
number(struct str text, int max_digits, int *ret_number)
{
	uint64_t value;

	if (!str_u64(&text, max_digits, &value) || text.n > 0)
		return false;
	*ret_number = (int)value;
	return true;
}

/* "3:41", "03:41:00" */
static bool
clock_time(struct str text, int ret_hms[3])
{
	int n = 0;

	ret_hms[2] = 0;
	while (n < 3 && text.n > 0) {
		if (!number(str_take(&text, ':'), 2, &ret_hms[n]))
			return false;
		n++;
	}
	return n >= 2 && text.n == 0 && ret_hms[0] < 24 && ret_hms[1] < 60 &&
	       ret_hms[2] <= 60;
}

static span_us
zone_of(struct str text)
{
	int value;

	if (text.n == 5 && (text.p[0] == '+' || text.p[0] == '-') &&
	    number(str_skip(text, 1), 4, &value)) {
		span_us span = value / 100 * US_HOUR + value % 100 * US_MINUTE;

		return text.p[0] == '-' ? -span : span;
	}
	if (text.n > 2 && text.p[0] == '(') /* "(GMT)" alone */
		text = (struct str){text.p + 1, text.n - 2};
	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		if (str_eq_fold(text, zones[i].name))
			return zones[i].hours * US_HOUR;
	return 0;
}

/* RFC 5322 4.3 */
static int
full_year(int year)
{
	if (year < 50)
		return year + 2000;
	return year < 1000 ? year + 1900 : year;
}

bool
date_parse(struct str text, wall_us *ret_at, span_us *ret_zone)
{
	static const int days[] = {
	    31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct str first = word(&text), zone;
	int day, month, year, hms[3];

	if (!number(first, 2, &day)) {
		first = word(&text); /* behind the weekday */
		month = month_of(first);
	} else {
		month = 0;
	}
	if (month > 0) { /* asctime: "Sat Nov 21 03:41:00 2026" */
		if (!number(word(&text), 2, &day) ||
		    !clock_time(word(&text), hms))
			return false;
		zone = word(&text);
		if (!number(zone, 4, &year)) { /* "03:41:00 CET 2026" */
			if (!number(word(&text), 4, &year))
				return false;
		} else {
			zone = word(&text);
		}
	} else {
		month = number(first, 2, &day) ? month_of(word(&text)) : 0;
		if (month == 0 || !number(word(&text), 4, &year) ||
		    !clock_time(word(&text), hms))
			return false;
		zone = word(&text);
	}
	if (day < 1 || day > days[month - 1])
		return false;
	*ret_zone = zone_of(zone);
	*ret_at =
	    time_of_utc(full_year(year), month, day, hms[0], hms[1], hms[2]) -
	    *ret_zone;
	return true;
}
