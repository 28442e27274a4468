/* SPDX-License-Identifier: ISC */
#include "base/fd_pass.h"

#include "base/fd.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static bool
same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static void
test_bytes_and_files(void **state)
{
	int pair[2], fds[2], got[FD_PASS_FDS];
	char buf[FD_PASS_BYTES];
	size_t n;

	(void)state;
	assert_true(fd_pass_pair(pair));
	fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fds[1] = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	assert_true(fd_pass_send(pair[0], S("two"), fds, 2));
	assert_true(fd_pass_send(pair[0], S("none"), NULL, 0));
	assert_int_equal(fd_pass_receive(pair[1], buf, got, &n), 3);
	assert_memory_equal(buf, "two", 3);
	assert_int_equal(n, 2);
	assert_true(same_file(fds[0], got[0]));
	assert_true(same_file(fds[1], got[1]));
	/* Not inherited by a program that is started. */
	assert_int_equal(fcntl(got[0], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	(void)close(got[0]);
	(void)close(got[1]);
	assert_int_equal(fd_pass_receive(pair[1], buf, got, &n), 4);
	assert_int_equal(n, 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
	(void)close(pair[0]);
	assert_int_equal(fd_pass_receive(pair[1], buf, got, &n), 0);
	(void)close(pair[1]);
}

static void
test_nobody_listens(void **state)
{
	int pair[2];

	(void)state;
	assert_true(fd_pass_pair(pair));
	(void)close(pair[1]);
	/* False, and no SIGPIPE. */
	assert_false(fd_pass_send(pair[0], S("x"), NULL, 0));
	(void)close(pair[0]);
}

static void
test_too_much(void **state)
{
	static char big[FD_PASS_BYTES + 1];
	int pair[2], fds[FD_PASS_FDS + 1] = {0};

	(void)state;
	assert_true(fd_pass_pair(pair));
	assert_false(
	    fd_pass_send(pair[0], (struct str){big, sizeof(big)}, NULL, 0));
	assert_false(fd_pass_send(pair[0], S("x"), fds, FD_PASS_FDS + 1));
	(void)close(pair[0]);
	(void)close(pair[1]);
}

/* A receiver that may not open one more file takes none of them, and says
 * that the stream is cut. */
static void
test_limit_of_receiver(void **state)
{
	int pair[2], fds[8], got[FD_PASS_FDS];
	char buf[FD_PASS_BYTES];
	struct rlimit before, limit;
	size_t n;

	(void)state;
	assert_true(fd_pass_pair(pair));
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd_pass_send(pair[0], S("x"), fds, ARRAY_LEN(fds)));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)fds[ARRAY_LEN(fds) - 1] + 4;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(fd_pass_receive(pair[1], buf, got, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	/* All of what came was closed again: the next number is free. */
	n = (size_t)open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(n, fds[ARRAY_LEN(fds) - 1] + 1);
	(void)close((int)n);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		(void)close(fds[i]);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

enum {
	MANY = 4000
};

static void *
send_many(void *arg)
{
	int socket = *(int *)arg, fds[FD_PASS_FDS];

	for (size_t i = 0; i < FD_PASS_FDS; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (size_t sent = 0; sent < MANY; sent += FD_PASS_FDS)
		if (!fd_pass_send(socket, S("x"), fds, FD_PASS_FDS))
			break;
	for (size_t i = 0; i < FD_PASS_FDS; i++)
		(void)close(fds[i]);
	(void)close(socket);
	return NULL;
}

/* More than fit on the way: the sender waits. */
static void
test_many(void **state)
{
	int pair[2], got[FD_PASS_FDS];
	char buf[FD_PASS_BYTES];
	pthread_t thread;
	size_t n, all = 0;

	(void)state;
	assert_true(fd_pass_pair(pair));
	assert_int_equal(pthread_create(&thread, NULL, send_many, &pair[0]), 0);
	while (fd_pass_receive(pair[1], buf, got, &n) > 0) {
		for (size_t i = 0; i < n; i++)
			(void)close(got[i]);
		all += n;
	}
	(void)pthread_join(thread, NULL);
	assert_true(all >= MANY);
	(void)close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes_and_files),
	    cmocka_unit_test(test_nobody_listens),
	    cmocka_unit_test(test_too_much),
	    cmocka_unit_test(test_limit_of_receiver),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
