/* SPDX-License-Identifier: ISC */
#include "trail/attempts.h"

#include "base/arena.h"

#include <stdlib.h>

enum {
	/* Their numbers follow each other, and one may last twenty minutes
	 * while others come and go. */
	ATTEMPTS = 32768,
	ATTEMPT_TO = 255,
	ATTEMPT_ID = 20,
};

struct attempts {
	struct attempt {
		uint64_t host;
		char id[ATTEMPT_ID], to[ATTEMPT_TO];
		uint8_t id_n, to_n, agent;
		uint64_t number; /* 1 + number of the delivery; 0: free */
	} items[ATTEMPTS];
};

struct attempts *
attempts_new(void)
{
	return xcalloc(1, sizeof(struct attempts));
}

void
attempts_free(struct attempts *all)
{
	free(all);
}

void
attempts_forget(struct attempts *all)
{
	memset(all, 0, sizeof(*all));
}

/* ret_number: of the delivery. */
static struct attempt *
attempt_of(struct attempts *all, const struct event *e, uint64_t *ret_number)
{
	struct str digits = e->handle;

	*ret_number = 0;
	(void)str_u64(&digits, 19, ret_number);
	return &all->items[*ret_number % ATTEMPTS];
}

void
attempts_begin(struct attempts *all, const struct event *e)
{
	uint64_t number;
	struct attempt *a = attempt_of(all, e, &number);
	struct str to = str_head(e->recipient, ATTEMPT_TO);

	if (e->queue_id.n > ATTEMPT_ID)
		return;
	a->host = str_hash(e->host);
	a->number = number + 1;
	a->agent = (uint8_t)e->agent;
	a->id_n = (uint8_t)e->queue_id.n;
	memcpy(a->id, e->queue_id.p, e->queue_id.n);
	a->to_n = (uint8_t)to.n;
	if (to.n > 0)
		memcpy(a->to, to.p, to.n);
}

bool
attempts_end(struct attempts *all, struct event *e)
{
	uint64_t number;
	const struct attempt *a = attempt_of(all, e, &number);

	if (a->number != number + 1 || a->host != str_hash(e->host))
		return false;
	e->queue_id = (struct str){a->id, a->id_n};
	e->recipient = (struct str){a->to, a->to_n};
	e->agent = (enum event_agent)a->agent;
	return true;
}
