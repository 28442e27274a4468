/* SPDX-License-Identifier: ISC */
#include "base/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static void
numbers(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(lang_number(&a, 0), "0");
	assert_string_equal(lang_number(&a, 999), "999");
	assert_string_equal(lang_number(&a, 1000), "1,000");
	assert_string_equal(lang_number(&a, 29840), "29,840");
	assert_string_equal(lang_number(&a, 1234567), "1,234,567");
	assert_string_equal(
	    lang_number(&a, UINT64_MAX), "18,446,744,073,709,551,615");
	arena_done(&a);
}

static void
bytes(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(lang_bytes(&a, 0), "0 bytes");
	assert_string_equal(lang_bytes(&a, 1), "1 byte");
	assert_string_equal(lang_bytes(&a, 999), "999 bytes");
	assert_string_equal(lang_bytes(&a, 1200), "1.2 kB");
	assert_string_equal(lang_bytes(&a, 999499), "999 kB");
	assert_string_equal(lang_bytes(&a, 999999), "1.0 MB");
	assert_string_equal(lang_bytes(&a, 1234567890), "1.2 GB");
	assert_string_equal(lang_bytes(&a, UINT64_MAX), "18 EB");
	arena_done(&a);
}

/* "100 %" and "0 %" are said only of all and of none. */
static void
percents(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(lang_percent(&a, 0), "0 %");
	assert_string_equal(lang_percent(&a, 0.0001), "<0.1 %");
	assert_string_equal(lang_percent(&a, 0.004), "0.4 %");
	assert_string_equal(lang_percent(&a, 0.71), "71 %");
	assert_string_equal(lang_percent(&a, 0.9999), "99 %");
	assert_string_equal(lang_percent(&a, 1), "100 %");
	arena_done(&a);
}

static void
times(void **state)
{
	struct arena a = {0};
	wall_us at = time_of_utc(2026, 11, 20, 18, 12, 3);

	(void)state;
	assert_string_equal(lang_time(&a, at, false), "Fri 20 Nov 19:12");
	assert_string_equal(lang_time(&a, at, true), "Fri 20 Nov 2026 19:12");
	assert_string_equal(lang_moment(&a, at), "Fri 20 Nov 19:12:03");
	assert_string_equal(lang_zone(&a, at), "CET");
	assert_string_equal(lang_time(&a, WALL_NONE, true), "-");
	/* Before 1970 the second is the one before, not the one behind. */
	assert_string_equal(lang_moment(&a, -1), "Thu  1 Jan 00:59:59");
	assert_string_equal(lang_span(&a, 0), "0 seconds");
	assert_string_equal(lang_span(&a, US_SECOND), "1 second");
	assert_string_equal(lang_span(&a, 2 * US_MINUTE), "2 minutes");
	assert_string_equal(lang_span(&a, 9 * US_HOUR), "9 hours");
	assert_string_equal(lang_span(&a, 9 * US_DAY - US_HOUR), "9 days");
	assert_string_equal(lang_seconds(&a, 900000), "0.9");
	assert_string_equal(lang_seconds(&a, 41 * US_SECOND), "41");
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(bytes),
	    cmocka_unit_test(percents),
	    cmocka_unit_test(times),
	};

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	lang_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
