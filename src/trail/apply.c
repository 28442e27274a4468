/* SPDX-License-Identifier: ISC */
#include "trail/apply.h"

#include "mail/address.h"
#include "trail/step.h"

#include <assert.h>

/* The sums that one event goes to: origin, its hour, its client address. */
struct sums {
	struct origin *origin;
	struct origin_hour *hour;
	struct origin_ip *ip; /* NULL: none */
};

/* All that becomes of a message belongs to the hour it came in: so the sums of
 * an hour speak of the same messages. */
static inline struct sums
sums_of(const struct join *join, const struct trail *trail)
{
	struct sums s;

	assert(trail->origin != 0);
	s.origin = join->tally.origins[trail->origin - 1];
	s.hour = origin_hour(s.origin, trail->from / 3600);
	s.ip = trail->ip == 0 ? NULL : &s.origin->ips[trail->ip - 1];
	return s;
}

#define SUM(s, field, value)                                                   \
	do {                                                                   \
		(s).origin->counts.field += (value);                           \
		(s).hour->counts.field += (value);                             \
		if ((s).ip != NULL)                                            \
			(s).ip->counts.field += (value);                       \
	} while (0)

/* ---- recipients that wait for another attempt ---- */

/* A search tree: one message may have 100,000 recipients. */
struct wait {
	uint32_t left, right;
	uint32_t order;
};

_Static_assert(sizeof(struct wait) == APPLY_WAIT, "pool");

static struct wait *
wait_at(const struct join *join, uint32_t number)
{
	return pool_at(&join->waits, number);
}

/* Mixed with the queue id and the secret of this run, so that neither who
 * sends mail nor who writes a log can choose addresses that make a chain of
 * the tree. Each step can be undone: other hashes have other places. */
static uint32_t
order_of(const struct trail *trail, uint32_t hash)
{
	uint32_t x = hash ^ (uint32_t)trail->key ^ (uint32_t)secret_of_run.mask;

	x *= (uint32_t)secret_of_run.odd | 1;
	x ^= x >> 15;
	return x * UINT32_C(0x9e3779b1);
}

/* Where it is, or would be. Lives until the next pool_take. */
static uint32_t *
wait_link(struct join *join, struct trail *trail, uint32_t order)
{
	uint32_t *link = &trail->waiting;

	while (*link != 0) {
		struct wait *w = wait_at(join, *link);

		if (w->order == order)
			break;
		link = order < w->order ? &w->left : &w->right;
	}
	return link;
}

/* False: it waits already, or too many do. */
static bool
wait_add(struct join *join, struct trail *trail, uint32_t hash)
{
	uint32_t order = order_of(trail, hash);
	uint32_t number;

	if (*wait_link(join, trail, order) != 0)
		return false;
	if (join->waits.used >= JOIN_WAITS) {
		join->waits_missed++;
		return false;
	}
	number = pool_take(&join->waits);
	wait_at(join, number)->order = order;
	*wait_link(join, trail, order) = number;
	trail->waiting_n++;
	return true;
}

/* False: it did not wait. */
static bool
wait_remove(struct join *join, struct trail *trail, uint32_t hash)
{
	uint32_t *link = wait_link(join, trail, order_of(trail, hash));
	uint32_t number = *link;
	struct wait *w;

	if (number == 0)
		return false;
	w = wait_at(join, number);
	if (w->left == 0 || w->right == 0) {
		*link = w->left == 0 ? w->right : w->left;
	} else { /* the least of the right side takes its place */
		uint32_t *least = &w->right, next;

		while (wait_at(join, *least)->left != 0)
			least = &wait_at(join, *least)->left;
		next = *least;
		*least = wait_at(join, next)->right;
		wait_at(join, next)->left = w->left;
		wait_at(join, next)->right = w->right;
		*link = next;
	}
	pool_give(&join->waits, number);
	trail->waiting_n--;
	return true;
}

static void
wait_clear(struct join *join, struct trail *trail)
{
	while (trail->waiting != 0) {
		uint32_t number = trail->waiting;
		struct wait *w = wait_at(join, number);

		if (w->left == 0) {
			trail->waiting = w->right;
			pool_give(&join->waits, number);
		} else { /* turn, until nothing is left of it */
			trail->waiting = w->left;
			w->left = wait_at(join, trail->waiting)->right;
			wait_at(join, trail->waiting)->right = number;
		}
	}
	trail->waiting_n = 0;
}

uint32_t
apply_copy_waits(struct join *to, const struct join *from, uint32_t number)
{
	struct wait wait;

	if (number == 0)
		return 0;
	if (to->waits.used >= JOIN_WAITS) {
		to->waits_missed++;
		return 0;
	}
	memcpy(&wait, wait_at(from, number), sizeof(wait));
	wait.left = apply_copy_waits(to, from, wait.left);
	wait.right = apply_copy_waits(to, from, wait.right);
	number = pool_take(&to->waits);
	memcpy(wait_at(to, number), &wait, sizeof(wait));
	return number;
}

/* ---- one message enters ---- */

static void
mark_once(struct origin *origin, enum origin_mark mark, struct ref ref)
{
	if (origin->marks[mark].segment == 0)
		origin->marks[mark] = ref;
}

static void
apply_sender(struct sums s, const struct record *r)
{
	struct origin *o = s.origin;

	if ((r->flags & RECORD_STRANGE) != 0) {
		o->strange++;
		s.hour->strange++;
		if (s.ip != NULL)
			s.ip->strange++;
		mark_once(o, MARK_STRANGE, r->ref);
	}
	if ((r->flags & RECORD_NULL) != 0)
		o->null_sender++;
	if ((r->flags & RECORD_LIST) != 0)
		o->list_sender++;
	if ((r->flags & RECORD_CONFIRM) != 0)
		o->confirms++;
	if (r->hash != 0)
		sketch_add(&o->senders, r->hash);
}

static void
apply_queued(struct sums s, const struct trail *trail, const struct record *r)
{
	struct origin *o = s.origin;

	if ((trail->flags & TRAIL_CHILD) != 0)
		return;
	SUM(s, messages, 1);
	SUM(s, recipients, r->value);
	o->size += r->size;
	if (o->first == 0 || r->at < o->first) {
		o->first = r->at;
		o->marks[MARK_FIRST] = r->ref;
	}
	if (r->at >= o->last)
		o->last = r->at;
	if (r->value > o->many_rcpts) {
		o->many_rcpts = r->value;
		o->marks[MARK_MANY] = r->ref;
	}
	if (s.ip != NULL && r->at > s.ip->last)
		s.ip->last = r->at;
	apply_sender(s, r);
}

/* ---- one recipient is delivered, refused, put off ---- */

static void
apply_refusal(struct sums s, const struct record *r)
{
	struct origin *o = s.origin;

	o->refused[r->class]++;
	if (reply_blames_spam(r->class)) {
		bool server = reply_blames_server(r->class, r->rule);

		SUM(s, spam, 1);
		o->listed += server;
		mark_once(o, server ? MARK_LISTED : MARK_SPAM, r->ref);
	}
	if (r->status != STATUS_BOUNCED)
		return;
	mark_once(o, MARK_BOUNCE, r->ref);
	if (r->class == REPLY_UNKNOWN_USER) {
		SUM(s, unknown, 1);
		mark_once(o, MARK_UNKNOWN, r->ref);
	}
}

/* Behind one private address may be many people: whose mail is refused? */
static void
blame_sender(
    struct origin *o, const struct trail *trail, const struct record *r)
{
	struct origin_top *top = o->tops[TOP_SENDER];

	if ((o->kind != ORIGIN_NETWORK && o->kind != ORIGIN_CLIENT) ||
	    top == NULL || trail->sender == 0 ||
	    !(reply_blames_spam(r->class) ||
		(r->status == STATUS_BOUNCED &&
		    r->class == REPLY_UNKNOWN_USER)))
		return;
	for (uint32_t i = 0; i < top->n; i++) {
		struct str sender = {top->items[i].text, top->items[i].length};

		if (step_sender(address_hash(sender)) != trail->sender)
			continue;
		top->items[i].blamed++;
		return;
	}
}

/* was_waiting: it was put off before; a second time it is not counted. */
static void
apply_notice(struct backscatter *b, const struct record *r, bool was_waiting)
{
	if ((r->flags & RECORD_FAR) == 0)
		return;
	if (b->first == 0 || r->at < b->first)
		b->first = r->at;
	if (r->at > b->last)
		b->last = r->at;
	if (b->ref.segment == 0)
		b->ref = r->ref;
	sketch_add(&b->targets, r->hash);
	b->waiting -= was_waiting;
	if (r->status == STATUS_SENT)
		b->delivered++;
	else if (r->status == STATUS_DEFERRED)
		b->waiting++;
	else
		b->refused++;
}

static void
note_recipient(struct join *join, struct trail *trail, struct origin *origin,
    const struct record *r)
{
	if ((r->flags & RECORD_ANSWER) != 0)
		origin->answers++;
	if ((r->flags & RECORD_FAR) == 0)
		return;
	recipients_add(&join->tally.recipients, r->hash, trail->from,
	    trail->origin - 1, &origin->recipients);
}

static void
apply_delivery(struct join *join, struct trail *trail, struct sums s,
    const struct record *r)
{
	uint32_t hash = (uint32_t)(r->hash >> 32);
	bool was_waiting;

	note_recipient(join, trail, s.origin, r);
	if (r->status == STATUS_DEFERRED)
		was_waiting = !wait_add(join, trail, hash);
	else
		was_waiting = wait_remove(join, trail, hash);
	if ((trail->flags & (TRAIL_UNCOUNTED | TRAIL_CHILD)) ==
		TRAIL_UNCOUNTED &&
	    !was_waiting)
		SUM(s, recipients, 1);
	if ((trail->flags & TRAIL_NOTICE) != 0)
		apply_notice(&join->tally.backscatter, r, was_waiting);
	if (r->status == STATUS_DEFERRED) {
		s.origin->deferrals++;
		apply_refusal(s, r);
		blame_sender(s.origin, trail, r);
		return;
	}
	if (r->status == STATUS_SENT) {
		SUM(s, accepted, 1);
		return;
	}
	SUM(s, bounced, 1);
	apply_refusal(s, r);
	blame_sender(s.origin, trail, r);
}

static void
apply_expired(struct join *join, struct trail *trail, struct sums s,
    const struct record *r)
{
	SUM(s, bounced, trail->waiting_n);
	s.origin->refused[REPLY_EXPIRED] += trail->waiting_n;
	mark_once(s.origin, MARK_BOUNCE, r->ref);
	wait_clear(join, trail);
}

void
apply_record(struct join *join, struct trail *trail, const struct record *r)
{
	struct sums s = sums_of(join, trail);

	switch ((enum record_kind)r->kind) {
	case RECORD_QUEUED:
		if (trail->ends == END_SAID)
			trail->sender = step_sender(r->hash);
		apply_queued(s, trail, r);
		break;
	case RECORD_DELIVERY:
		apply_delivery(join, trail, s, r);
		break;
	case RECORD_EXPIRED:
		apply_expired(join, trail, s, r);
		break;
	case RECORD_DELETED:
	case RECORD_REMOVED:
		wait_clear(join, trail);
		break;
	case RECORD_SENDER:
		if ((trail->flags & TRAIL_CHILD) == 0)
			apply_sender(s, r);
		break;
	case RECORD_CHILD:
	case RECORD_DSN:
	case RECORD_PARENT:
	case RECORD_PROXY:
	case RECORD_SESSION:
		assert(r->kind == RECORD_QUEUED && "leads on");
		break;
	}
}

void
apply_end(struct join *join, struct trail *trail)
{
	uint32_t number = trail->records;

	while (number != 0) {
		const struct record *r = pool_at(&join->records, number);
		uint32_t next = r->next;

		pool_give(&join->records, number);
		number = next;
	}
	trail->records = trail->records_last = 0;
	pool_give(&join->callers, trail->caller);
	trail->caller = 0;
	wait_clear(join, trail);
}

void
apply_open(struct join *join, const struct trail *trail)
{
	struct sums s;

	if ((trail->flags & TRAIL_QUEUED) == 0)
		return;
	s = sums_of(join, trail);
	if (trail->ends != END_UNTOLD || trail->waiting_n > 0)
		SUM(s, queued, 1);
	SUM(s, deferred, trail->waiting_n);
}

void
apply_inbound(struct join *join, const struct trail *trail)
{
	struct counts *in = &join->tally.inbound;
	uint32_t number = trail->records;

	while (number != 0) {
		const struct record *r = pool_at(&join->records, number);

		if (r->kind == RECORD_QUEUED) {
			in->messages++;
			in->recipients += r->value;
		} else if (r->kind == RECORD_DELIVERY) {
			in->accepted += r->status == STATUS_SENT;
			in->bounced += r->status == STATUS_BOUNCED;
			in->spam += reply_blames_spam(r->class);
		}
		number = r->next;
	}
}
