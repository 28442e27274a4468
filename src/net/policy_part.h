/* SPDX-License-Identifier: ISC */
/* Between policy.c and the process behind it. */
#ifndef NET_POLICY_PART_H
#define NET_POLICY_PART_H

#include "net/policy.h"

enum {
	POLICY_SECONDS = 8, /* that one fetch may take, all in all */
};

struct policy_question {
	char host[256];
	uint32_t n;
	struct ip ips[POLICY_ADDRESSES];
};

/* The process itself. */
void policy_serve(const struct policy_conf *conf, int fd)
    __attribute__((noreturn));

#endif
