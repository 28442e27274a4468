/* SPDX-License-Identifier: ISC */
/*
 * A log read in parts, cut anywhere, gives what one reading gives. The log is
 * what a real Postfix wrote, with a content filter, forwards, notices, and
 * mail that was put off.
 */
#include "trail/test_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct fixture {
	struct story story;
	struct arena arena;
	struct str whole; /* dump of one reading */
	uint64_t random;
};

static size_t
draw(struct fixture *f, size_t below)
{
	f->random ^= f->random << 13;
	f->random ^= f->random >> 7;
	f->random ^= f->random << 17;
	return (size_t)(f->random % below);
}

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct join *join;

	f->random = UINT64_C(0x2545f4914f6cdd1d);
	story_recorded(&f->story);
	join = story_join(&f->story, NULL, NULL, 0);
	f->whole = story_dump(&f->arena, &join->tally);
	join_free(join);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	story_done(&f->story);
	arena_done(&f->arena);
	free(f);
	return 0;
}

/* Fails with the first lines that only one of the two has. */
static void
same_dump(struct str got, struct str want, const size_t *cuts, size_t cuts_n)
{
	char where[128] = "";
	int n = 0;

	if (str_eq(got, want))
		return;
	for (size_t i = 0; i < cuts_n; i++)
		n += snprintf(
		    where + n, sizeof(where) - (size_t)n, " %zu", cuts[i]);
	while (got.n > 0 && want.n > 0) {
		struct str a = str_take(&got, '\n');
		struct str b = str_take(&want, '\n');

		if (!str_eq(a, b))
			fail_msg("cut at event%s\n is " STR_FMT
				 "\nnot " STR_FMT,
			    where, STR_ARG(a), STR_ARG(b));
	}
	fail_msg("cut at event%s: lines are missing", where);
}

static void
try_cuts(struct fixture *f, const size_t *cuts, size_t n)
{
	struct join *join = story_join(&f->story, NULL, cuts, n);
	struct arena a = {0};

	same_dump(story_dump(&a, &join->tally), f->whole, cuts, n);
	join_free(join);
	arena_done(&a);
}

/* What is compared must be there at all. */
static void
test_recorded(void **state)
{
	static const struct str wanted[] = {S0("account 'anna.rossi@"),
	    S0("script 'uid=33'"), S0("forward '"), S0("system 'bounces'"),
	    S0("auth 'sara.silva@"), S0(" hour "), S0(" ip 198.18.")};
	struct fixture *f = *state;

	assert_true(f->story.n > 10000);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (!str_has(f->whole, wanted[i]))
			fail_msg("'%s' is not in\n" STR_FMT, wanted[i].p,
			    STR_ARG(f->whole));
}

/* Every place of a stretch in the busy middle of the log. */
static void
test_each_place(void **state)
{
	struct fixture *f = *state;
	size_t from = f->story.n / 3;

	for (size_t cut = from; cut < from + 400; cut++)
		try_cuts(f, &cut, 1);
}

static int
by_size(const void *left, const void *right)
{
	size_t a = *(const size_t *)left, b = *(const size_t *)right;

	return a < b ? -1 : a > b;
}

/* 2 to 8 parts, some of them empty or a few lines long. */
static void
test_random(void **state)
{
	struct fixture *f = *state;
	size_t cuts[7];

	for (int round = 0; round < 120; round++) {
		size_t n = 1 + draw(f, ARRAY_LEN(cuts));
		size_t near = draw(f, f->story.n - 40);

		for (size_t i = 0; i < n; i++)
			cuts[i] = round % 3 == 0 ? near + draw(f, 40)
						 : draw(f, f->story.n + 1);
		qsort(cuts, n, sizeof(cuts[0]), by_size);
		try_cuts(f, cuts, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_recorded),
	    cmocka_unit_test(test_each_place),
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
