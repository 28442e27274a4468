/* SPDX-License-Identifier: ISC */
#include "setting/main_cf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
get_values(void **state)
{
	static const struct {
		const char *text, *value; /* of x; NULL: not set */
	} rows[] = {
	    {"x = /var/log/a.log\n", "/var/log/a.log"},
	    {"x=/a", "/a"},
	    {"x =\n", ""},
	    {"y = 1\n", NULL},
	    {"#x = 1\n", NULL},
	    {" x = 1\n", NULL},
	    {"xx = 1\n", NULL},
	    {"x\n", NULL},
	    {"x = 1\nx = 2\n", "2"},
	    {"x = a,\n  b\n\tc\ny = d\n", "a, b c"},
	    {"x = a\n# comment\n\n  # another\n  b\n", "a b"},
	    {"x = a\ny = b\n  c\n", "a"},
	    {"x = 1\r\n", "1"},
	    {"x = a=b\n", "a=b"},
	    {"n = out\nx = /var/log/$n.log\n", "/var/log/out.log"},
	    {"n = out\nx = /var/log/${n}x.log\n", "/var/log/outx.log"},
	    {"n = out\nx = /var/log/$(n).log\n", "/var/log/out.log"},
	    {"x = /var/log/${n:postfix}.log\n", "/var/log/postfix.log"},
	    {"n = out\nx = /var/log/${n?postfix-$n}.log\n",
		"/var/log/postfix-out.log"},
	    {"x = ${n?{a}:{b}}\n", "b"},
	    {"n = 1\nx = ${n?{a}:{b}}\n", "a"},
	    {"x = a$$b\n", "a$b"},
	    {"x = a$\n", "a"},
	    {"x = a${n\n", "a"},
	    {"x = a$nb\n", "a"},
	    {"a = $b\nb = $a\nx = 1$a\n", "1"},
	    {"x = $x$x$x$x\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena a = {0};
		struct str value = S("");
		bool found =
		    main_cf_get(&a, str_z(rows[i].text), S("x"), &value);

		if (found != (rows[i].value != NULL) ||
		    (found && !str_eq(value, str_z(rows[i].value))))
			fail_msg("row %zu: %s: '" STR_FMT "'", i, rows[i].text,
			    STR_ARG(value));
		arena_done(&a);
	}
}

static void
cost_little_in_circles(void **state)
{
	static char text[64 * 1024];
	struct arena a = {0};
	struct str value;
	size_t n = 0;

	(void)state;
	for (int k = 0; k < 8; k++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "%s%d = ", k == 0 ? "x" : "v", k);
		for (int i = 0; i < 1000; i++)
			n += (size_t)snprintf(
			    text + n, sizeof(text) - n, "$v%d ", k + 1);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\n");
	}
	assert_true(main_cf_get(&a, (struct str){text, n}, S("x0"), &value));
	assert_true(value.n <= MAIN_CF_VALUE_MAX);
	arena_done(&a);
}

static void
take_words(void **state)
{
	static const char *const words[] = {"/a", "/b", "/c", "/d"};
	struct str list = S(" /a, /b,/c\t/d ,");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		assert_true(str_eq(main_cf_word(&list), str_z(words[i])));
	assert_int_equal(main_cf_word(&list).n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(get_values),
	    cmocka_unit_test(cost_little_in_circles),
	    cmocka_unit_test(take_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
