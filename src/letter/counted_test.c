/* SPDX-License-Identifier: ISC */
#include "letter/counted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_top(void **state)
{
	static const uint64_t forged[] = {3, 9, 0, 5, 7, 1, 8};
	struct counted c = {0};
	struct arena a = {0};
	uint32_t top[3];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forged); i++) {
		char name[8];

		snprintf(name, sizeof(name), "n%zu", i);
		assert_int_equal(counted_add(&c, &a, str_z(name)), i);
		c.items[i].states[CLAIM_FORGED] = forged[i];
	}
	assert_int_equal(counted_add(&c, &a, S("N3")), 3);
	assert_int_equal(c.items[3].n, 2);
	assert_int_equal(counted_add(&c, &a, S("")), COUNTED_NONE);
	assert_int_equal(counted_top(&c, CLAIM_FORGED, 3, top), 3);
	assert_int_equal(top[0], 1);
	assert_int_equal(top[1], 6);
	assert_int_equal(top[2], 4);
	assert_int_equal(counted_in(&c, CLAIM_FORGED), 6);
	assert_int_equal(counted_top(&c, CLAIM_OURS, 3, top), 0);
	counted_done(&c);
	arena_done(&a);
}

static void
test_many(void **state)
{
	struct counted c = {0};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < COUNTED_MAX + 10; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%zu", i);
		(void)counted_add(&c, &a, str_z(name));
	}
	assert_int_equal(c.n, COUNTED_MAX);
	assert_int_equal(c.missed, 10);
	counted_done(&c);
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_top),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("letter/counted", tests, NULL, NULL);
}
