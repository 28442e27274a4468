/* SPDX-License-Identifier: ISC */
/*
 * The system calls of a program that reads what is open, judges and prints.
 *
 * Everything else answers EPERM and does not kill: the C library probes for
 * things now and then, in ways that change with its version, and lives well
 * without them, while a parser that dies of a probe examines nothing. To an
 * attacker a refused call is worth as little as a deadly one.
 *
 * What is left to him: stat of a path he guesses (fstat of the C library is
 * newfstatat with an empty path, and a filter cannot read the path).
 */
#include "base/lang.h"
#include "base/sandbox_part.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Allowed with any argument. Numbers below 0 are those of another machine. */
static const int allowed[] = {
    /* what is open already */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv),
    SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(fstat), SCMP_SYS(fstat64),
    SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(close_range),
    SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(fadvise64), SCMP_SYS(readahead),
    /* files that the parent opened: from a socket that it left us */
    SCMP_SYS(recvmsg),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    /* threads */
    SCMP_SYS(futex), SCMP_SYS(futex_time64), SCMP_SYS(set_robust_list),
    SCMP_SYS(get_robust_list), SCMP_SYS(rseq), SCMP_SYS(membarrier),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(gettid),
    SCMP_SYS(exit), SCMP_SYS(exit_group),
    /* signals to ourselves */
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn), SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    /* clocks and questions about ourselves */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep_time64), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(uname),
    SCMP_SYS(sysinfo)};

/* For a process that talks to the internet, in an event loop. */
static const int network[] = {SCMP_SYS(connect), SCMP_SYS(bind),
    SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg),
    SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg), SCMP_SYS(setsockopt),
    SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
    SCMP_SYS(shutdown), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
    SCMP_SYS(eventfd2), SCMP_SYS(pwrite64), SCMP_SYS(ftruncate),
    SCMP_SYS(ftruncate64)};

/* Allowed when one argument, masked, has this value. */
struct rule {
	int call;
	unsigned arg;
	uint64_t mask, value;
};

static const struct rule rules[] = {
    /* A thread, never a process. */
    {SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD},
    /* No memory becomes code. */
    {SCMP_SYS(mmap), 2, PROT_EXEC, 0}, {SCMP_SYS(mmap2), 2, PROT_EXEC, 0},
    {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
    {SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH},
    {SCMP_SYS(statx), 2, AT_EMPTY_PATH, AT_EMPTY_PATH},
    /* Write into a socket that is connected, without a signal. */
    {SCMP_SYS(sendto), 4, UINT64_MAX, 0},
    /* Is it a terminal, and how wide? */
    {SCMP_SYS(ioctl), 1, UINT32_MAX, TCGETS},
    {SCMP_SYS(ioctl), 1, UINT32_MAX, TIOCGWINSZ},
    /* F_SETOWN would send signals to others. */
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFL},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFD},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETFD},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_DUPFD_CLOEXEC},
    {SCMP_SYS(fcntl64), 1, UINT32_MAX, F_GETFL},
    {SCMP_SYS(fcntl64), 1, UINT32_MAX, F_GETFD},
    {SCMP_SYS(fcntl64), 1, UINT32_MAX, F_SETFD},
    {SCMP_SYS(fcntl64), 1, UINT32_MAX, F_DUPFD_CLOEXEC},
    {SCMP_SYS(prctl), 0, UINT32_MAX, PR_SET_NAME},
    /* Read a limit, never set one. */
    {SCMP_SYS(prlimit64), 2, UINT64_MAX, 0}};

static const struct rule network_rules[] = {
    {SCMP_SYS(socket), 0, UINT32_MAX, AF_INET},
    {SCMP_SYS(socket), 0, UINT32_MAX, AF_INET6},
    {SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETFL},
    {SCMP_SYS(fcntl64), 1, UINT32_MAX, F_SETFL},
    {SCMP_SYS(ioctl), 1, UINT32_MAX, FIONBIO}};

static int
allow_when(scmp_filter_ctx filter, struct rule rule)
{
	struct scmp_arg_cmp cmp = {
	    .arg = rule.arg,
	    .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = rule.mask,
	    .datum_b = rule.value,
	};

	return seccomp_rule_add_array(
	    filter, SCMP_ACT_ALLOW, rule.call, 1, &cmp);
}

static int
add_all(scmp_filter_ctx filter, bool with_network)
{
	/* abort() signals itself; nobody else. */
	const struct rule self = {
	    SCMP_SYS(tgkill), 0, UINT32_MAX, (uint64_t)getpid()};
	int r = allow_when(filter, self);

	for (size_t i = 0; i < ARRAY_LEN(allowed) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(rules) && r == 0; i++)
		r = allow_when(filter, rules[i]);
	for (size_t i = 0; with_network && i < ARRAY_LEN(network) && r == 0;
	     i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, network[i], 0);
	for (size_t i = 0;
	     with_network && i < ARRAY_LEN(network_rules) && r == 0; i++)
		r = allow_when(filter, network_rules[i]);
	/* Its flags lie behind a pointer that a filter cannot follow: the C
	 * library takes ENOSYS as word to use clone. */
	if (r == 0)
		r = seccomp_rule_add(
		    filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return r;
}

static int
load(scmp_filter_ctx filter, bool with_network)
{
	int r;

	/* Also threads that a library may have started. */
	r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	/* A tree of jumps instead of a chain; old libraries know only this. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0)
		r = add_all(filter, with_network);
	return r != 0 ? r : seccomp_load(filter);
}

bool
sandbox_seccomp(bool with_network, struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = filter == NULL ? -ENOMEM : load(filter, with_network);

	if (filter != NULL)
		seccomp_release(filter);
	if (r != 0)
		return err_set(err, ERR_AGAIN,
		    _("this kernel lets us set no seccomp filter: %s"),
		    strerror(-r));
	return true;
}
