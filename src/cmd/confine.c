/* SPDX-License-Identifier: ISC */
#include "cmd/confine.h"

#include "base/fd.h"
#include "base/lang.h"
#include "base/lifeline.h"
#include "cmd/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Signals that are waited for instead of caught by a handler. */
static void
confine_signals(sigset_t *ret_set)
{
	static const int signals[] = {
	    SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT};

	sigemptyset(ret_set);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaddset(ret_set, signals[i]);
}

/* End as the child did: the shell that called us sees the same signal. */
static int
die_of(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	(void)sigaction(
	    signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return OUTCOME_FAILED;
}

static int
explain_signal(int signal)
{
	switch (signal) {
	case SIGPIPE: /* sereno ... | head */
	case SIGINT:
	case SIGTERM:
	case SIGHUP:
	case SIGQUIT:
		return die_of(signal);
	case SIGKILL:
		fprintf(stderr,
		    _("sereno: the reading process was killed from outside "
		      "(out of memory?); nothing was judged\n"));
		break;
	case SIGSYS:
		fprintf(stderr,
		    _("sereno: the reading process asked for a right that it "
		      "had given up, and was ended; nothing was judged: "
		      "please report this fault\n"));
		break;
	default:
		fprintf(stderr,
		    _("sereno: the reading process crashed (signal %d); nothing "
		      "was judged: please report this fault\n"),
		    signal);
	}
	return OUTCOME_FAILED;
}

/* Both ends of the way on which the work asks for files; -1: there is none,
 * and it will find no configuration. */
static void
files_ends(const struct confined *confined, int ret_ends[2])
{
	/* Whoever is asked must not wait for ever for who asked. */
	const struct timeval limit = {.tv_sec = 10};

	ret_ends[0] = ret_ends[1] = -1;
	if (confined->files == NULL)
		return;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) !=
	    0)
		ret_ends[0] = ret_ends[1] = -1;
	else
		(void)setsockopt(ret_ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit,
		    sizeof(limit));
}

/* Until the work has all it needs, or a signal is waiting for await(). */
static void
serve(int socket, const struct confined *confined)
{
	struct pollfd asked = {.fd = socket, .events = POLLIN};
	sigset_t waiting;

	while (socket >= 0) {
		if (poll(&asked, 1, 200) > 0 &&
		    !files_serve(socket, confined->place))
			return;
		if (sigpending(&waiting) == 0 &&
		    (sigismember(&waiting, SIGINT) ||
			sigismember(&waiting, SIGTERM) ||
			sigismember(&waiting, SIGHUP) ||
			sigismember(&waiting, SIGQUIT)))
			return;
	}
}

static int
await(pid_t child, const sigset_t *set, const struct confined *confined)
{
	struct progress *progress = confined->progress;
	const struct timespec tick = {.tv_nsec = 200 * 1000 * 1000};
	int status;

	for (;;) {
		int signal = sigtimedwait(set, NULL, &tick);

		if (signal > 0 && signal != SIGCHLD) {
			kill(child, SIGKILL);
			while (waitpid(child, &status, 0) < 0 && errno == EINTR)
				;
			if (progress != NULL)
				progress_done(progress);
			return die_of(signal);
		}
		if (waitpid(child, &status, WNOHANG) == child)
			break;
		keep_take(confined->keep);
		if (progress != NULL)
			progress_tick(progress);
	}
	if (progress != NULL)
		progress_done(progress);
	if (WIFSIGNALED(status))
		return explain_signal(WTERMSIG(status));
	return WEXITSTATUS(status);
}

#ifdef __has_feature
#define HAS_FEATURE(name) __has_feature(name) /* clang's */
#else
#define HAS_FEATURE(name) 0
#endif

/*
 * Ends the child, when its output is written. What libraries do at exit is left
 * out: it would bring 4 MiB of their code into memory, for a process that is
 * gone with all it has. Only a checker of leaks has its work to do then.
 */
static _Noreturn void
leave(int code)
{
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
	exit(code);
#else
	_exit(code);
#endif
}

int
confine_run(const struct confined *confined)
{
	sigset_t set, before;
	struct sandbox sandbox;
	struct lifeline lifeline;
	int files[2];
	pid_t child;
	int code;

	lifeline_init(&lifeline);
	files_ends(confined, files);
	keep_pipe(confined->keep);
	confine_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	fflush(NULL);
	child = fork();
	if (child < 0) {
		fprintf(stderr,
		    _("sereno: cannot start the reading process: %s\n"),
		    strerror(errno));
		sigprocmask(SIG_SETMASK, &before, NULL);
		code = OUTCOME_FAILED;
		goto out;
	}
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		lifeline_hang(&lifeline);
		fd_close(&files[0]);
		if (confined->files != NULL)
			confined->files->socket = files[1];
		keep_confined(confined->keep);
		sandbox_enter(&sandbox);
		code = confined->work(confined->arg, &sandbox);
		leave(command_flush(code));
	}
	fd_close(&files[1]);
	serve(files[0], confined);
	fd_close(&files[0]);
	if (confined->started != NULL)
		confined->started(confined->arg);
	code = await(child, &set, confined);
	keep_take(confined->keep);
	if (confined->ended != NULL)
		confined->ended(confined->arg);
	sigprocmask(SIG_SETMASK, &before, NULL);
out:
	lifeline_done(&lifeline);
	fd_close(&files[0]);
	fd_close(&files[1]);
	return code;
}
