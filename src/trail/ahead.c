/* SPDX-License-Identifier: ISC */
/*
 * Events are taken in by the batch: what each of them will touch is asked for
 * before the first one is worked on. Trails, origins and tables are larger than
 * the caches near the processor, and each event would wait for four or five of
 * them, one after another: half of all the time that a check takes.
 *
 * Nothing here changes what is counted: a guess that the events in front of
 * this one make wrong costs some time, no more.
 */
#include "base/limits.h"
#include "mail/address.h"
#include "trail/step.h"

/* It will be written to. */
#define EXPECT(p) __builtin_prefetch((p), 1)

/* What an event will touch, as far as it is known. */
struct expected {
	struct origin *origin; /* NULL: not known */
	uint32_t ip;           /* 1 + number in the origin; 0: not known */
};

uint64_t
step_mix_host(struct join_host *known, struct str host)
{
	uint64_t mixed = step_mix(0, host);

	if (host.n > 0 && host.n <= sizeof(known->text)) {
		memcpy(known->text, host.p, host.n);
		known->n = host.n;
		known->mixed = mixed;
	}
	return mixed;
}

/* Of a failed login; 0: the account or the client is not told. */
static void
expect_failure(struct join *join, struct event *e)
{
	struct event_keys *keys = &e->keys;

	if (e->account.n > 0) {
		keys->account = tally_auth_key(e->account, NULL);
		tally_expect_auth_key(&join->tally, keys->account);
	}
	if (!ip_is_none(&e->client)) {
		keys->address = tally_auth_key(S(""), &e->client);
		tally_expect_auth_key(&join->tally, keys->address);
	}
}

static void
expect_sender(struct join *join, struct event *e)
{
	e->keys.address = address_hash(e->sender);
	EXPECT(step_sender_slot(join, e->keys.address));
	EXPECT(step_writer_slot(join, e->keys.address));
}

static void
expect_message_id(struct join *join, struct event *e)
{
	e->keys.message_id = str_hash(e->message_id);
	EXPECT(step_id_slot(join, (uint32_t)e->keys.message_id));
}

static void
expect_account(struct join *join, struct event *e)
{
	struct str name = str_head(e->account, TALLY_NAME);

	if (name.n == 0)
		return;
	e->keys.account = str_hash_fold(name);
	tally_expect_account(&join->tally, e->keys.account);
}

/* Fill in the keys; ask for what they alone lead to. */
static void
expect_keys(struct join *join, struct event *e)
{
	if (e->queue_id.n > 0) {
		e->keys.trail = step_key_here(join, e->host, e->queue_id);
		e->keys.slot = trails_expect(&join->trails, e->keys.trail);
	}
	if (e->kind == EVENT_REMOVED)
		return;
	if (e->kind == EVENT_DELIVERY)
		e->keys.address = address_hash(e->recipient);
	else if (e->kind == EVENT_ACCEPT)
		expect_account(join, e);
	else if (e->kind == EVENT_MESSAGE_ID)
		expect_message_id(join, e);
	else if (e->kind == EVENT_QUEUED || e->kind == EVENT_SENDER)
		expect_sender(join, e);
	else if (e->kind == EVENT_AUTH_FAIL)
		expect_failure(join, e);
	if (e->kind != EVENT_RECEIVED)
		return;
	expect_account(join, e);
	expect_message_id(join, e);
	expect_sender(join, e);
}

/* The origin, as far as it is known now; its first lines are asked for. */
static struct expected
expect_origin(struct join *join, struct event *e)
{
	struct expected x = {NULL, 0};
	const struct trail *trail;

	if (e->kind == EVENT_AUTH_FAIL) {
		if (e->keys.account != 0)
			tally_expect_auth(&join->tally, e->keys.account);
		if (e->keys.address != 0)
			tally_expect_auth(&join->tally, e->keys.address);
		return x;
	}
	if (e->keys.account != 0) {
		x.origin = tally_find_account(&join->tally, e->keys.account);
	} else if (e->keys.trail != 0 && join->trails.size > 0) {
		/* When it is not there yet, where it will be: the events in
		 * front of this one mostly begin it. */
		e->keys.slot =
		    trails_slot(&join->trails, e->keys.trail, e->keys.slot);
		trail = &join->trails.slots[e->keys.slot];
		if (trail->key == 0)
			return x;
		if (e->kind == EVENT_DELIVERY)
			EXPECT(step_circle_slot(
			    join, step_circle_key(
				      e->keys.address, trail->message_id)));
		if (trail->origin != 0) {
			x.origin = join->tally.origins[trail->origin - 1];
			x.ip = trail->ip;
		}
	}
	if (x.origin != NULL)
		origin_expect(x.origin);
	return x;
}

static void
expect_sums(const struct expected *x, const struct event *e)
{
	const struct origin *o = x->origin;

	if (o == NULL)
		return;
	if (o->hours_n > 0)
		EXPECT(&o->hours[o->hours_n - 1]);
	if (x->ip != 0)
		EXPECT(&o->ips[x->ip - 1]);
	else if (o->ips != NULL)
		EXPECT(&o->ips[o->ip_last]);
	if (e->kind == EVENT_QUEUED)
		EXPECT(o->tops[TOP_SENDER]);
	else if (e->kind == EVENT_MESSAGE_ID)
		EXPECT(o->tops[TOP_ID_HOST]);
}

enum {
	/* Events looked at together. What is asked for must still be in the
	 * innermost caches when it is used, which others share with us. */
	TOGETHER = 16
};

static void
take_in(
    struct join *join, struct event *events, const struct ref *refs, size_t n)
{
	struct expected expected[TOGETHER];

	if (join->trails.n >= LIMIT_OPEN)
		room_make(join);
	for (size_t i = 0; i < n; i++)
		expect_keys(join, &events[i]);
	for (size_t i = 0; i < n; i++)
		expected[i] = expect_origin(join, &events[i]);
	for (size_t i = 0; i < n; i++)
		expect_sums(&expected[i], &events[i]);
	for (size_t i = 0; i < n; i++)
		step_event(join, &events[i], refs[i]);
}

void
join_events(
    struct join *join, struct event *events, const struct ref *refs, size_t n)
{
	for (size_t at = 0; at < n; at += TOGETHER)
		take_in(join, events + at, refs + at,
		    n - at < TOGETHER ? n - at : TOGETHER);
}

void
join_event(struct join *join, const struct event *event, struct ref ref)
{
	struct event copy = *event;

	join_events(join, &copy, &ref, 1);
}
