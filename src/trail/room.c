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

/* Connections have limits of their own (session.c). */
static bool
is_message(const struct trail *trail)
{
	return (trail->flags & (TRAIL_SESSION | TRAIL_CONNECTION)) == 0;
}

static void
give_up(struct join *join, struct trail *trail)
{
	bool inside = trail->caller != 0 && !bind_went_far(join, trail) &&
		      (trail->flags & TRAIL_PARENT) == 0;

	if ((trail->flags & TRAIL_CLOSED) != 0) {
		step_evict(join, trail);
		return;
	}
	join->given_up++;
	if (trail->origin == 0 && !inside && !join->is_first &&
	    ((trail->flags & TRAIL_STARTED) == 0 ||
		(trail->flags & TRAIL_PARENT) != 0)) {
		step_keep_earlier(join, trail); /* the part before knows more */
		trails_remove(&join->trails, trail);
		return;
	}
	if (trail->origin == 0 && !inside)
		bind_settle(join, trail);
	if (trail->origin == 0 && inside &&
	    (trail->flags & TRAIL_HANDED_ON) == 0)
		bind_inbound(join, trail);
	if (trail->origin != 0)
		apply_open(join, trail);
	apply_end(join, trail);
	trails_remove(&join->trails, trail);
}

void
room_make(struct join *join)
{
	size_t *order = trails_order(&join->trails);
	size_t half = join->trails.n / 2, n = 0;
	uint64_t *keys = xcalloc(half + 1, sizeof(*keys));

	/* By their keys: each that goes may move others. */
	for (size_t i = 0; i < join->trails.n && n < half; i++) {
		const struct trail *t = &join->trails.slots[order[i]];

		if (is_message(t))
			keys[n++] = t->key;
	}
	free(order);
	for (size_t i = 0; i < n; i++) {
		struct trail *t = trails_find(&join->trails, keys[i]);

		if (t != NULL)
			give_up(join, t);
	}
	free(keys);
}
