/* SPDX-License-Identifier: ISC */
/*
 * Each part of the sandbox alone: behind all of them one that does nothing
 * would not be noticed, because another refuses the same.
 */
#include "base/sandbox_part.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	SKIPPED = 77,
	LANDLOCK_CREATE = 444,
};

/* f runs in a child: 0 is good, another number says which check failed. */
static void
check_child(int (*f)(void))
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(f());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool
has_capability(void)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, set) != 0)
		return true;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if ((set[i].effective | set[i].permitted |
			set[i].inheritable) != 0)
			return true;
	return false;
}

static int
check_ids(void)
{
	uid_t uid[3];
	gid_t gid[3];

	if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 ||
	    getresgid(&gid[0], &gid[1], &gid[2]) != 0)
		return 10;
	for (int i = 0; i < 3; i++)
		if (uid[i] == 0 || gid[i] == 0)
			return 11;
	return getgroups(0, NULL) == 0 ? 0 : 12;
}

static int
rights_of_root(void)
{
	static const gid_t groups[] = {0, 4, 8};
	struct err err = {0};
	int code;

	if (geteuid() != 0 || setgroups(ARRAY_LEN(groups), groups) != 0 ||
	    prctl(PR_CAPBSET_READ, CAP_SETPCAP, 0, 0, 0) != 1)
		return SKIPPED;
	if (!sandbox_drop_rights(&err) || err.kind != ERR_NONE)
		return 1;
	code = check_ids();
	if (code != 0)
		return code;
	for (unsigned long cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			return 2;
	return setresuid(0, 0, 0) == 0 ? 3 : 0;
}

static int
rights_of_all(void)
{
	struct err err = {0};

	/* In some containers root may not change who he is. */
	if (!sandbox_drop_rights(&err))
		return err.kind == ERR_DENIED ? SKIPPED : 4;
	if (has_capability())
		return 1;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 2;
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == SANDBOX_SANITIZED ? 0 : 3;
}

/* A user who is not root, but was given capabilities that he keeps. */
static int
rights_of_capable(void)
{
	struct err err = {0};

	if (geteuid() != 0 || prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 ||
	    setresuid(12345, 12345, 12345) != 0 || !has_capability())
		return SKIPPED;
	if (!sandbox_drop_rights(&err))
		return 1;
	return has_capability() ? 2 : 0;
}

static void
test_rights(void **state)
{
	(void)state;
	check_child(rights_of_all);
}

static void
test_rights_of_root(void **state)
{
	(void)state;
	check_child(rights_of_root);
}

static void
test_rights_of_capable(void **state)
{
	(void)state;
	check_child(rights_of_capable);
}

static int
landlock_alone(void)
{
	struct sockaddr_in here = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct sockaddr *address = (const struct sockaddr *)&here;
	long abi = syscall(LANDLOCK_CREATE, NULL, 0, 1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct err err = {0};

	if (abi < 1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return SKIPPED;
	if (!sandbox_landlock(NULL, 0, &err))
		return 1;
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 2;
	if (access("/bin/true", X_OK) == 0 &&
	    (execl("/bin/true", "true", NULL) == 0 || errno != EACCES))
		return 3;
	if (abi >= 4 && fd >= 0 &&
	    (bind(fd, address, sizeof(here)) == 0 || errno != EACCES))
		return 4;
	here.sin_port = htons(9);
	if (abi >= 4 && fd >= 0 &&
	    (connect(fd, address, sizeof(here)) == 0 || errno != EACCES))
		return 5;
	return abi >= 6 && kill(getppid(), 0) == 0 ? 6 : 0;
}

static void
test_landlock(void **state)
{
	(void)state;
	check_child(landlock_alone);
}

/* By a number that only seccomp gives, as root where possible. */
static bool
is_refused(long result)
{
	return result == -1 && errno == EPERM;
}

static int
seccomp_alone(void)
{
	const pid_t parent = getppid();
	struct rlimit limit;
	struct stat st;
	struct err err = {0};

	if (SANDBOX_SANITIZED || getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    !sandbox_seccomp(false, &err))
		return SKIPPED;
	if (!is_refused(open("/etc/passwd", O_RDONLY)))
		return 1;
	if (!is_refused(stat("/etc/passwd", &st)) || fstat(1, &st) != 0)
		return 2;
	if (!is_refused(setrlimit(RLIMIT_NOFILE, &limit)) ||
	    getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 3;
	if (!is_refused(fcntl(1, F_SETOWN, getpid())) || fcntl(1, F_GETFL) < 0)
		return 4;
	if (!is_refused(syscall(SYS_tgkill, parent, parent, 0)) ||
	    syscall(SYS_tgkill, getpid(), gettid(), 0) != 0)
		return 5;
	return is_refused(kill(parent, 0)) ? 0 : 6;
}

static void
test_seccomp(void **state)
{
	(void)state;
	check_child(seccomp_alone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rights),
	    cmocka_unit_test(test_rights_of_root),
	    cmocka_unit_test(test_rights_of_capable),
	    cmocka_unit_test(test_landlock),
	    cmocka_unit_test(test_seccomp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
