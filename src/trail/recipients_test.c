/* SPDX-License-Identifier: ISC */
#include "trail/recipients.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Where it does not matter what it counts. */
static struct sketch seen;

static uint64_t
hash_of(uint32_t i)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "u%u@b.example", i);

	return str_hash((struct str){text, (size_t)n});
}

/* All zero: it is not there. */
static struct recipient
find(const struct recipients *r, uint64_t key)
{
	for (size_t i = 0; i < r->size; i++)
		if (r->slots[i].key == key)
			return r->slots[i];
	return (struct recipient){0};
}

/* Who was first, in whatever order it is told. */
static void
test_first(void **state)
{
	static const struct {
		uint32_t at[3], origin[3];
		uint32_t want_at, want_origin;
	} rows[] = {
	    {{5, 6, 7}, {1, 2, 3}, 5, 1}, {{7, 6, 5}, {1, 2, 3}, 5, 3},
	    {{6, 5, 6}, {1, 2, 3}, 5, 2},
	    {{5, 5, 5}, {1, 2, 3}, 5, 1}, /* told first, was first */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct recipients r = {0};
		struct recipient got;

		for (size_t k = 0; k < 3; k++)
			recipients_add(&r, hash_of(1), rows[i].at[k],
			    rows[i].origin[k], &seen);
		recipients_flush(&r);
		got = find(&r, hash_of(1));
		assert_int_equal(r.n, 1);
		assert_int_equal(got.first, rows[i].want_at);
		assert_int_equal(got.origin, rows[i].want_origin);
		recipients_done(&r);
	}
}

/* The null address has a hash too. */
static void
test_zero(void **state)
{
	struct recipients r = {0};

	(void)state;
	recipients_add(&r, 0, 1, 0, &seen);
	recipients_add(&r, 0, 2, 0, &seen);
	recipients_flush(&r);
	assert_int_equal(r.n, 1);
	recipients_done(&r);
}

static void
fill(struct recipients *r, uint32_t from, uint32_t to, uint32_t origin)
{
	for (uint32_t i = from; i < to; i++)
		recipients_add(r, hash_of(i), i + 1, origin, &seen);
	recipients_flush(r);
}

/* Number of addresses it stands for. */
static double
estimate(const struct recipients *r)
{
	return (double)r->n * (double)(UINT64_C(1) << r->shift);
}

static void
test_sample(void **state)
{
	struct recipients r = {0};
	const uint32_t many = 4 * RECIPIENTS_MAX;

	(void)state;
	fill(&r, 0, RECIPIENTS_MAX / 2, 0);
	assert_int_equal(r.shift, 0);
	assert_int_equal(r.n, RECIPIENTS_MAX / 2);
	fill(&r, RECIPIENTS_MAX / 2, many, 0);
	assert_true(r.shift >= 1);
	assert_true(r.n <= RECIPIENTS_MAX);
	/* a quarter of three million by hash: 1 % is 8 deviations */
	assert_true(estimate(&r) > many * 0.99);
	assert_true(estimate(&r) < many * 1.01);
	recipients_done(&r);
}

/* Two parts give what one gives; one of them samples, the other does not. */
static void
test_merge(void **state)
{
	static const uint32_t map[] = {7, 9};
	struct recipients whole = {0}, a = {0}, b = {0};
	const uint32_t many = 2 * RECIPIENTS_MAX, few = 5000;

	(void)state;
	fill(&whole, 0, many, 7);
	for (uint32_t i = many - few; i < many + few; i++)
		recipients_add(
		    &whole, hash_of(i), i < many ? i : i + 1, 9, &seen);
	recipients_flush(&whole);
	fill(&a, 0, many, 0);
	for (uint32_t i = many - few; i < many + few; i++)
		recipients_add(&b, hash_of(i), i < many ? i : i + 1, 1, &seen);
	recipients_flush(&b);
	assert_true(a.shift > 0);
	assert_int_equal(b.shift, 0);
	{
		struct recipients to = {0};

		recipients_merge(&to, &b, map); /* the later one first */
		recipients_merge(&to, &a, map);
		assert_int_equal(to.shift, whole.shift);
		assert_int_equal(to.n, whole.n);
		for (size_t i = 0; i < whole.size; i += 97) {
			const struct recipient *w = &whole.slots[i];
			struct recipient g;

			if (w->key == 0)
				continue;
			g = find(&to, w->key);
			assert_int_equal(g.key, w->key);
			assert_int_equal(g.first, w->first);
			assert_int_equal(g.origin, w->origin);
			i += to.size / 50; /* each is looked for in full */
		}
		recipients_done(&to);
	}
	recipients_done(&whole);
	recipients_done(&a);
	recipients_done(&b);
}

/* Hashes that are in every sample, however small. */
static void
test_chosen(void **state)
{
	struct recipients r = {0};

	(void)state;
	for (uint64_t i = 1; i < RECIPIENTS_MAX + 100000; i++)
		recipients_add(&r, i << 32, 5, 1, &seen);
	recipients_flush(&r);
	assert_in_range(r.shift, 1, 31);
	assert_in_range(r.n, RECIPIENTS_MAX, RECIPIENTS_MAX + 1);
	recipients_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first),
	    cmocka_unit_test(test_zero),
	    cmocka_unit_test(test_sample),
	    cmocka_unit_test(test_merge),
	    cmocka_unit_test(test_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
