/* SPDX-License-Identifier: ISC */
/* Between policy.c and the process behind it. */
#ifndef NET_POLICY_PART_H
#define NET_POLICY_PART_H

#include "net/policy.h"

struct policy_question {
	uint32_t number;
	char host[256];
	uint32_t n;
	struct ip ips[POLICY_ADDRESSES];
};

/* The process itself. */
void policy_serve(const struct policy_conf *conf, int fd)
    __attribute__((noreturn));

#endif
