/* SPDX-License-Identifier: ISC */
/*
 * What passes between the program and the process that asks: two frames, on a
 * stream socket. Both ends are the same program, so they are plain structs;
 * but either end may have been taken over, so sizes are checked.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include "net/dns_body.h"
#include "net/resolver.h"

enum {
	/* Of wire_question.flags, beside DNS_FRESH: no question, but the rate
	 * (id) and the parallel (patience_ms) of a lane. */
	WIRE_LANE = 0x8000,
};

struct wire_question {
	uint32_t id;
	uint32_t patience_ms;
	uint16_t type;
	uint16_t lane;
	uint16_t flags;
	uint16_t port;
	struct ip server;
	uint16_t name_n; /* bytes of the name, which follow */
};

struct wire_answer {
	uint32_t id;
	uint32_t n; /* bytes of the body, which follows */
};

/* Called with the frame at the front of n bytes; returns its length, 0 when
 * it is not whole yet, SIZE_MAX when it is broken. */
static inline size_t
wire_question_size(const uint8_t *p, size_t n)
{
	struct wire_question q;

	if (n < sizeof(q))
		return 0;
	memcpy(&q, p, sizeof(q));
	if (q.name_n > DNS_NAME_TEXT || q.lane >= DNS_LANES)
		return SIZE_MAX;
	return n < sizeof(q) + q.name_n ? 0 : sizeof(q) + q.name_n;
}

static inline size_t
wire_answer_size(const uint8_t *p, size_t n)
{
	struct wire_answer a;

	if (n < sizeof(a))
		return 0;
	memcpy(&a, p, sizeof(a));
	if (a.n > DNS_BODY)
		return SIZE_MAX;
	return n < sizeof(a) + a.n ? 0 : sizeof(a) + a.n;
}

#endif
