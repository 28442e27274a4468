/* SPDX-License-Identifier: ISC */
#include "queue/newest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct queue_entry
entry_of(unsigned n)
{
	struct queue_entry entry = {.state = QUEUE_HELD, .more = n};

	(void)snprintf(entry.id, sizeof(entry.id), "ID%u", n);
	for (unsigned i = 0; i <= n % QUEUE_PARTS; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "%u-%u", n, i);
		assert_true(queue_entry_add(&entry, i + 7, "a/b/",
		    (struct str){name, strlen(name)}, ".x"));
	}
	return entry;
}

static void
test_keeps_the_newest(void **state)
{
	struct newest newest = {.max = 50};
	struct queue_entry got;
	unsigned queue;

	(void)state;
	/* 0, 7919, 15838 ... below 1009: each number once, in no order. */
	for (unsigned i = 0; i < 1009; i++) {
		unsigned n = i * 7919 % 1009;
		struct queue_entry entry = entry_of(n);

		newest_offer(&newest, n, n % 3, &entry);
	}
	assert_int_equal(newest.n, 50);
	assert_int_equal(newest.more, 1009 - 50);
	for (unsigned n = 1009 - 50; n < 1009; n++) {
		struct queue_entry entry = entry_of(n);

		memset(&got, 0, sizeof(got));
		assert_true(newest_take(&newest, &queue, &got));
		assert_int_equal(queue, n % 3);
		assert_memory_equal(&got, &entry, sizeof(got));
	}
	assert_false(newest_take(&newest, &queue, &got));
	newest_done(&newest);
}

static void
test_what_is_left_is_freed(void **state)
{
	struct newest newest = {.max = 2};
	struct queue_entry entry = entry_of(3);

	(void)state;
	for (int i = 0; i < 5; i++)
		newest_offer(&newest, WALL_NONE, 0, &entry);
	assert_int_equal(newest.n, 2);
	newest_done(&newest);
	assert_int_equal(newest.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keeps_the_newest),
	    cmocka_unit_test(test_what_is_left_is_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
