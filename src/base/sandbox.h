/* SPDX-License-Identifier: ISC */
/*
 * Giving up rights before the first foreign byte is read. The process keeps
 * its open descriptors, memory and threads to come, and nothing else: another
 * uid without groups and capabilities, no new files (Landlock), no network,
 * no exec, no ptrace (seccomp).
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include "base/err.h"
#include "base/str.h"

/* What was given up. */
struct sandbox {
	bool dropped_uid; /* or was not root in the first place */
	bool seccomp;
	bool landlock;
	/* For each of the above that is false: why, one sentence; else
	 * ERR_NONE. */
	struct err uid_err, seccomp_err, landlock_err;
};

/*
 * Never fails as a whole: does what this kernel can and says what it could
 * not. Must be called before threads are started. When root, becomes the user
 * "nobody" (65534 when there is none).
 */
void sandbox_enter(struct sandbox *ret_sandbox);

/*
 * The same for a process that talks to the internet: it keeps sockets of IPv4
 * and IPv6, UDP to anywhere, TCP to these ports where Landlock knows ports
 * (ABI 4), and its open files may be written.
 */
void sandbox_enter_network(
    const uint16_t *ports, size_t n, struct sandbox *ret_sandbox);

#endif
