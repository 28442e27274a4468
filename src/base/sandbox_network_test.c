/* SPDX-License-Identifier: ISC */
/* What a process that talks to the internet may do, and what not, tried in a
 * child on the loopback interface. */
#include "base/sandbox.h"
#include "base/sandbox_part.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	SKIPPED = 77
};

/* A listening socket on 127.0.0.1; its port, 0 on failure. */
static uint16_t
listener(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 ||
	    listen(fd, 4) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return 0;
	return ntohs(a.sin_port);
}

/* 0, or errno of what failed. */
static int
dial(int type, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, type, 0), code = 0;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return errno;
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		code = errno;
	else if (type == SOCK_DGRAM && send(fd, "x", 1, 0) != 1)
		code = errno;
	close(fd);
	return code;
}

static int
inside(uint16_t good, uint16_t other)
{
	struct sandbox s;
	struct stat st;

	sandbox_enter_network(&good, 1, &s);
	if (dial(SOCK_STREAM, good) != 0)
		return 1;
	if (dial(SOCK_DGRAM, good) != 0)
		return 2;
	if (s.landlock && open("/etc/hostname", O_RDONLY) >= 0)
		return 3;
	if (s.seccomp && open("/etc/hostname", O_RDONLY) >= 0)
		return 4;
	if (s.seccomp && (socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ||
			     socket(AF_PACKET, SOCK_RAW, 0) >= 0 ||
			     socket(AF_NETLINK, SOCK_RAW, 0) >= 0))
		return 5;
	if (s.seccomp && fork() >= 0)
		return 6;
	if (s.dropped_uid && geteuid() == 0)
		return 7;
	(void)stat("/", &st);
	/* ABI 4 and later know ports; an older kernel lets it pass. */
	if (s.landlock && dial(SOCK_STREAM, other) == 0)
		return SKIPPED;
	return 0;
}

static void
test_network(void **state)
{
	uint16_t good = listener(), other = listener();
	int status = -1;
	pid_t pid;

	(void)state;
	if (good == 0 || other == 0)
		skip();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(inside(good, other));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
