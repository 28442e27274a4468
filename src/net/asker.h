/* SPDX-License-Identifier: ISC */
/*
 * The process that asks the DNS. It has the network and reads what strangers
 * send; so it has nothing else: no files, no rights, no log, and no memory of
 * what is examined. What it hands back is checked as if it were a stranger.
 */
#ifndef NET_ASKER_H
#define NET_ASKER_H

#include "net/resolver.h"

enum {
	ASKER_CLIENTS = 2,
};

/* The whole life of that process behind fork, until the last of n_fds clients hangs
 * up; fds are its ends of their sockets. Returns its exit code. */
int asker_run(const struct resolver_conf *conf, const int *fds, size_t n_fds);

#endif
