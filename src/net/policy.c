/* SPDX-License-Identifier: ISC */
#include "net/policy.h"

#include "base/fd.h"
#include "base/lang.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/policy_part.h"

struct policy_fetcher {
	int fd;
	pid_t pid;
};

bool
policy_start(const struct policy_conf *conf,
    struct policy_fetcher **ret_fetcher, struct err *err)
{
	struct policy_fetcher *f;
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return err_set(err, ERR_AGAIN,
		    _("cannot make a socket for HTTPS: %s"), strerror(errno));
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		(void)err_set(err, ERR_AGAIN,
		    _("cannot start the process that fetches policies: %s"),
		    strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	if (pid == 0) {
		(void)signal(SIGPIPE, SIG_IGN);
		fds_keep(&ends[1], 1);
		policy_serve(conf, ends[1]);
	}
	close(ends[1]);
	f = xcalloc(1, sizeof(*f));
	f->fd = ends[0];
	f->pid = pid;
	*ret_fetcher = f;
	return true;
}

void
policy_stop(struct policy_fetcher *f)
{
	int status;

	if (f == NULL)
		return;
	close(f->fd);
	/* Nobody waits for what it may still be doing. */
	(void)kill(f->pid, SIGTERM);
	while (waitpid(f->pid, &status, 0) < 0 && errno == EINTR)
		;
	free(f);
}

/* What took the fetcher over could say anything. */
static bool
is_sound(const struct policy_answer *answer, size_t got)
{
	size_t head = offsetof(struct policy_answer, text);

	return got >= head && answer->state < POLICY_STATES &&
	       answer->n <= POLICY_BYTES && got == head + answer->n &&
	       memchr(answer->why, '\0', sizeof(answer->why)) != NULL &&
	       memchr(answer->type, '\0', sizeof(answer->type)) != NULL;
}

bool
policy_ask(struct policy_fetcher *f, uint32_t number, struct str host,
    const struct ip *ips, size_t ips_n)
{
	struct policy_question question = {
	    .number = number, .n = (uint32_t)ips_n};

	if (host.n >= sizeof(question.host) || ips_n > POLICY_ADDRESSES)
		return false;
	memcpy(question.host, host.p, host.n);
	memcpy(question.ips, ips, ips_n * sizeof(*ips));
	return send(f->fd, &question, sizeof(question), MSG_NOSIGNAL) ==
	       (ssize_t)sizeof(question);
}

struct policy_answer *
policy_next(struct policy_fetcher *f, wall_us until)
{
	struct pollfd waiting = {.fd = f->fd, .events = POLLIN};
	struct policy_answer *answer;
	wall_us now = time_now();
	ssize_t got;
	int ready;

	do
		ready = poll(&waiting, 1,
		    until > now ? (int)((until - now) / 1000) + 1 : 0);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return NULL;
	answer = xcalloc(1, sizeof(*answer));
	got = read(f->fd, answer, sizeof(*answer) - 1);
	if (got > 0 && is_sound(answer, (size_t)got))
		return answer;
	free(answer);
	return NULL;
}
