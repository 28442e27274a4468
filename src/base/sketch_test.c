/* SPDX-License-Identifier: ISC */
#include "base/sketch.h"

#include "base/secret.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
add_range(struct sketch *s, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		sketch_add(
		    s, str_hash((struct str){(const char *)&i, sizeof(i)}));
}

static void
test_exact(void **state)
{
	struct sketch s = {0};

	(void)state;
	assert_int_equal(sketch_count(&s), 0);
	for (uint64_t n = 1; n <= SKETCH_EXACT; n++) {
		add_range(&s, 0, n);
		assert_int_equal(sketch_count(&s), n);
		assert_null(s.registers);
	}
	sketch_add(&s, 0);
	assert_non_null(s.registers);
	assert_true(sketch_count(&s) > SKETCH_EXACT);
	sketch_done(&s);
	assert_int_equal(sketch_count(&s), 0);
	sketch_done(&s);
}

/* sketch.h: standard error 3.3 %. Mean and largest error of 40 sketches. */
static void
test_error(void **state)
{
	static const uint64_t sizes[] = {
	    65, 100, 300, 1000, 2500, 4000, 6000, 20000, 300000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		double sum = 0, squares = 0;

		for (uint64_t k = 0; k < 40; k++) {
			struct sketch s = {0};
			double error;

			add_range(&s, k << 32, (k << 32) + sizes[i]);
			error = (double)sketch_count(&s) / (double)sizes[i] - 1;
			sum += error;
			squares += error * error;
			sketch_done(&s);
		}
		assert_true(fabs(sum / 40) < 0.02);
		assert_true(sqrt(squares / 40) < 0.045);
	}
}

/* A merge says the same as one sketch that saw everything. */
static void
test_merge(void **state)
{
	static const uint64_t sizes[] = {0, 1, 40, 64, 65, 5000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
			struct sketch a = {0}, b = {0}, both = {0};

			/* The halves overlap. */
			add_range(&a, 0, sizes[i]);
			add_range(&b, sizes[i] / 2, sizes[i] / 2 + sizes[k]);
			add_range(&both, 0, sizes[i]);
			add_range(&both, sizes[i] / 2, sizes[i] / 2 + sizes[k]);
			sketch_merge(&a, &b);
			assert_int_equal(sketch_count(&a), sketch_count(&both));
			sketch_done(&a);
			sketch_done(&b);
			sketch_done(&both);
		}
	}
}

/* Addresses that are counted as a few of them under one log's secret, as a
 * stranger might choose them, are many under another's; and as many again. */
static void
test_chosen(void **state)
{
	struct sketch s[4] = {{0}};
	uint64_t n = 0;

	(void)state;
	for (uint64_t i = 0; n < 2000; i++) {
		uint64_t hash =
		    str_hash((struct str){(const char *)&i, sizeof(i)});

		secret_forget_log();
		if (secret_counted(hash) >> 58 != 0)
			continue;
		n++;
		sketch_add(&s[0], hash);
		for (uint64_t k = 1; k < ARRAY_LEN(s); k++) {
			secret_forget_log();
			secret_of_log(str_hash(
			    k == 1 ? S("Nov 16 mx1") : S("Nov 17 mx1")));
			sketch_add(&s[k], hash);
		}
	}
	secret_forget_log();
	assert_true(sketch_count(&s[0]) < 1000);
	for (size_t k = 1; k < ARRAY_LEN(s); k++)
		assert_in_range(sketch_count(&s[k]), 1800, 2200);
	assert_int_equal(sketch_count(&s[2]), sketch_count(&s[3]));
	assert_true(sketch_count(&s[1]) != sketch_count(&s[2]));
	for (size_t k = 0; k < ARRAY_LEN(s); k++)
		sketch_done(&s[k]);
}

static void
test_full(void **state)
{
	struct sketch s = {0};

	(void)state;
	add_range(&s, 0, 100);
	memset(s.registers, 32 - 10 + 1, SKETCH_REGISTERS);
	assert_true(sketch_count(&s) > UINT32_MAX);
	memset(s.registers, 0, SKETCH_REGISTERS);
	assert_int_equal(sketch_count(&s), SKETCH_EXACT + 1);
	sketch_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exact),
	    cmocka_unit_test(test_error),
	    cmocka_unit_test(test_merge),
	    cmocka_unit_test(test_chosen),
	    cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
