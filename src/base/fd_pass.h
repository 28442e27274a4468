/* SPDX-License-Identifier: ISC */
/*
 * Open files from a process that may open them to one that may not: a message
 * of bytes with descriptors over a pair of sockets (unix(7), SCM_RIGHTS).
 */
#ifndef BASE_FD_PASS_H
#define BASE_FD_PASS_H

#include "base/str.h"

enum {
	FD_PASS_FDS = 128,         /* in one message; the kernel takes 253 */
	FD_PASS_BYTES = 16 * 1024, /* in one message */
};

/* Messages keep their bounds. [0] sends, [1] receives. At most a few messages
 * are on their way at a time, so that their files do not pile up. */
bool fd_pass_pair(int ret_pair[2]);

/* Waits for room; false when the other end is gone. The files stay open here
 * and are the caller's to close. */
bool fd_pass_send(int socket, struct str bytes, const int *fds, size_t n);

/* The next message into buf, its files into ret_fds (FD_PASS_FDS at most): the
 * caller's to close. Returns its length; 0 at the end; a message that came
 * damaged ends it too. */
size_t fd_pass_receive(int socket, char buf[FD_PASS_BYTES],
    int ret_fds[FD_PASS_FDS], size_t *ret_n);

#endif
