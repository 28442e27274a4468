/* SPDX-License-Identifier: ISC */
#include "base/fd_pass.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	/* Four messages: descriptors on their way count against the limit of
	 * open files of whoever sends them. */
	SEND_BUFFER = 4 * FD_PASS_BYTES,
};

/* Room for the descriptors beside a message, aligned as CMSG(3) asks. */
union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int) * FD_PASS_FDS)];
};

bool
fd_pass_pair(int ret_pair[2])
{
	int pair[2], size = SEND_BUFFER;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	ret_pair[0] = pair[0];
	ret_pair[1] = pair[1];
	return true;
}

bool
fd_pass_send(int socket, struct str bytes, const int *fds, size_t n)
{
	union control control = {0};
	char copy[FD_PASS_BYTES];
	struct iovec iov = {copy, bytes.n};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	const struct timespec wait = {.tv_nsec = 1000 * 1000};

	if (bytes.n > sizeof(copy) || n > FD_PASS_FDS)
		return false;
	memcpy(copy, bytes.p, bytes.n);
	if (n > 0) {
		struct cmsghdr *head;

		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * n);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int) * n);
		memcpy(CMSG_DATA(head), fds, sizeof(int) * n);
	}
	while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
		/* ETOOMANYREFS: too many files are on their way (unix(7)) */
		if (errno == ETOOMANYREFS || errno == ENOBUFS)
			(void)nanosleep(&wait, NULL);
		else if (errno != EINTR)
			return false;
	}
	return true;
}

static size_t
take_fds(struct msghdr *message, int ret_fds[FD_PASS_FDS])
{
	size_t n = 0;

	for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head != NULL;
	     head = CMSG_NXTHDR(message, head)) {
		size_t got;

		if (head->cmsg_level != SOL_SOCKET ||
		    head->cmsg_type != SCM_RIGHTS)
			continue;
		got = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (got > FD_PASS_FDS - n)
			got = FD_PASS_FDS - n;
		memcpy(ret_fds + n, CMSG_DATA(head), got * sizeof(int));
		n += got;
	}
	return n;
}

size_t
fd_pass_receive(int socket, char buf[FD_PASS_BYTES], int ret_fds[FD_PASS_FDS],
    size_t *ret_n)
{
	union control control;
	struct iovec iov = {buf, FD_PASS_BYTES};
	struct msghdr message = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes)};
	ssize_t got;

	*ret_n = 0;
	do {
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got <= 0)
		return 0;
	*ret_n = take_fds(&message, ret_fds);
	if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0)
		return (size_t)got;
	/* Our own limit of open files was reached. */
	for (size_t i = 0; i < *ret_n; i++)
		(void)close(ret_fds[i]);
	*ret_n = 0;
	return 0;
}
