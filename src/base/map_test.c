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
	assert_true(map.n * 2 <= map.size);
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
	uint64_t keys[501];
	size_t n = 0;
	bool new;

	(void)state;
	for (uint64_t key = 1; n < ARRAY_LEN(keys); key++)
		if ((secret_place(key) & 1023) == 1023)
			keys[n++] = key;
	for (uint32_t i = 0; i < 500; i++)
		*map_put(&map, keys[i], &new) = i;
	assert_int_equal(map.size, 1024);
	for (uint32_t i = 0; i < 500; i++)
		assert_int_equal(*map_get(&map, keys[i]), i);
	assert_null(map_get(&map, keys[500]));
	map_done(&map);
}

/* The most slots in use side by side: how long a search may take. */
static size_t
longest_run(const struct map *map)
{
	size_t run = 0, longest = 0;

	for (size_t i = 0; i < map->size * 2; i++) {
		run = map->slots[i % map->size].key == 0 ? 0 : run + 1;
		if (run > longest)
			longest = run;
	}
	return longest;
}

/* Keys of which somebody knows that they would fall upon each other: those
 * that are alike in their lower or upper half, and those that want one place
 * in another run. */
static void
test_crafted(void **state)
{
	const struct secret others = secret_of_run;
	struct secret ours;
	struct map maps[3] = {{0}};
	size_t n = 0;
	bool new;

	(void)state;
	for (uint64_t i = 1; i <= 20000; i++) {
		(void)map_put(&maps[0], i << 32 | 0xffff, &new);
		(void)map_put(&maps[1], i << 48 | 0xffffffffff, &new);
	}
	secret_begin();
	ours = secret_of_run;
	assert_int_not_equal(secret_of_run.mask, others.mask);
	assert_true((secret_of_run.odd & 1) == 1);
	for (uint64_t key = 1; n < 2000; key++) {
		bool falls;

		secret_of_run = others;
		falls = (secret_place(key) & 1023) == 0;
		secret_of_run = ours;
		if (!falls)
			continue;
		(void)map_put(&maps[2], key, &new);
		n++;
	}
	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		assert_true(longest_run(&maps[i]) < 400);
		map_done(&maps[i]);
	}
	secret_of_run = others;
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
	    cmocka_unit_test(test_crafted),
	    cmocka_unit_test(test_key_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
