/* SPDX-License-Identifier: ISC */
/*
 * The end of messages whose server logs none (event.no_end): all recipients
 * that were announced are settled and none waits for another attempt.
 *
 * The number announced is not the number of lines: an alias becomes many, and
 * two that lead to one mailbox become one. Notices about the message come
 * behind its last recipient, too. So one that seems to be done fades: it is
 * forgotten when so many others have followed, unless it is being worked on.
 */
#include "trail/step.h"

enum {
	/* A first attempt at the recipients that are left when one is settled
	 * takes no longer than this. */
	ENDING_WORK = 900,
	/* Others that are looked at to make room for one. */
	ENDING_TRIES = 8,
};

void
ending_settle(struct trail *trail, enum event_status status)
{
	if (trail->ends != END_SAID && trail->ends != END_UNTOLD &&
	    status != STATUS_DEFERRED && trail->left > 0)
		trail->left--;
}

bool
ending_is_over(const struct trail *trail, uint32_t now)
{
	return trail->ends == END_FADING && trail->waiting_n == 0 &&
	       (trail->left == 0 ||
		   (now > trail->from && now - trail->from > ENDING_WORK));
}

/* Forget the one with this key, if it is over. False: it is at work. */
static bool
forget(struct join *join, uint64_t key, uint32_t now)
{
	struct trail *trail = trails_find(&join->trails, key);

	if (trail == NULL || trail->ends != END_FADING)
		return true;
	if (ending_is_over(trail, now)) {
		step_end(join, trail,
		    &(struct record){.kind = RECORD_REMOVED, .at = now});
		return true;
	}
	if (trail->waiting_n == 0)
		return false;
	trail->ends = END_COUNTED; /* comes again when it waits no more */
	return true;
}

void
ending_look(struct join *join, uint64_t key, uint32_t at)
{
	struct trail *trail = trails_find(&join->trails, key);

	if (trail == NULL || trail->ends != END_COUNTED || trail->waiting_n > 0)
		return;
	trail->ends = END_FADING;
	for (int i = 0; i < ENDING_TRIES && key != 0; i++) {
		uint64_t *slot = &join->fading[join->fading_at];
		uint64_t old = *slot;

		*slot = key;
		join->fading_at = (join->fading_at + 1) % JOIN_FADING;
		if (old == 0 || old == key || forget(join, old, at))
			return;
		key = old;
	}
}
