/* SPDX-License-Identifier: ISC */
#include "net/lane.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* How many start in a second when the clock ticks every step. */
static unsigned
started(struct lane *lane, span_us from, span_us step)
{
	unsigned n = 0;
	span_us wait;

	for (span_us now = from; now < from + US_SECOND; now += step)
		while (lane_start(lane, now, &wait)) {
			n++;
			lane_end(lane);
		}
	return n;
}

static void
test_rate(void **state)
{
	static const span_us steps[] = {100, 1000, 7000, 50000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct lane lane = {.rate = 10};
		unsigned n = started(&lane, 1000000000, steps[i]);

		assert_in_range(n, 9, 11);
		/* A pause is no credit. */
		n = started(&lane, 9000000000, steps[i]);
		assert_in_range(n, 9, 12);
	}
}

static void
test_parallel(void **state)
{
	struct lane lane = {.parallel = 2};
	span_us wait = 1;

	(void)state;
	assert_true(lane_start(&lane, 0, &wait));
	assert_true(lane_start(&lane, 0, &wait));
	assert_false(lane_start(&lane, 0, &wait));
	assert_int_equal(wait, 0);
	lane_end(&lane);
	assert_true(lane_start(&lane, 0, &wait));
}

static void
test_wait(void **state)
{
	struct lane lane = {.rate = 5};
	span_us wait;

	(void)state;
	assert_true(lane_start(&lane, US_SECOND, &wait));
	assert_false(lane_start(&lane, US_SECOND, &wait));
	assert_int_equal(wait, US_SECOND / 5);
}

static void
test_no_limit(void **state)
{
	struct lane lane = {0};
	span_us wait;

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(lane_start(&lane, 0, &wait));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rate),
	    cmocka_unit_test(test_parallel),
	    cmocka_unit_test(test_wait),
	    cmocka_unit_test(test_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
