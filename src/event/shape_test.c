/* SPDX-License-Identifier: ISC */
/* Lines of the same kind have the same shape, others another. */
#include "event/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_shapes(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"", ""},
	    {"connect from unknown[192.0.2.1]", "connect from unknown[IP]"},
	    {"connect from unknown[2001:db8::1]", "connect from unknown[IP]"},
	    {"8CD261B005C: client=x", "ID: client=x"},
	    {"4blmSgpFVPdz1x: removed", "ID: removed"},
	    {"size=1751, nrcpt=1 (queue active)",
		"size=N, nrcpt=N (queue active)"},
	    {"to=<ana@x.example>, relay=none", "to=<>, relay=none"},
	    {"to=<\"a>b\"@x>, relay", "to=<>, relay"},
	    {"to=<\"a>b", "to=<>"},
	    {"user \"ana 17\" gone", "user \"\" gone"},
	    {"an open <bracket", "an open <>"},
	    {"warning: it ends with a colon:",
		"warning: it ends with a colon:"},
	    {"...", "..."},
	    {"12:", "N:"},
	    {"12.", "N."},
	    {"\x01\xff\x1b[31m", "\x01\xff\x1b[ID"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str got = line_shape(&a, str_z(rows[i].text));

		if (!str_eq(got, str_z(rows[i].want)))
			fail_msg("%s\nis '" STR_FMT "', not '%s'", rows[i].text,
			    STR_ARG(got), rows[i].want);
	}
	arena_done(&a);
}

/* A long line is cut; what stands behind makes no other shape. */
static void
test_long(void **state)
{
	char text[4 * SHAPE_MAX];
	struct arena a = {0};
	struct str one, two;

	(void)state;
	memset(text, 'x', sizeof(text));
	one = line_shape(&a, (struct str){text, sizeof(text)});
	text[sizeof(text) - 1] = 'y';
	two = line_shape(&a, (struct str){text, sizeof(text)});
	assert_int_equal(one.n, SHAPE_MAX);
	assert_true(str_eq(one, two));
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = " <"[i % 2];
	assert_true(
	    line_shape(&a, (struct str){text, sizeof(text)}).n <= SHAPE_MAX);
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shapes),
	    cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
