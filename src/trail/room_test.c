/* SPDX-License-Identifier: ISC */
/* Logs of which messages never end, or only end. */
#include "base/limits.h"
#include "mail/address.h"
#include "trail/bind.h"
#include "trail/step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>

enum {
	ENDLESS = LIMIT_OPEN + LIMIT_OPEN / 2
};

/* Message i of one that never ends: its begin, its sender, one delivery. */
static void
endless(struct join *join, uint32_t i)
{
	char id[16];
	int n = snprintf(id, sizeof(id), "%08X", i + 0x10000000);
	struct event e = {.kind = EVENT_ACCEPT,
	    .host = S("mx1"),
	    .queue_id = {id, (size_t)n},
	    .account = S("ana@a.example"),
	    .uid = -1,
	    .at = (1800000000 + i / 100) * US_SECOND};

	join_event(join, &e, (struct ref){1, i});
	e.kind = EVENT_QUEUED;
	e.nrcpt = 1;
	join_event(join, &e, (struct ref){1, i});
}

/* Messages without an end take no more memory than LIMIT_OPEN of them; the
 * oldest are given up, their sums stay, and it is told; in parts as in one. */
static void
test_endless(void **state)
{
	for (int parts = 1; parts <= 2; parts++) {
		struct join *join = join_new(true, NULL, BY_ORIGIN);
		struct join *part = join;
		const struct origin *o;

		(void)state;
		for (uint32_t i = 0; i < ENDLESS; i++) {
			if (parts == 2 && i == ENDLESS / 2)
				part = join_new(false, NULL, BY_ORIGIN);
			endless(part, i);
			assert_in_range(part->trails.n, 1, LIMIT_OPEN + 1);
		}
		if (parts == 2)
			join_append(join, part);
		assert_in_range(join->trails.n, 1, LIMIT_OPEN);
		assert_in_range(join->given_up, 1, ENDLESS - 1);
		join_finish(join);
		o = tally_find(
		    &join->tally, ORIGIN_ACCOUNT, S("ana@a.example"));
		assert_non_null(o);
		assert_int_equal(o->counts.messages, ENDLESS);
		assert_int_equal(o->counts.queued, ENDLESS);
		join_free(join);
	}
}

/* Ends without a beginning, in a part behind another one. */
static void
test_ends_only(void **state)
{
	struct join *join = join_new(false, NULL, BY_ORIGIN);
	char id[16];

	(void)state;
	for (uint32_t i = 0; i < ENDLESS; i++) {
		int n = snprintf(id, sizeof(id), "%08X", i + 0x10000000);
		struct event e = {.kind = EVENT_REMOVED,
		    .host = S("mx1"),
		    .queue_id = {id, (size_t)n},
		    .uid = -1,
		    .at = 1800000000 * US_SECOND};

		join_event(join, &e, (struct ref){1, i});
	}
	assert_in_range(join->earlier_n, 1, LIMIT_OPEN);
	assert_int_equal(join->given_up, ENDLESS - LIMIT_OPEN);
	assert_in_range(join->records.used, 1, LIMIT_OPEN);
	join_free(join);
}

/* How often the table got smaller: each time it was sorted as a whole. */
struct watch {
	size_t before, drops;
};

static void
watch(struct watch *w, const struct join *join)
{
	assert_in_range(join->trails.n, 0, LIMIT_OPEN);
	w->drops += join->trails.n < w->before;
	w->before = join->trails.n;
}

/* Event i of a session of its own, whose mail a filter takes before it is
 * queued: "NOQUEUE: client=...", for ever. */
static struct event
endless_session(uint32_t i)
{
	return (struct event){.kind = EVENT_CONNECT,
	    .host = S("mx1"),
	    .service = S("smtpd"),
	    .pid = i + 1,
	    .uid = -1,
	    .at = (1800000000 + i / 100) * US_SECOND};
}

/* Sessions have no message, but a record each; none is given up in the sense
 * that something was lost; and there is no sorting for a handful. */
static void
test_sessions(void **state)
{
	(void)state;
	for (int first = 0; first <= 1; first++) {
		struct join *join = join_new(first == 1, NULL, BY_ORIGIN);
		struct watch w = {0};

		for (uint32_t i = 0; i < ENDLESS; i++) {
			struct event e = endless_session(i);

			join_event(join, &e, (struct ref){1, i});
			watch(&w, join);
		}
		assert_in_range(w.drops, 1, 2);
		assert_in_range(join->callers.used, 1, LIMIT_OPEN);
		assert_int_equal(join->given_up, 0);
		join_free(join);
	}
}

/* As many connections as may be kept beside messages without an end. */
static void
test_connections(void **state)
{
	struct join *join = join_new(true, NULL, BY_ORIGIN);
	struct watch w = {0};

	(void)state;
	for (uint32_t i = 0; i < ENDLESS; i++) {
		struct event e = endless_session(i);

		e.session = i + 1;
		join_event(join, &e, (struct ref){1, i});
		endless(join, i);
		watch(&w, join);
	}
	assert_in_range(w.drops, 1, 3);
	assert_in_range(join->given_up, LIMIT_OPEN / 4, ENDLESS);
	join_free(join);
}

/* What a later part has no room for may have begun before it: it is not given
 * up, but goes on there. */
static void
test_later_part(void **state)
{
	struct join *join = join_new(true, NULL, BY_ORIGIN);
	struct join *part = join_new(false, NULL, BY_ORIGIN);
	struct event e = {.kind = EVENT_DELIVERY,
	    .host = S("mx1"),
	    .queue_id = S("10000000"),
	    .recipient = S("x@b.example"),
	    .agent = AGENT_SMTP,
	    .status = STATUS_DEFERRED,
	    .code = 450,
	    .reply = S("450 4.2.0 later"),
	    .uid = -1,
	    .at = 1800000001 * US_SECOND};
	const struct origin *o;

	(void)state;
	endless(join, 0);
	join_event(part, &e, (struct ref){2, 0});
	for (uint32_t i = 1; i <= LIMIT_OPEN; i++) {
		struct event s = endless_session(i + 1000);

		join_event(part, &s, (struct ref){2, i});
	}
	assert_int_equal(part->earlier_n, 1);
	assert_int_equal(part->given_up, 0);
	join_append(join, part);
	assert_int_equal(join->given_up, 0);
	join_finish(join);
	o = tally_find(&join->tally, ORIGIN_ACCOUNT, S("ana@a.example"));
	assert_non_null(o);
	assert_int_equal(o->counts.queued, 1);
	assert_int_equal(o->counts.deferred, 1);
	join_free(join);
}

/* Recipient i of message id is put off. */
static void
put_off(struct join *join, struct str id, uint32_t i)
{
	char to[32];
	int n = snprintf(to, sizeof(to), "r%u@b.example", i);
	struct event e = {.kind = EVENT_DELIVERY,
	    .host = S("mx1"),
	    .queue_id = id,
	    .recipient = {to, (size_t)n},
	    .agent = AGENT_SMTP,
	    .status = STATUS_DEFERRED,
	    .code = 450,
	    .reply = S("450 4.2.0 later"),
	    .uid = -1,
	    .at = 1800000001 * US_SECOND};

	join_event(join, &e, (struct ref){1, i});
}

/* A log in which ever more recipients wait. */
static void
test_waiting(void **state)
{
	struct join *join = join_new(true, NULL, BY_ORIGIN);
	const struct origin *o;

	(void)state;
	while (join->waits.used < JOIN_WAITS - 1) /* of other messages */
		(void)pool_take(&join->waits);
	endless(join, 0);
	for (uint32_t i = 0; i < 3; i++)
		put_off(join, S("10000000"), i);
	assert_int_equal(join->waits.used, JOIN_WAITS);
	assert_int_equal(join->waits_missed, 2);
	put_off(join, S("10000000"), 0); /* is there */
	assert_int_equal(join->waits_missed, 2);
	join_finish(join);
	o = tally_find(&join->tally, ORIGIN_ACCOUNT, S("ana@a.example"));
	assert_non_null(o);
	assert_int_equal(o->counts.deferred, 1);
	assert_int_equal(o->deferrals, 4);
	join_free(join);
}

enum {
	CHAIN = 20000
};

struct chosen {
	uint32_t order, i;
};

static int
by_order(const void *left, const void *right)
{
	const struct chosen *a = left, *b = right;

	return (a->order > b->order) - (a->order < b->order);
}

/* Who writes a log knows the queue id, and can put recipients in such an order
 * that a tree by any known hash of both becomes a chain. */
static void
test_chosen_recipients(void **state)
{
	struct chosen *all = xcalloc(CHAIN, sizeof(*all));
	struct join *join = join_new(true, NULL, BY_ORIGIN);
	struct join *part = join_new(false, NULL, BY_ORIGIN);
	uint64_t key = step_key(S("mx1"), S("10000000"));
	struct rlimit before, small;

	(void)state;
	for (uint32_t i = 0; i < CHAIN; i++) {
		char to[32];
		uint32_t hash;

		(void)snprintf(to, sizeof(to), "r%u@b.example", i);
		hash = (uint32_t)(address_hash(str_z(to)) >> 32);
		all[i] = (struct chosen){
		    (hash ^ (uint32_t)key) * UINT32_C(0x9e3779b1), i};
	}
	qsort(all, CHAIN, sizeof(*all), by_order);
	endless(part, 0);
	for (uint32_t i = 0; i < CHAIN; i++)
		put_off(part, S("10000000"), all[i].i);
	assert_int_equal(getrlimit(RLIMIT_STACK, &before), 0);
	small = before;
	small.rlim_cur = 256 * 1024;
	assert_int_equal(setrlimit(RLIMIT_STACK, &small), 0);
	join_append(join, part);
	assert_int_equal(setrlimit(RLIMIT_STACK, &before), 0);
	assert_int_equal(join->waits.used, CHAIN);
	join_free(join);
	free(all);
}

/* Any number of addresses whose mail goes on. */
static void
test_aliases(void **state)
{
	struct join *join = join_new(false, NULL, BY_ORIGIN);
	uint32_t last = 0;

	(void)state;
	for (uint32_t i = 0; i < 2 * JOIN_ALIASES; i++) {
		char text[32];
		int n = snprintf(text, sizeof(text), "a%u@a.example", i);

		last = bind_alias(join, (struct str){text, (size_t)n});
	}
	assert_in_range(join->aliases_n, JOIN_ALIASES, JOIN_ALIASES + 1);
	assert_true(str_eq(join->aliases[last - 1], S("*")));
	assert_int_equal(bind_alias(join, S("a7@a.example")), 8);
	join_free(join);
}

/* And of domains that mail stays here for. */
static void
test_domains(void **state)
{
	struct join *join = join_new(true, NULL, BY_ORIGIN);
	bool is_new;

	(void)state;
	for (uint64_t i = 1; i < TALLY_DOMAINS; i++)
		(void)map_put(&join->tally.our_domains, i << 40, &is_new);
	endless(join, 0);
	for (uint32_t i = 0; i < 1000; i++) {
		char to[32];
		int n = snprintf(to, sizeof(to), "x@d%u.example", i);
		struct event e = {.kind = EVENT_DELIVERY,
		    .host = S("mx1"),
		    .queue_id = S("10000000"),
		    .recipient = {to, (size_t)n},
		    .agent = AGENT_LOCAL,
		    .status = STATUS_SENT,
		    .uid = -1,
		    .at = 1800000001 * US_SECOND};

		join_event(join, &e, (struct ref){1, i});
	}
	assert_int_equal(join->tally.our_domains.n, TALLY_DOMAINS);
	join_free(join);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_endless),
	    cmocka_unit_test(test_ends_only),
	    cmocka_unit_test(test_sessions),
	    cmocka_unit_test(test_connections),
	    cmocka_unit_test(test_later_part),
	    cmocka_unit_test(test_waiting),
	    cmocka_unit_test(test_chosen_recipients),
	    cmocka_unit_test(test_aliases),
	    cmocka_unit_test(test_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
