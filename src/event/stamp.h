/* SPDX-License-Identifier: ISC */
/* The stamp at the front of a line. Only for line.c; the forms are there. */
#ifndef EVENT_STAMP_H
#define EVENT_STAMP_H

#include "base/bytes.h"
#include "event/line.h"

/* line_clock.form: what its key was taken from. */
enum {
	STAMP_NEW,   /* nothing */
	STAMP_DAY,   /* key: "Nov 16 " */
	STAMP_ISO,   /* keys: "2025-11-", "11-16T00", "+01:00 " */
	STAMP_PLAIN, /* keys: "2025-11-", "11-16 00"; local time */
};

enum {
	PLAIN_MIN = 28,       /* bytes that a line with such a stamp has */
	STAMP_DAY_BYTES = 15, /* of "Nov 16 00:04:24" */
};

/* What is known of one stamp beside its instant. */
struct stamp {
	wall_us at;
	span_us precision;
	int month;
	bool has_year;
	bool is_5424; /* the fields of RFC 5424 follow */
};

/* The stamp at the front of *s, in any form; *s begins behind it. */
bool stamp_take(struct line_clock *clock, struct str *s, struct stamp *ret);

/* A stamp written behind another one (docker logs -t) is passed over. */
void stamp_skip_second(const struct line_clock *clock, struct str *s);

/*
 * "HH:MM:SS" as bytes_load8 gives it: what is in the hour in *ret_in_hour,
 * the hour (not checked) returned; -1 when it is none. All eight bytes are
 * judged at once: a digit, with '0' taken out, stays below 10, a colon is 0.
 */
static inline int
stamp_clock(uint64_t bytes, unsigned *ret_in_hour)
{
	uint64_t d = bytes ^ UINT64_C(0x30303a30303a3030);
	uint64_t over = (d + UINT64_C(0x76767f76767f7676)) | d;
	unsigned minute, second;

	d = d * 10 + (d >> 8);
	minute = d >> 24 & 0xff;
	second = d >> 48 & 0xff;
	if ((over & UINT64_C(0x8080808080808080)) != 0 || minute > 59 ||
	    second > 60)
		return -1;
	*ret_in_hour = minute * 60 + second;
	return (int)(d & 0xff);
}

/* Six digits in the upper bytes of what bytes_load8 gave; -1: not digits. */
static inline int
stamp_micros(uint64_t bytes)
{
	uint64_t d = bytes >> 16 ^ UINT64_C(0x303030303030);
	uint64_t over = (d + UINT64_C(0x767676767676)) | d;

	if ((over & UINT64_C(0x808080808080)) != 0)
		return -1;
	d = d * 10 + (d >> 8);
	return (int)((d & 0xff) * 10000 + (d >> 16 & 0xff) * 100 +
		     (d >> 32 & 0xff));
}

/* The first seven bytes of eight: "Nov 16 ", "+01:00 ". */
static inline uint64_t
stamp_seven(uint64_t bytes)
{
	return bytes & UINT64_C(0xffffffffffffff);
}

/*
 * The two usual forms when the hour (and the zone) is the one of the line
 * before. Anything else is left to stamp_take.
 */
static inline bool
stamp_take_next(
    const struct line_clock *clock, struct str *s, struct stamp *ret)
{
	const char *p = s->p;
	unsigned in_hour = 0;
	int micros = 0;

	if (s->n <= 33)
		return false;
	if (clock->form == STAMP_DAY &&
	    stamp_seven(bytes_load8(p)) == clock->key[0]) {
		if (stamp_clock(bytes_load8(p + 7), &in_hour) != clock->hour ||
		    p[15] != ' ' ||
		    /* a year may follow, and a blank */
		    (p[20] == ' ' && (p[16] == '2' || p[16] == '1')))
			return false;
		ret->precision = US_SECOND;
		*s = bytes_from(*s, STAMP_DAY_BYTES);
	} else if (clock->form == STAMP_ISO &&
		   bytes_load8(p) == clock->key[0] &&
		   bytes_load8(p + 5) == clock->key[1] &&
		   stamp_seven(bytes_load8(p + 26)) == clock->key[2]) {
		micros = stamp_micros(bytes_load8(p + 18));
		if (micros < 0 || p[19] != '.' ||
		    stamp_clock(bytes_load8(p + 11), &in_hour) != clock->hour)
			return false;
		ret->precision = 1;
		ret->has_year = true;
		*s = bytes_from(*s, 32);
	} else {
		return false;
	}
	ret->month = clock->last_month;
	ret->at = clock->hour_at + in_hour * US_SECOND + micros;
	return true;
}

/* "2025-11-16 00:04:24 " in the hour of the line before, no zone behind it:
 * the same for the logs that have this form. */
static inline bool
stamp_take_plain(
    const struct line_clock *clock, struct str *s, struct stamp *ret)
{
	const char *p = s->p;
	unsigned in_hour = 0;

	if (clock->form != STAMP_PLAIN || s->n < PLAIN_MIN ||
	    bytes_load8(p) != clock->key[0] ||
	    bytes_load8(p + 5) != clock->key[1] || p[19] != ' ' ||
	    p[20] == '+' || p[20] == '-' ||
	    stamp_clock(bytes_load8(p + 11), &in_hour) != clock->hour)
		return false;
	ret->precision = US_SECOND;
	ret->has_year = true;
	ret->month = clock->last_month;
	ret->at = clock->hour_at + in_hour * US_SECOND;
	*s = bytes_from(*s, 19);
	return true;
}

#endif
