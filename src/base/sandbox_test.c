/* SPDX-License-Identifier: ISC */
/* Each test enters the sandbox in a child and reports through its exit code. */
#include "base/sandbox.h"

#include "base/fd.h"
#include "base/sandbox_part.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	SKIPPED = 77,
	BIG = 64 * 1024 * 1024,
};

static int left[2];  /* a socket of this process: what it is connected with */
static bool filters; /* the kernel can do it; set before the first test */

/* Runs in the child behind the sandbox: 0 is good. */
typedef int (*inside)(const struct sandbox *sandbox);

static int
run_inside(inside f)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct sandbox sandbox;

		sandbox_enter(&sandbox);
		_exit(f(&sandbox));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
check_inside(inside f)
{
	int code = run_inside(f);

	if (code == SKIPPED)
		skip();
	assert_int_equal(code, 0);
}

/* Asked of the kernel another way than the sandbox does; valgrind has none. */
static bool
kernel_filters(void)
{
	const uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* Every part either holds or has a sentence why not. */
static int
report_inside(const struct sandbox *s)
{
	if (s->dropped_uid != (s->uid_err.kind == ERR_NONE) ||
	    s->landlock != (s->landlock_err.kind == ERR_NONE) ||
	    s->seccomp != (s->seccomp_err.kind == ERR_NONE))
		return 1;
	if (SANDBOX_SANITIZED && (s->seccomp || s->landlock))
		return 2;
	return filters && !s->seccomp && !SANDBOX_SANITIZED ? 3 : 0;
}

static void
test_report(void **state)
{
	(void)state;
	check_inside(report_inside);
}

static int
rights_inside(const struct sandbox *s)
{
	uid_t r, e, v;

	if (!s->dropped_uid)
		return SKIPPED;
	if (syscall(SYS_getuid) == 0 || geteuid() == 0)
		return 1;
	/* Refused by seccomp or by the kernel itself. */
	if (setuid(0) == 0 || setgid(0) == 0)
		return 2;
	if (!s->seccomp &&
	    (getresuid(&r, &e, &v) != 0 || v == 0 || getgroups(0, NULL) != 0))
		return 3;
	return chdir("/root/nothing") == 0 ? 4 : 0;
}

static void
test_rights(void **state)
{
	(void)state;
	check_inside(rights_inside);
}

static int
files_inside(const struct sandbox *s)
{
	if (!s->landlock && !s->seccomp)
		return SKIPPED;
	if (open("/etc/passwd", O_RDONLY) >= 0)
		return 1;
	if (open("/tmp", O_RDWR | O_TMPFILE, 0600) >= 0)
		return 2;
	if (mkdir("/tmp/sereno-sandbox-test", 0700) == 0)
		return 3;
	if (syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", NULL, 0) >= 0)
		return 4;
	return fopen("/proc/self/maps", "r") != NULL ? 5 : 0;
}

static void
test_files(void **state)
{
	(void)state;
	check_inside(files_inside);
}

static int
network_inside(const struct sandbox *s)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int pair[2];

	if (!s->seccomp)
		return SKIPPED;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		return 1;
	if (socket(AF_UNIX, SOCK_DGRAM, 0) >= 0)
		return 2;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0)
		return 3;
	/* To whom it is connected with, and to nobody else. */
	if (send(left[0], "x", 1, MSG_NOSIGNAL) != 1)
		return 4;
	to.sun_path[1] = 'x';
	if (sendto(left[0], "x", 1, 0, (const struct sockaddr *)&to,
		sizeof(to)) >= 0 ||
	    errno != EPERM)
		return 5;
	return connect(left[0], (const struct sockaddr *)&to, sizeof(to)) == 0
		   ? 6
		   : 0;
}

static void
test_network(void **state)
{
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, left), 0);
	check_inside(network_inside);
	fds_close(left, 2);
}

static int
process_inside(const struct sandbox *s)
{
	char *argv[] = {(char[]){"true"}, NULL};
	char *envp[] = {NULL};

	if (!s->seccomp)
		return SKIPPED;
	if (execve("/bin/true", argv, envp) == 0 || errno != EPERM)
		return 1;
	if (fork() >= 0)
		return 2;
	if (vfork() >= 0)
		return 3;
	if (kill(getppid(), 0) == 0 || kill(getpid(), 0) == 0)
		return 4;
	if (ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0)
		return 5;
	if (syscall(SYS_tgkill, 1, 1, SIGTERM) == 0)
		return 6;
	if (syscall(SYS_clone3, NULL, 0) != -1 || errno != ENOSYS)
		return 7;
	return unshare(CLONE_NEWUSER) == 0 ? 8 : 0;
}

static void
test_process(void **state)
{
	(void)state;
	check_inside(process_inside);
}

static int
code_inside(const struct sandbox *s)
{
	void *p;

	if (!s->seccomp)
		return SKIPPED;
	p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	if (p != MAP_FAILED)
		return 1;
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return 2;
	if (mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0)
		return 3;
	/* Typing into the terminal of whoever started us. */
	if (ioctl(STDIN_FILENO, TIOCSTI, "x") == 0 || errno != EPERM)
		return 4;
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 5 : 0;
}

static void
test_code(void **state)
{
	(void)state;
	check_inside(code_inside);
}

/* Landlock alone: the child that has no seccomp must be refused as well. */
static void
test_landlock_alone(void **state)
{
	struct err err = {0};
	int status = -1;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
			_exit(1);
		if (!sandbox_landlock(NULL, 0, &err))
			_exit(err.kind == ERR_AGAIN ? SKIPPED : 2);
		_exit(open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES ||
		      mkdir("/tmp/sereno-x", 0700) == 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void *
use_memory(void *arg)
{
	char *big = malloc(BIG);
	size_t *sum = arg;

	if (big == NULL)
		return NULL;
	memset(big, 1, BIG);
	for (size_t i = 0; i < BIG; i += 4096)
		*sum += (size_t)big[i];
	free(big);
	return NULL;
}

/* What must go on working. before: opened and made in the parent. */
static int before[2] = {-1, -1};

static int
work_inside(const struct sandbox *s)
{
	pthread_t threads[4];
	size_t sums[4] = {0};
	char text[TIME_TEXT], got[8] = "";
	struct stat st;

	(void)s;
	for (int i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, use_memory, &sums[i]) !=
		    0)
			return 1;
	for (int i = 0; i < 4; i++)
		if (pthread_join(threads[i], NULL) != 0 ||
		    sums[i] != BIG / 4096)
			return 2;
	if (fstat(before[0], &st) != 0 || st.st_size != 5)
		return 3;
	if (pread(before[0], got, 5, 0) != 5 || strcmp(got, "hello") != 0)
		return 4;
	(void)time_rfc3339(INT64_C(1763250000) * US_SECOND, text);
	if (strcmp(text, "2025-11-16T00:40:00+01:00") != 0)
		return 5;
	if (time_of_local(2025, 7, 1, 12, 0, 0) !=
	    time_of_utc(2025, 7, 1, 10, 0, 0))
		return 6;
	/* A FILE that was never used before allocates and asks for fstat. */
	if (dup2(before[1], STDOUT_FILENO) < 0 ||
	    printf("%s", "printed") != 7 || fflush(stdout) != 0)
		return 7;
	if (sysconf(_SC_NPROCESSORS_ONLN) < 1 || time_now() <= 0)
		return 8;
	return isatty(before[0]) ? 9 : 0;
}

static void
test_work(void **state)
{
	char got[8] = "";
	char path[] = "/tmp/sereno-sandbox-XXXXXX";
	int pipes[2];

	(void)state;
	assert_int_equal(
	    setenv("TZ",
		access("/usr/share/zoneinfo/Europe/Madrid", R_OK) == 0
		    ? "Europe/Madrid"
		    : "CET-1CEST,M3.5.0,M10.5.0/3",
		1),
	    0);
	before[0] = mkstemp(path);
	assert_true(before[0] >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(write(before[0], "hello", 5), 5);
	assert_int_equal(pipe(pipes), 0);
	before[1] = pipes[1];
	check_inside(work_inside);
	assert_int_equal(read(pipes[0], got, sizeof(got) - 1), 7);
	assert_string_equal(got, "printed");
	fd_close(&before[0]);
	fd_close(&before[1]);
	fd_close(&pipes[0]);
	assert_int_equal(unsetenv("TZ"), 0);
}

/* A bug must still end with a signal that the parent sees. */
static void
test_abort_is_seen(void **state)
{
	int status = -1;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct sandbox sandbox;

		(void)signal(SIGABRT, SIG_DFL);
		sandbox_enter(&sandbox);
		abort();
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* A user who is not root enters it too. */
static void
test_not_root(void **state)
{
	int status = -1;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct sandbox sandbox;

		if (geteuid() == 0 && setresuid(12345, 12345, 12345) != 0)
			_exit(SKIPPED);
		sandbox_enter(&sandbox);
		_exit(!sandbox.dropped_uid || report_inside(&sandbox) != 0 ||
		      (sandbox.seccomp && open("/etc/passwd", O_RDONLY) >= 0));
	}
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
	    cmocka_unit_test(test_report),
	    cmocka_unit_test(test_rights),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_network),
	    cmocka_unit_test(test_process),
	    cmocka_unit_test(test_code),
	    cmocka_unit_test(test_landlock_alone),
	    cmocka_unit_test(test_work),
	    cmocka_unit_test(test_abort_is_seen),
	    cmocka_unit_test(test_not_root),
	};

	filters = kernel_filters();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
