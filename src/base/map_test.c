/* SPDX-License-Identifier: ISC */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_empty(void **state)
{
	struct map map = {0};

	(void)state;
	assert_null(map_get(&map, 0));
	assert_null(map_get(&map, 1));
	map_done(&map);
	map_done(&map);
}

static void
test_put_get(void **state)
{
	const uint32_t many = 100000;
	struct map map = {0};
	bool new;

	(void)state;
	for (uint32_t i = 0; i < many; i++) {
		uint64_t key =
		    str_hash((struct str){(const char *)&i, sizeof(i)});
		uint32_t *value = map_put(&map, key, &new);

		assert_true(new);
		assert_int_equal(*value, 0);
		*value = i;
		assert_ptr_equal(map_put(&map, key, &new), value);
		assert_false(new);
	}
	assert_int_equal(map.n, many);
	assert_true(map.n * 10 <= map.size * 7);
	for (uint32_t i = 0; i < many; i++) {
		uint64_t key =
		    str_hash((struct str){(const char *)&i, sizeof(i)});
		uint32_t *value = map_get(&map, key);

		assert_non_null(value);
		assert_int_equal(*value, i);
		assert_null(map_get(&map, key ^ 1));
	}
	map_done(&map);
	assert_int_equal(map.n, 0);
}

/* Keys that all want the same slot, at its end: the probe wraps around. */
static void
test_collisions(void **state)
{
	struct map map = {0};
	bool new;

	(void)state;
	for (uint64_t i = 0; i < 500; i++)
		*map_put(&map, i << 32 | 0xffff, &new) = (uint32_t)i;
	for (uint64_t i = 0; i < 500; i++)
		assert_int_equal(*map_get(&map, i << 32 | 0xffff), i);
	assert_null(map_get(&map, UINT64_C(500) << 32 | 0xffff));
	map_done(&map);
}

/* map.h: a key 0 is stored as 1 */
static void
test_key_zero(void **state)
{
	struct map map = {0};
	bool new;

	(void)state;
	*map_put(&map, 0, &new) = 7;
	assert_true(new);
	assert_int_equal(*map_get(&map, 0), 7);
	(void)map_put(&map, 1, &new);
	assert_false(new);
	assert_int_equal(map.n, 1);
	map_done(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_put_get),
	    cmocka_unit_test(test_collisions),
	    cmocka_unit_test(test_key_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
