/* SPDX-License-Identifier: ISC */
/* Stamps: every form, years that turn, hours that a clock change repeats or
 * leaves out. Local time is that of Madrid. */
#include "event/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum {
	YEAR = 2025, /* of the clock that a row begins with */
};

/* What want says in RFC 3339: "2025-11-15T23:04:24Z"; NULL: no stamp. */
static wall_us
at_of(const char *want)
{
	wall_us at;

	if (want == NULL)
		return WALL_NONE;
	assert_true(time_parse(str_z(want), 0, &at));
	return at;
}

static void
same_at(const char *raw, wall_us got, const char *want)
{
	char a[TIME_TEXT];

	if (got != at_of(want))
		fail_msg("%s\nis %s, not %s", raw,
		    got == WALL_NONE ? "none" : time_rfc3339(got, a),
		    want == NULL ? "none" : want);
}

static const struct form {
	const char *stamp;
	const char *want;
	span_us precision;
} forms[] = {
    {"Nov 16 00:04:24", "2025-11-15T23:04:24Z", US_SECOND},
    {"Nov  6 00:04:24", "2025-11-05T23:04:24Z", US_SECOND},
    {"Nov 6 00:04:24", "2025-11-05T23:04:24Z", US_SECOND},
    {"Nov 06 00:04:24", "2025-11-05T23:04:24Z", US_SECOND},
    {"Nov 16 00:04:24.5", "2025-11-15T23:04:24.5Z", 100000},
    {"Nov 16 00:04:24.123456", "2025-11-15T23:04:24.123456Z", 1},
    {"Nov 16 00:04:24,123", "2025-11-15T23:04:24.123Z", 1000},
    {"Nov 16 23:59:60", "2025-11-16T23:00:00Z", US_SECOND},
    {"Nov 16 2013 00:04:24", "2013-11-15T23:04:24Z", US_SECOND},
    {"Nov 16 00:04:24 2013", "2013-11-15T23:04:24Z", US_SECOND},
    {"2013 Jun 10 06:27:30.123", "2013-06-10T04:27:30.123Z", 1000},
    {"Sun Nov 16 00:04:24 2025", "2025-11-15T23:04:24Z", US_SECOND},
    {"2025-11-16T00:04:24Z", "2025-11-16T00:04:24Z", US_SECOND},
    /* tai64nlocal makes 2025-11-15 23:40:03.123456000 of it */
    {"@400000006919014d075bca00", "2025-11-15T22:40:03.123456Z", 1},
    {"11/16/25 00:04:24", "2025-11-15T23:04:24Z", US_SECOND},
    {"2025-11-16T00:04:24.123456+01:00", "2025-11-15T23:04:24.123456Z", 1},
    {"2025-11-16T00:04:24.123456-09:30", "2025-11-16T09:34:24.123456Z", 1},
    {"2025-11-16T00:04:24+0100", "2025-11-15T23:04:24Z", US_SECOND},
    {"2025-11-16T00:04:24+01", "2025-11-15T23:04:24Z", US_SECOND},
    {"2025-11-16T00:04:24.123456789Z", "2025-11-16T00:04:24.123456Z", 1},
    {"2025-07-16 00:04:24", "2025-07-15T22:04:24Z", US_SECOND},
    {"2025-07-16 00:04:24,500", "2025-07-15T22:04:24.5Z", 1000},
    {"Sun 2025-11-16 00:04:24 UTC", "2025-11-16T00:04:24Z", US_SECOND},
    {"Sun 2025-11-16 00:04:24 CET", "2025-11-15T23:04:24Z", US_SECOND},
    {"1763251464.123456", "2025-11-16T00:04:24.123456Z", 1},
    {"1763251464", "2025-11-16T00:04:24Z", US_SECOND},
    {"1763251464.123", "2025-11-16T00:04:24.123Z", 1000},
    {"2025-11-16t00:04:24.5z", "2025-11-16T00:04:24.5Z", 100000},
    {"<22>Nov 16 00:04:24", "2025-11-15T23:04:24Z", US_SECOND},
    {"<22>2025-11-16T00:04:24Z", "2025-11-16T00:04:24Z", US_SECOND},
    {"postfix-1  | Nov 16 00:04:24", "2025-11-15T23:04:24Z", US_SECOND},
    {"mail | 2025-11-16T00:04:24Z", "2025-11-16T00:04:24Z", US_SECOND},
    {"Feb 29 2024 12:00:00", "2024-02-29T11:00:00Z", US_SECOND},
    /* in a common year nobody wrote it: the leap year before */
    {"Feb 29 12:00:00", "2024-02-29T11:00:00Z", US_SECOND},
    /* no stamps */
    {"Feb 29 2025 12:00:00", NULL, 0},
    {"Nov 31 00:04:24", NULL, 0},
    {"Nov 0 00:04:24", NULL, 0},
    {"Nov 16 24:04:24", NULL, 0},
    {"Nov 16 00:60:24", NULL, 0},
    {"Nov 16 00:04:61", NULL, 0},
    {"Nov 16 00.04.24", NULL, 0},
    {"Nov 16 0:04:24", NULL, 0},
    {"nov 16 00:04:24", NULL, 0},
    {"Nov 16 00:04", NULL, 0},
    {"Nov 16", NULL, 0},
    {"2025-13-16T00:04:24Z", NULL, 0},
    {"2025-02-29T00:04:24Z", NULL, 0},
    {"2025-11-16x00:04:24Z", NULL, 0},
    {"9999-11-16T00:04:24Z", NULL, 0},
    {"0763251464", NULL, 0},
    {"17632514640", NULL, 0},
    {"176325146.5", NULL, 0},
    {"<>Nov 16 00:04:24", NULL, 0},
    {"<9999>Nov 16 00:04:24", NULL, 0},
    {"-- Boot 5e8c6f0a2b3d --", NULL, 0},
    {"", NULL, 0},
};

static void
test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct line_clock clock;
		struct line line;
		char raw[200];

		line_clock_init(&clock, YEAR);
		(void)snprintf(raw, sizeof(raw), "%s mx1 a/b[7]: text, words",
		    forms[i].stamp);
		/* twice: the second time from what the clock remembers */
		for (int again = 0; again < 2; again++) {
			bool got = line_split(&clock, str_z(raw), &line);

			assert_int_equal(got, forms[i].want != NULL);
			same_at(raw, line.at, forms[i].want);
			if (got && line.precision != forms[i].precision)
				fail_msg("%s: precision %lld", raw,
				    (long long)line.precision);
		}
	}
}

/* One clock over several lines: what a line means depends on the one before. */
static void
follow(int year, const char *const rows[][2], size_t n)
{
	struct line_clock clock;

	line_clock_init(&clock, year);
	for (size_t i = 0; i < n; i++) {
		struct line line;
		char raw[200];

		(void)snprintf(raw, sizeof(raw),
		    "%s mx1 postfix/qmgr[301]: "
		    "8CD261B005C: removed",
		    rows[i][0]);
		(void)line_split(&clock, str_z(raw), &line);
		same_at(raw, line.at, rows[i][1]);
	}
}

static void
test_years(void **state)
{
	static const char *const forward[][2] = {
	    {"Dec 31 23:59:58", "2024-12-31T22:59:58Z"},
	    {"Dec 31 23:59:59", "2024-12-31T22:59:59Z"},
	    {"Jan  1 00:00:01", "2024-12-31T23:00:01Z"},
	    /* a late line */
	    {"Dec 31 23:59:59", "2024-12-31T22:59:59Z"},
	    {"Jan  1 00:00:02", "2024-12-31T23:00:02Z"},
	    {"Mar  1 00:00:00", "2025-02-28T23:00:00Z"},
	    /* a step back of the clock does not turn the year */
	    {"Feb 27 00:00:00", "2025-02-26T23:00:00Z"},
	    {"Dec 31 00:00:00", "2024-12-30T23:00:00Z"},
	};
	static const char *const mixed[][2] = {
	    {"Nov 16 00:04:24", "2020-11-15T23:04:24Z"},
	    {"2025-11-16T00:04:24.123456+01:00", "2025-11-15T23:04:24.123456Z"},
	    /* a stamp with a year tells the others theirs */
	    {"Nov 16 00:04:25", "2025-11-15T23:04:25Z"},
	    {"2025-11-16T00:04:26.000001+01:00", "2025-11-15T23:04:26.000001Z"},
	    {"2025-11-16T00:04:26.000001+02:00", "2025-11-15T22:04:26.000001Z"},
	    {"2025-11-16T00:04:26.000001Z", "2025-11-16T00:04:26.000001Z"},
	    {"Nov 16 01:04:26", "2025-11-16T00:04:26Z"},
	};

	(void)state;
	follow(2024, forward, ARRAY_LEN(forward));
	follow(2020, mixed, ARRAY_LEN(mixed));
}

static void
test_clock_changes(void **state)
{
	/* 26 October 2025, 03:00 becomes 02:00: the hour from 2 comes twice */
	static const char *const autumn[][2] = {
	    {"Oct 26 01:59:59", "2025-10-25T23:59:59Z"},
	    {"Oct 26 02:00:00", "2025-10-26T00:00:00Z"},
	    {"Oct 26 02:59:59", "2025-10-26T00:59:59Z"},
	    {"Oct 26 02:00:00", "2025-10-26T01:00:00Z"},
	    {"Oct 26 02:30:00", "2025-10-26T01:30:00Z"},
	    {"Oct 26 02:59:59", "2025-10-26T01:59:59Z"},
	    {"Oct 26 03:00:00", "2025-10-26T02:00:00Z"},
	};
	/* a line that is a little late is not an hour later */
	static const char *const late[][2] = {
	    {"Oct 26 02:10:00", "2025-10-26T00:10:00Z"},
	    {"Oct 26 02:09:00", "2025-10-26T00:09:00Z"},
	    {"Oct 26 02:11:00", "2025-10-26T00:11:00Z"},
	};
	/* 30 March 2025, 02:00 becomes 03:00 */
	static const char *const spring[][2] = {
	    {"Mar 30 01:59:59", "2025-03-30T00:59:59Z"},
	    {"Mar 30 03:00:00", "2025-03-30T01:00:00Z"},
	};

	(void)state;
	follow(YEAR, autumn, ARRAY_LEN(autumn));
	follow(YEAR, late, ARRAY_LEN(late));
	follow(YEAR, spring, ARRAY_LEN(spring));
}

/* The quick way must refuse what the long way refuses, at any byte. */
static void
test_quick_way(void **state)
{
	static const char *const lines[] = {
	    "Nov 16 00:04:24 mx1 postfix/qmgr[301]: 8CD261B005C: removed",
	    "2025-11-16T00:04:24.123456+01:00 mx1 postfix/qmgr[301]: 8CD2: x",
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(lines); k++) {
		size_t n = strlen(lines[k]);

		for (size_t i = 0; i < n * 256; i++) {
			struct line_clock warm, cold;
			struct line a, b;
			char raw[100];

			line_clock_init(&warm, YEAR);
			line_clock_init(&cold, YEAR);
			(void)line_split(&warm, str_z(lines[k]), &a);
			cold.last = warm.last;
			cold.last_month = warm.last_month;
			memcpy(raw, lines[k], n);
			raw[i / 256] = (char)(i % 256);
			(void)line_split(&warm, (struct str){raw, n}, &a);
			(void)line_split(&cold, (struct str){raw, n}, &b);
			if (a.at != b.at || a.precision != b.precision ||
			    a.pid != b.pid || !str_eq(a.host, b.host) ||
			    !str_eq(a.program, b.program) ||
			    !str_eq(a.text, b.text))
				fail_msg("%.*s", (int)n, raw);
		}
	}
}

static void
test_peek(void **state)
{
	struct line_clock clock;
	bool has_year = true;
	int month = 0;

	(void)state;
	line_clock_init(&clock, YEAR);
	same_at("peek",
	    line_stamp(&clock, S("Feb  3 04:05:06 mx1 x"), &has_year, &month),
	    "2025-02-03T03:05:06Z");
	assert_false(has_year);
	assert_int_equal(month, 2);
	same_at("peek",
	    line_stamp(&clock, S("2013 Jun 10 06:27:30 x"), &has_year, &month),
	    "2013-06-10T04:27:30Z");
	assert_true(has_year);
	assert_int_equal(month, 6);
	assert_true(line_stamp(&clock, S("no stamp at all, but words"),
			&has_year, &month) == WALL_NONE);
	assert_true(line_stamp(&clock, S(""), &has_year, &month) == WALL_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_years),
	    cmocka_unit_test(test_clock_changes),
	    cmocka_unit_test(test_quick_way),
	    cmocka_unit_test(test_peek),
	};

	(void)setenv("TZ", "Europe/Madrid", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
