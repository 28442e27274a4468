/* SPDX-License-Identifier: ISC */
/* A literal at the front of a text: every byte of it counts, and nothing behind
 * the text is read. */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	MOST = 24
};

/* The literals of all lengths, as the macro gives them on. */
static const char letters[] = "abcdefghijklmnopqrstuvwx";

static void
test_starts(void **state)
{
	(void)state;
	for (size_t n = 8; n <= MOST; n++)
		for (size_t have = 0; have <= MOST; have++) {
			/* exactly as long as it is, for ASan */
			char *copy = malloc(have + (have == 0));
			struct str s = {copy, have}, rest = s;

			memcpy(copy, letters, have);
			assert_int_equal(
			    bytes_starts_with(s, letters, n), have >= n);
			assert_int_equal(
			    bytes_eat_with(&rest, letters, n), have >= n);
			assert_int_equal(rest.n, have >= n ? have - n : have);
			for (size_t i = 0; i < n && i < have; i++) {
				copy[i] ^= 1;
				assert_false(bytes_starts_with(s, letters, n));
				copy[i] ^= 1;
			}
			free(copy);
		}
}

static void
test_macros(void **state)
{
	struct str s = S(", status=sent");

	(void)state;
	assert_true(bytes_starts(s, ", status="));
	assert_false(bytes_starts(s, ", status=deferred"));
	assert_true(bytes_eat(&s, ", status="));
	assert_true(str_eq(s, S("sent")));
	assert_false(bytes_eat(&s, ", status="));
	assert_true(str_eq(s, S("sent")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_starts),
	    cmocka_unit_test(test_macros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
