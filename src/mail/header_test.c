/* SPDX-License-Identifier: ISC */
#include "mail/header.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *value, *want;
} cases[] = {
    {"", ""},
    {"plain", "plain"},
    {"  plain  ", "plain"},
    {"=?utf-8?Q?Factura_n=C2=BA_12?=", "Factura nº 12"},
    {"=?UTF-8?B?w6FyYm9s?=", "árbol"},
    {"=?utf-8*es?B?w6E=?=", "á"},
    {"=?iso-8859-1?q?ma=F1ana?=", "mañana"},
    {"=?ISO-8859-15?Q?5_=A4?=", "5 €"},
    {"=?windows-1252?Q?=93hola=94_5_=80?=", "“hola” 5 €"},
    {"=?koi8-r?B?0NLJ18XU?=", "привет"},
    {"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
    {"=?gb2312?B?xOO6ww==?=", "你好"},
    /* RFC 2047 8: the table of examples, (a) for words between blanks */
    {"=?ISO-8859-1?Q?a?=", "a"},
    {"=?ISO-8859-1?Q?a?= b", "a b"},
    {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
    {"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"},
    {"=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"},
    {"=?ISO-8859-1?Q?a_b?=", "a b"},
    {"=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"},
    /* one character cut between two words */
    {"=?utf-8?B?w6Fy?= =?utf-8?B?Ym/D?= =?utf-8?B?sQ==?=", "árboñ"},
    {"=?utf-8?Q?=C3?= =?utf-8?Q?=B1?=", "ñ"},
    {"Re: =?utf-8?Q?=C3=B1?= =?iso-8859-1?Q?=F1?= fin", "Re: ññ fin"},
    {"a\r\n b", "a b"},
    {"a \r\n\tb", "a b"},
    /* what is none stays */
    {"=?utf-8?Q?open", "=?utf-8?Q?open"},
    {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
    {"=?"
     "?Q?a?=",
	"=?"
	"?Q?a?="},
    {"=?nobody-1?Q?a=41?=", "=?nobody-1?Q?a=41?="},
    {"=?nobody-1?Q?a?= b", "=?nobody-1?Q?a?= b"},
    {"a = b =? c", "a = b =? c"},
    {"=?utf-8?Q?=ZZ=4?=", "=ZZ=4"},
    {"=?utf-8?B?!!w6E?=", "á"},
    {"=?utf-8?Q?"
     "?=",
	""},
    {"=?koi8-r?Q?"
     "?=",
	""},
    {"a =?utf-8?Q?b?= c", "a b c"},
};

static void
test_decode(void **state)
{
	struct arena a = {0};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str got = header_decode(&a, str_z(cases[i].value));

		if (str_eq(got, str_z(cases[i].want)))
			continue;
		bad++;
		print_error("'%s' is read as '" STR_FMT "'\n", cases[i].value,
		    STR_ARG(got));
	}
	arena_done(&a);
	assert_int_equal(bad, 0);
}

/* A trap of a subject gives a bounded text, and no half character. */
static void
test_bounds(void **state)
{
	static char value[200000];
	struct arena a = {0};
	struct str got;
	size_t n = 0;

	(void)state;
	while (n + 40 < sizeof(value)) {
		memcpy(value + n, "=?windows-1252?Q?=80=80=80?= ", 29);
		n += 29;
	}
	got = header_decode(&a, (struct str){value, n});
	assert_true(got.n <= HEADER_TEXT_MAX && got.n > HEADER_TEXT_MAX - 3);
	assert_int_equal(got.n % 3, 0);
	memset(value, 'x', sizeof(value));
	got = header_decode(&a, (struct str){value, sizeof(value)});
	assert_int_equal(got.n, HEADER_TEXT_MAX);
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decode),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("mail/header", tests, NULL, NULL);
}
