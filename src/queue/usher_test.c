/* SPDX-License-Identifier: ISC */
/* What an usher leaves behind. */
#include "queue/usher.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Descriptors of this thread. */
static size_t
count_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	assert_int_equal(closedir(dir), 0);
	return n;
}

static void
test_closes_all(void **state)
{
	static const struct queue_roots none;
	size_t before = count_open();
	struct usher usher;

	(void)state;
	assert_true(usher_init(&usher, &none, 4));
	assert_int_equal(count_open(), before + 8);
	usher_start(&usher);
	usher_stop(&usher);
	assert_int_equal(count_open(), before);
	usher_done(&usher);
	assert_int_equal(count_open(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_closes_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
