/* SPDX-License-Identifier: ISC */
#include "base/time.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* Spelt out (tzset(3)), so that no zone files are needed. */
#define MADRID "CET-1CEST,M3.5.0,M10.5.0/3"

static void
zone(const char *name)
{
	assert_int_equal(setenv("TZ", name, 1), 0);
	tzset();
}

/* timegm is the second opinion. */
static void
test_utc(void **state)
{
	(void)state;
	for (int64_t t = -70000000000; t < 260000000000; t += 98765431) {
		time_t seconds = (time_t)t;
		struct tm tm;

		assert_non_null(gmtime_r(&seconds, &tm));
		assert_int_equal(
		    time_of_utc(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			tm.tm_hour, tm.tm_min, tm.tm_sec),
		    t * US_SECOND);
	}
	assert_int_equal(time_of_utc(1970, 1, 1, 0, 0, 0), 0);
	assert_int_equal(time_of_utc(2024, 2, 30, 0, 0, 60),
	    time_of_utc(2024, 3, 1, 0, 1, 0));
}

static void
test_rfc3339(void **state)
{
	static const struct {
		const char *zone, *text;
		int64_t second;
	} rows[] = {
	    {MADRID, "2026-11-21T03:41:00+01:00", 1795228860},
	    {MADRID, "2025-07-01T12:00:00+02:00", 1751364000},
	    {"UTC", "1970-01-01T00:00:00+00:00", 0},
	    {"UTC", "1969-12-31T23:59:59+00:00", -1},
	    {"<+0545>-5:45", "2026-11-21T08:26:00+05:45", 1795228860},
	    {"NST3:30NDT,M3.2.0,M11.1.0", "2026-11-20T23:11:00-03:30",
		1795228860},
	    /* Local mean time, -0:14:44: no whole minute */
	    {"LMT0:14:44", "1870-01-01T00:00:00-00:15", -3155672700},
	    /* A local year 10000 cannot be written. */
	    {"JST-9", "9999-12-31T23:59:59+00:00", 253402300799},
	};
	char buf[TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		wall_us at = 0;

		zone(rows[i].zone);
		assert_string_equal(
		    time_rfc3339(rows[i].second * US_SECOND, buf),
		    rows[i].text);
		assert_true(time_parse(str_z(rows[i].text), 0, &at));
		assert_int_equal(at, rows[i].second * US_SECOND);
	}
	zone("UTC");
	assert_string_equal(time_rfc3339(-1, buf), "1969-12-31T23:59:59+00:00");
	assert_string_equal(
	    time_rfc3339(INT64_MAX, buf), "9999-12-31T23:59:59+00:00");
	assert_string_equal(
	    time_rfc3339(INT64_MIN, buf), "0000-01-01T00:00:00+00:00");
}

static void
test_parse(void **state)
{
	const wall_us now = 1795228860 * US_SECOND;
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {
	    {"2026-11-21T02:41:00Z", 1795228860000000},
	    {"2026-11-21t02:41:00z", 1795228860000000},
	    {"2026-11-21T03:41:00+01:00", 1795228860000000},
	    {"2026-11-21T03:41:00+0100", 1795228860000000},
	    {"2026-11-20T23:11:00-03:30", 1795228860000000},
	    {"2026-11-21T02:41:00.123456789Z", 1795228860123456},
	    {"2026-11-21T02:41:00.5-00:00", 1795228860500000},
	    {"2026-11-21T02:41:00.0501Z", 1795228860050100},
	    {"0000-01-01T00:00:00Z", -62167219200000000},
	    {"@253402300799", 253402300799000000},
	    {"2026-11-21T02:40:60Z", 1795228860000000},
	    {"2026-11-21 03:41", 1795228860000000},
	    {"2026-11-21 03:41:00", 1795228860000000},
	    {"2026-11-21T03:41", 1795228860000000},
	    {" 2026-11-21 03:41\n", 1795228860000000},
	    {"2026-11-21", 1795215600000000},
	    {"2025-07-01 12:00", 1751364000000000},
	    {"@1795228860", 1795228860000000},
	    {"@1795228860.25", 1795228860250000},
	    {"@0", 0},
	    {"0s", 1795228860000000},
	    {"90m", 1795223460000000},
	    {"2h", 1795221660000000},
	    {"7d", 1794624060000000},
	    {"30s", 1795228830000000},
	    /* The hour that occurs twice: the first one. */
	    {"2026-10-25 02:30", 1792888200000000},
	    /* The hour that is left out: as if it had gone on. */
	    {"2026-03-29 02:30", 1774747800000000},
	};

	(void)state;
	zone(MADRID);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		wall_us at = 0;

		if (!time_parse(str_z(rows[i].text), now, &at))
			fail_msg("'%s' was refused", rows[i].text);
		if (at != rows[i].us)
			fail_msg("'%s': %lld", rows[i].text, (long long)at);
	}
}

static void
test_refuse(void **state)
{
	static const struct str rows[] = {S0(""), S0("yesterday"), S0("5"),
	    S0("5w"), S0("-5m"), S0("m"), S0("5mm"), S0("9999999999s"), S0("@"),
	    S0("@-1"), S0("@1x"), S0("@1."), S0("@253402300800"), S0("2026"),
	    S0("2026-11"), S0("2026-1-1"), S0("26-11-21"), S0("2026-02-29"),
	    S0("2026-04-31"), S0("2026-13-01"), S0("2026-00-10"),
	    S0("2026-11-21 24:00"), S0("2026-11-21 3:41"),
	    S0("2026-11-21 03:60"), S0("2026-11-21 03:41:61"),
	    S0("2026-11-21 03"), S0("2026-11-21T"), S0("2026-11-21T03:41:00."),
	    S0("2026-11-21T03:41:00+1"), S0("2026-11-21T03:41:00+25:00"),
	    S0("2026-11-21T03:41:00Zx"), S0("2026-11-21x03:41"),
	    S0("2026-11-21\00003:41"), S0("2026/11/21"),
	    S0("2026-11-21T03:41:00+01:0"), S0("+026-11-21")};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		wall_us at = 42;

		if (time_parse(rows[i], 0, &at))
			fail_msg("'%s' was taken", rows[i].p);
		assert_int_equal(at, 42);
	}
	/* Nothing before the first moment that we can hold. */
	assert_false(time_parse(S("1d"), INT64_MIN + 5, &(wall_us){0}));
}

/* mktime is the second opinion, away from the hours of change. */
static void
test_local(void **state)
{
	static const char *const zones[] = {MADRID, "UTC",
	    "EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
	    "<+13>-13"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
		zone(zones[i]);
		for (int day = 0; day < 9000; day++) {
			struct tm tm = {.tm_year = 105,
			    .tm_mday = 1 + day,
			    .tm_hour = 12,
			    .tm_isdst = -1};
			time_t want = mktime(&tm);

			assert_int_equal(
			    time_of_local(2005, 1, 1 + day, 12, 0, 0),
			    want * US_SECOND);
		}
	}
}

static void *
many_times(void *arg)
{
	char buf[TIME_TEXT];

	for (int64_t i = 0; i < 20000; i++) {
		(void)time_rfc3339(i * 86401 * US_SECOND, buf);
		*(size_t *)arg += strlen(buf);
	}
	return NULL;
}

static void
test_threads(void **state)
{
	pthread_t threads[4];
	size_t sums[4] = {0};

	(void)state;
	zone(MADRID);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, many_times, &sums[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(sums[i], 20000 * 25);
	}
}

/* What is kept is what is asked for, over some changes of the clock. */
static void
test_kept(void **state)
{
	static const char *const zones[] = {
	    MADRID, "<+0545>-5:45", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "UTC"};
	wall_us from = time_of_utc(2025, 3, 1, 0, 30, 0);

	(void)state;
	for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
		struct time_days days = {0};

		zone(zones[z]);
		for (wall_us at = from; at < from + 400 * US_DAY; at += US_HOUR)
			for (wall_us back = 0; back < 40 * US_DAY;
			     back += 13 * US_DAY)
				assert_int_equal(
				    time_zone_offset_kept(&days, at - back),
				    time_zone_offset(at - back));
		assert_int_equal(time_zone_offset_kept(&days, -US_HOUR),
		    time_zone_offset(-US_HOUR));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_utc),
	    cmocka_unit_test(test_rfc3339),
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_refuse),
	    cmocka_unit_test(test_local),
	    cmocka_unit_test(test_kept),
	    cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
