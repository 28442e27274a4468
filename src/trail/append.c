/* SPDX-License-Identifier: ISC */
/*
 * Two parts of the log put together. What the later part kept of trails that
 * began in the earlier one is told to them in this order:
 *
 *	1. trails that begin in the later part, so that links find them;
 *	2. trails that end in the later part;
 *	3. trails that begin under an id that 2 has just ended;
 *	4. trails that are open in both.
 */
#include "base/limits.h"
#include "mail/address.h"
#include "trail/apply.h"
#include "trail/bind.h"
#include "trail/step.h"

#include <stdlib.h>

static bool
has_beginning(const struct trail *trail)
{
	return (trail->flags & (TRAIL_STARTED | TRAIL_BORN)) != 0;
}

/*
 * The part that saw it could not know who the trail is from, or, source_waits,
 * by which connection it came. False: it does not count.
 */
static bool
tell_delivery(struct join *to, struct trail *trail, const struct join *next,
    struct record *r, bool began, bool source_waits)
{
	struct str alias = {NULL, 0};

	if (began && step_is_failed_notice(trail, r))
		return false;
	if (began)
		ending_settle(trail, (enum event_status)r->status);
	if (r->value != 0)
		alias = next->aliases[r->value - 1];
	r->value = 0;
	if (trail->origin == 0 && (began || source_waits))
		bind_leaving(to, trail, r, alias, S(""));
	if (trail->origin == 0 && alias.n > 0)
		r->value = bind_alias(to, alias);
	return true;
}

/* It is said for each recipient, and counts once. */
static bool
tell_sender(struct join *to, struct trail *trail, const struct join *next,
    struct record *r, bool began)
{
	if (began && trail->sender != 0)
		return false;
	trail->sender = step_sender(r->hash);
	if (r->value != 0)
		r->value = bind_alias(to, next->aliases[r->value - 1]);
	return true;
}

/* Copies of the records of a trail of next, told to a trail of to; began: in
 * to. That it was queued is said again at each retry. */
static void
tell_records(struct join *to, struct trail *trail, const struct join *next,
    const struct trail *source, bool began)
{
	uint32_t number = source->records;

	while (number != 0) {
		struct record r;

		memcpy(&r, pool_at(&next->records, number), sizeof(r));
		number = r.next;
		if (r.kind == RECORD_QUEUED &&
		    (trail->flags & TRAIL_QUEUED) != 0)
			continue;
		if (r.kind == RECORD_QUEUED)
			trail->flags |= TRAIL_QUEUED;
		if (r.kind == RECORD_DELIVERY &&
		    !tell_delivery(to, trail, next, &r, began,
			(source->flags & TRAIL_PARENT) != 0))
			continue;
		if (r.kind == RECORD_SENDER &&
		    !tell_sender(to, trail, next, &r, began))
			continue;
		if (r.kind == RECORD_EXPIRED ||
		    (r.kind == RECORD_CHILD && r.status == STATUS_NONE))
			trail->left = 0;
		else if (r.kind == RECORD_CHILD && began)
			ending_settle(trail, STATUS_SENT);
		bind_emit(to, trail, &r);
	}
}

/* What next knew of it besides records. */
static void
take_over(struct join *to, struct trail *trail, const struct trail *source,
    const uint32_t *origin_map, const struct ip *ip)
{
	trail->flags |= source->flags & TRAIL_NULL;
	if (source->origin == 0 || trail->origin != 0)
		return;
	bind_to(
	    to, trail, to->tally.origins[origin_map[source->origin - 1]], ip);
}

/* Its number is another one here. */
static void
rename_alias(struct join *to, const struct join *next, struct caller *caller)
{
	if (caller->alias != 0)
		caller->alias =
		    bind_alias(to, next->aliases[caller->alias - 1]);
}

void
step_adopt(struct join *to, const struct join *next, const struct trail *source,
    const uint32_t *origin_map, const struct ip *ip)
{
	struct trail *trail = trails_add(&to->trails, source->key);
	bool was_queued = (source->flags & TRAIL_QUEUED) != 0;

	*trail = *source;
	trail->ip = 0;
	trail->origin = 0;
	trail->records = trail->records_last = 0;
	trail->caller = 0;
	trail->is_open = false;
	trail->flags &= (uint16_t)~TRAIL_QUEUED;
	if (source->user != 0)
		trail->user = bind_alias(to, next->aliases[source->user - 1]);
	if (source->caller != 0) {
		trail->caller = pool_take(&to->callers);
		memcpy(pool_at(&to->callers, trail->caller),
		    pool_at(&next->callers, source->caller),
		    sizeof(struct caller));
		rename_alias(to, next, pool_at(&to->callers, trail->caller));
	}
	trail->waiting = apply_copy_waits(to, next, source->waiting);
	if (source->origin != 0) {
		struct origin *origin =
		    to->tally.origins[origin_map[source->origin - 1]];

		trail->origin = origin->number + 1;
		if (!ip_is_none(ip))
			trail->ip = origin_ip(origin, ip) + 1;
	}
	tell_records(to, trail, next, source, false);
	if (was_queued)
		trail->flags |= TRAIL_QUEUED;
	if (trail->ends == END_FADING)
		trail->ends = END_COUNTED; /* until append_fading */
}

/* "removed" was seen: forget it, unless its first half may still come. */
static void
end_here(struct join *to, struct trail *trail)
{
	if (trail->origin == 0 && (trail->flags & TRAIL_HANDED_ON) == 0) {
		if (trail->caller == 0 || (trail->flags & TRAIL_NEAR) != 0) {
			step_close(to, trail);
			return;
		}
		if (bind_went_far(to, trail))
			bind_settle(to, trail);
		else
			bind_inbound(to, trail);
	}
	apply_end(to, trail);
	trails_remove(&to->trails, trail);
}

static void
continue_open(struct join *to, const struct join *next,
    const struct trail *source, const uint32_t *origin_map, const struct ip *ip)
{
	struct trail *trail = trails_find(&to->trails, source->key);

	if (trail == NULL) {
		step_adopt(to, next, source, origin_map, ip);
		return;
	}
	take_over(to, trail, source, origin_map, ip);
	tell_records(to, trail, next, source, true);
	if (trail->caller != 0 && trail->origin == 0 &&
	    (trail->flags & TRAIL_NEAR) == 0 && bind_went_far(to, trail))
		bind_stranger(to, trail, S(""), S(""));
	if ((source->flags & TRAIL_CLOSED) != 0)
		end_here(to, trail);
}

/* The trail ended in next: its last records, then its end. next may have had no
 * room for it, and then it goes on here. */
static void
end_earlier(struct join *to, const struct join *next,
    const struct trail *source, const uint32_t *origin_map)
{
	static const struct ip none;
	struct trail *trail = trails_find(&to->trails, source->key);

	if (source->is_open) {
		continue_open(to, next, source, origin_map, &none);
		return;
	}
	if (trail == NULL && source->origin != 0)
		return; /* all that was seen of it is counted */
	if (trail == NULL) {
		step_adopt(to, next, source, origin_map, &none);
		trail = trails_find(&to->trails, source->key);
		trail->flags &= (uint16_t)~TRAIL_CLOSED;
	} else {
		take_over(to, trail, source, origin_map, &none);
		tell_records(to, trail, next, source, true);
	}
	end_here(to, trail);
}

/* The client address of each bound trail, before origins are merged. */
static struct ip *
ips_of(const struct join *next)
{
	struct ip *ips = xcalloc(next->trails.size + 1, sizeof(*ips));

	for (size_t i = 0; i < next->trails.size; i++) {
		const struct trail *t = &next->trails.slots[i];

		if (t->key != 0 && t->ip != 0)
			ips[i] = next->tally.origins[t->origin - 1]
				     ->ips[t->ip - 1]
				     .ip;
	}
	return ips;
}

static uint32_t
last_second(const struct tally *tally)
{
	return tally->last <= 0 ? 0 : (uint32_t)(tally->last / US_SECOND);
}

/* What is done in both: only now, for it moves trails. */
static void
append_fading(struct join *to, const struct join *next, const size_t *order)
{
	uint32_t at = last_second(&to->tally);

	for (size_t i = 0; i < next->trails.n; i++) {
		const struct trail *t = &next->trails.slots[order[i]];

		if (!has_beginning(t))
			ending_look(to, t->key, at);
	}
	for (uint32_t i = 0; i < JOIN_FADING; i++) {
		uint64_t key =
		    next->fading[(next->fading_at + i) % JOIN_FADING];

		if (key != 0)
			ending_look(to, key, at);
	}
}

static void
append_trails(struct join *to, struct join *next, const uint32_t *map,
    const struct ip *ips, const size_t *order)
{
	struct trails *trails = &next->trails;
	bool *done = xcalloc(trails->size + 1, sizeof(*done));

	session_append(to, next, map, ips, order);
	for (size_t k = 0; k < trails->n; k++) {
		size_t i = order[k];
		const struct trail *t = &trails->slots[i];

		done[i] = (t->flags & TRAIL_CONNECTION) != 0;
		if (done[i] || !has_beginning(t) ||
		    trails_find(&to->trails, t->key) != NULL)
			continue;
		step_adopt(to, next, t, map, &ips[i]);
		done[i] = true;
	}
	for (size_t i = 0; i < next->earlier_n; i++)
		end_earlier(to, next, &next->earlier[i], map);
	for (size_t k = 0; k < trails->n; k++) {
		size_t i = order[k];
		const struct trail *t = &trails->slots[i];
		struct trail *old;

		if (done[i])
			continue;
		if (!has_beginning(t)) {
			continue_open(to, next, t, map, &ips[i]);
			continue;
		}
		old = trails_find(&to->trails, t->key);
		if (old != NULL && (t->flags & TRAIL_STARTED) == 0 &&
		    (old->flags & TRAIL_QUEUED) == 0) {
			continue_open(to, next, t, map, &ips[i]);
			continue;
		}
		if (old != NULL) {
			bool lost =
			    (old->flags & (TRAIL_CLOSED | TRAIL_SESSION)) == 0;

			to->tally.lost_trails += lost;
			step_evict(to, old);
		}
		step_adopt(to, next, t, map, &ips[i]);
	}
	free(done);
}

void
join_append(struct join *to, struct join *next)
{
	uint32_t *map = xcalloc(next->tally.origins_n + 1, sizeof(*map));
	struct ip *ips = ips_of(next);
	size_t *order = trails_order(&next->trails);

	tally_merge(&to->tally, &next->tally, map);
	append_trails(to, next, map, ips, order);
	append_fading(to, next, order);
	to->dropped += next->dropped;
	to->given_up += next->given_up;
	to->waits_missed += next->waits_missed;
	if (to->trails.n >= LIMIT_OPEN)
		room_make(to);
	free(map);
	free(ips);
	free(order);
	join_free(next);
}

void
join_finish(struct join *join)
{
	uint32_t now = last_second(&join->tally);
	size_t *order = trails_order(&join->trails);

	for (size_t i = 0; i < join->trails.n; i++) {
		(void)step_give_up(join, &join->trails.slots[order[i]], now);
	}
	free(order);
	trails_done(&join->trails);
	tally_finish(&join->tally);
}
