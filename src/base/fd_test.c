/* SPDX-License-Identifier: ISC */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int
open_null(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void
test_close(void **state)
{
	int fd = open_null(), old = fd;

	(void)state;
	errno = ENOENT;
	fd_close(&fd);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(fd, -1);
	assert_int_equal(fcntl(old, F_GETFD), -1);
	errno = ENOENT;
	fd_close(&fd);
	assert_int_equal(errno, ENOENT);
}

static void
test_cleanup(void **state)
{
	int old, kept;

	(void)state;
	{
		CLEANUP(fd_close) int fd = open_null();
		CLEANUP(fd_close) int other = open_null();

		old = fd;
		kept = fd_steal(&other);
		assert_int_equal(other, -1);
	}
	assert_int_equal(fcntl(old, F_GETFD), -1);
	assert_true(fcntl(kept, F_GETFD) >= 0);
	fd_close(&kept);
}

static void
test_file_and_memory(void **state)
{
	CLEANUP(mem_free) char *text = NULL;
	size_t n = 0;
	FILE *file = open_memstream(&text, &n);

	(void)state;
	assert_non_null(file);
	assert_true(fputs("x", file) >= 0);
	file_close(&file);
	assert_null(file);
	file_close(&file);
	assert_string_equal(text, "x");
	mem_free(&text);
	assert_null(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_close),
	    cmocka_unit_test(test_cleanup),
	    cmocka_unit_test(test_file_and_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
