/* SPDX-License-Identifier: ISC */
#include "trail/trail.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	KEYS = 6000, /* more than the table begins with: it grows */
	STEPS = 200000,
};

static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t
draw(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Keys that fall upon each other: they want a few places. */
static uint64_t
key_of(size_t i)
{
	static uint64_t near[KEYS / 3], found, next = 1;

	if (i % 3 != 0)
		return i * 7919 + (UINT64_C(1) << 40);
	for (; found <= i / 3; next++)
		if ((secret_place(next) & 4095) >= 4090)
			near[found++] = next;
	return near[i / 3];
}

/* Random adding and removing against a plain table of who is in. */
static void
test_model(void **state)
{
	struct trails trails = {0};
	static bool is_in[KEYS];
	size_t n = 0;

	(void)state;
	for (size_t step = 0; step < STEPS; step++) {
		/* grows, shrinks, grows again */
		bool wants =
		    draw() % 100 < (step / (STEPS / 4) % 2 == 0 ? 75u : 25u);
		size_t i = draw() % KEYS;
		struct trail *trail = trails_find(&trails, key_of(i));

		assert_int_equal(trail != NULL, is_in[i]);
		if (trail != NULL)
			assert_int_equal(trail->from, i);
		if (wants && trail == NULL) {
			trail = trails_add(&trails, key_of(i));
			assert_int_equal(trail->key, key_of(i));
			assert_int_equal(trail->uid, -1);
			assert_int_equal(trail->flags, 0);
			assert_int_equal(trail->origin, 0);
			trail->from = (uint32_t)i;
			is_in[i] = true;
			n++;
		} else if (!wants && trail != NULL) {
			trails_remove(&trails, trail);
			is_in[i] = false;
			n--;
		}
		assert_int_equal(trails.n, n);
	}
	for (size_t i = 0; i < KEYS; i++) {
		struct trail *trail = trails_find(&trails, key_of(i));

		assert_int_equal(trail != NULL, is_in[i]);
		if (trail != NULL)
			assert_int_equal(trail->from, i);
	}
	trails_done(&trails);
	assert_null(trails_find(&trails, 1));
}

/* No two in use are the same, each keeps what was put in, free ones come
 * again zeroed. */
static void
test_pool(void **state)
{
	struct pool pool = {.item = sizeof(struct record)};
	uint32_t held[500];
	size_t n = 0;
	uint32_t most = 0;

	(void)state;
	pool_give(&pool, 0); /* none */
	for (uint32_t step = 0; step < 20000; step++) {
		if (n < ARRAY_LEN(held) && draw() % 2 == 0) {
			uint32_t number = pool_take(&pool);
			struct record *r = pool_at(&pool, number);

			assert_int_not_equal(number, 0);
			assert_int_equal(r->next, 0);
			assert_int_equal(r->hash, 0);
			r->hash = number * UINT64_C(3);
			held[n++] = number;
			most = number > most ? number : most;
		} else if (n > 0) {
			size_t i = draw() % n;
			struct record *r = pool_at(&pool, held[i]);

			assert_int_equal(r->hash, held[i] * UINT64_C(3));
			pool_give(&pool, held[i]);
			held[i] = held[--n];
		}
		assert_int_equal(pool.used, n);
	}
	assert_true(most <= ARRAY_LEN(held)); /* free ones are used again */
	pool_done(&pool);
	assert_int_equal(pool_take(&pool), 1);
	pool_done(&pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_model),
	    cmocka_unit_test(test_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
