/* SPDX-License-Identifier: ISC */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
test_close_many(void **state)
{
	int fds[6], kept;

	(void)state;
	for (int i = 0; i < 6; i++)
		fds[i] = open_null();
	kept = fds[3];
	fds[3] = fds[5]; /* 0 1 2 5 4: runs, and one out of order */
	fds_close(fds, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(fcntl(fds[i], F_GETFD), -1);
	assert_true(fcntl(kept, F_GETFD) >= 0);
	fds_close(&kept, 1);
	assert_int_equal(fcntl(kept, F_GETFD), -1);
	fds_close(NULL, 0);
}

static void
test_keep(void **state)
{
	int fds[5], status;
	pid_t pid;

	(void)state;
	for (int i = 0; i < 5; i++)
		fds[i] = open_null();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const int kept[] = {fds[3], -1, fds[1]};
		int wrong = 0;

		fds_keep(kept, 3);
		for (int i = 0; i < 5; i++)
			wrong +=
			    (fcntl(fds[i], F_GETFD) >= 0) != (i == 1 || i == 3);
		for (int fd = 0; fd < 3; fd++)
			wrong += fcntl(fd, F_GETFD) < 0;
		_exit(wrong);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fds_close(fds, 5);
}

static void *
close_own(void *arg)
{
	fds_own();
	(void)close(*(int *)arg);
	return NULL;
}

static void
test_table_of_a_thread(void **state)
{
	pthread_t thread;
	int fd = open_null();

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, close_own, &fd), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	fd_close(&fd);
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

/* A pipe in the place of a file, at which an open would wait for ever. */
static void
test_read_file(void **state)
{
	char folder[] = "/tmp/fd_test.XXXXXX", path[64];
	struct arena a = {0};
	struct str text;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/x", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	(void)alarm(10);
	assert_false(fd_read_file(&a, path, 10, &text));
	(void)alarm(0);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(unlink(path), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs("words", file) >= 0);
	file_close(&file);
	assert_false(fd_read_file(&a, path, 4, &text));
	assert_int_equal(errno, EFBIG);
	assert_true(fd_read_file(&a, path, 5, &text));
	assert_true(str_eq(text, S("words")));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_close),
	    cmocka_unit_test(test_cleanup),
	    cmocka_unit_test(test_close_many),
	    cmocka_unit_test(test_keep),
	    cmocka_unit_test(test_table_of_a_thread),
	    cmocka_unit_test(test_file_and_memory),
	    cmocka_unit_test(test_read_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
