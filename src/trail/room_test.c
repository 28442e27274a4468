/* SPDX-License-Identifier: ISC */
/* Logs of which messages never end, or only end. */
#include "base/limits.h"
#include "trail/join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_endless),
	    cmocka_unit_test(test_ends_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
