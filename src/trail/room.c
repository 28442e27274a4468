/* SPDX-License-Identifier: ISC */
/*
 * Room for more messages. In an honest log nearly all of them end, and what is
 * open at a time is what waits in the queue. A log without its ends (of a
 * server that logs none, filtered, or made up) would take all our memory. So
 * the older half is given up when there are LIMIT_OPEN: what was seen of them
 * counts as if the log ended there.
 */
#include "base/limits.h"
#include "trail/apply.h"
#include "trail/bind.h"
#include "trail/step.h"

#include <stdlib.h>

enum {
	/* Connections have a limit of their own (session.c), and stay. */
	ROOM_STAYS = JOIN_SESSIONS
};
/* Else a table full of them would be sorted again and again. */
_Static_assert(ROOM_STAYS * 4 <= LIMIT_OPEN, "most of them can go");

static void
give_up(struct join *join, struct trail *trail, uint32_t now)
{
	bool is_message = (trail->flags & (TRAIL_SESSION | TRAIL_CLOSED)) == 0;
	bool is_over = ending_is_over(trail, now);

	if (step_give_up(join, trail, now))
		join->given_up += is_message && !is_over;
	trails_remove(&join->trails, trail);
}

void
room_make(struct join *join)
{
	size_t *order = trails_order(&join->trails);
	size_t half = join->trails.n / 2, n = 0;
	uint64_t *keys = xcalloc(half + 1, sizeof(*keys));
	uint32_t now = 0;

	/* By their keys: each that goes may move others. */
	for (size_t i = 0; i < join->trails.n; i++) {
		const struct trail *t = &join->trails.slots[order[i]];

		now = t->from;
		if (n < half && (t->flags & TRAIL_CONNECTION) == 0)
			keys[n++] = t->key;
	}
	free(order);
	for (size_t i = 0; i < n; i++) {
		struct trail *t = trails_find(&join->trails, keys[i]);

		if (t != NULL)
			give_up(join, t, now);
	}
	free(keys);
}
