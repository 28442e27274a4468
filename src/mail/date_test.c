/* SPDX-License-Identifier: ISC */
#include "mail/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *text;
	int64_t seconds; /* since 1970; -1: no date */
	int zone;        /* minutes */
} cases[] = {
    {"Sat, 21 Nov 2026 03:41:00 +0000", 1795232460, 0},
    {"Sat, 21 Nov 2026 03:41:00 +0100 (CET)", 1795228860, 60},
    {"Sat, 21 Nov 2026 03:41:00 -0330", 1795245060, -210},
    {"21 Nov 2026 03:41:00 -0000", 1795232460, 0},
    {"21 Nov 26 03:41 GMT", 1795232460, 0},
    {"Sat,21 Nov 2026 03:41:00 +0000", 1795232460, 0},
    {"Sat, 21\n Nov 2026\t03:41:00 EST", 1795250460, -300},
    {" Sat, 21 November 2026 3:41:00 (GMT)", 1795232460, 0},
    {"Sat Nov 21 03:41:00 2026", 1795232460, 0},
    {"Sat Nov 21 03:41:00 2026 +0100", 1795228860, 60},
    {"Sat Nov 21 03:41:00 CET 2026", 1795228860, 60},
    {"1 Jan 99 00:00:60 GMT", 915148860, 0},
    {"", -1, 0},
    {"Sat", -1, 0},
    {"21 Nov", -1, 0},
    {"21 Nov 2026", -1, 0},
    {"21 Foo 2026 03:41:00", -1, 0},
    {"31 Feb 2026 03:41:00", -1, 0},
    {"0 Feb 2026 03:41:00", -1, 0},
    {"21 Nov 2026 25:41:00", -1, 0},
    {"21 Nov 2026 03:41:00:00", -1, 0},
    {"21 Nov 99999 03:41:00", -1, 0},
    {"Sat Nov 21 2026", -1, 0},
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		wall_us at = 0;
		span_us zone = 0;
		bool good = date_parse(str_z(cases[i].text), &at, &zone);

		if (good != (cases[i].seconds >= 0))
			fail_msg("%s", cases[i].text);
		if (!good)
			continue;
		assert_int_equal(at / US_SECOND, cases[i].seconds);
		assert_int_equal(zone / US_MINUTE, cases[i].zone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests_name("mail/date", tests, NULL, NULL);
}
