/* SPDX-License-Identifier: ISC */
#include "mail/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* What a header becomes: "name=value|name=value!body". */
static const struct {
	const char *message, *want;
} headers[] = {
    {"", "!"},
    {"A: b\n\nbody", "A=b|!body"},
    {"A: b\r\nC:d\r\n\r\nbody\r\n", "A=b|C=d|!body\r\n"},
    {"A: b\n c\n\td\nE: f\n", "A=b\n c\n\td|E=f|!"},
    {"A : b\n\n", "A=b|!"},
    {"A:\n\nx", "A=|!x"},
    {"A:\n b\n\nx", "A=b|!x"},
    /* an mbox's line, and text where a field should be */
    {"From x@y Sat Nov 21\nA: b\nno field\n with more\nC: d\n\n", "A=b|C=d|!"},
    {"\nA: b", "!A: b"},
    {"\r\nA: b", "!A: b"},
    {"A: b\n \n\nC: d", "A=b|!C: d"},
    {"A: b", "A=b|!"},
    {": b\n: c\n\nx", "!x"},
    {"A\x01: b\nB: c\n\n", "B=c|!"},
};

static void
test_next(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		struct str rest = str_z(headers[i].message), header, body;
		struct field field;
		char got[200];
		size_t n = 0;

		while (field_next(&rest, &field))
			n += (size_t)snprintf(got + n, sizeof(got) - n,
			    STR_FMT "=" STR_FMT "|", STR_ARG(field.name),
			    STR_ARG(field.value));
		snprintf(got + n, sizeof(got) - n, "!" STR_FMT, STR_ARG(rest));
		assert_string_equal(got, headers[i].want);
		field_split(str_z(headers[i].message), &header, &body);
		assert_true(str_eq(body, rest));
	}
}

static void
test_find(void **state)
{
	struct str header = S("Subject: one\nSUBJECT: two\nEmpty:\n\nTo: x");

	(void)state;
	assert_true(str_eq(field_find(header, S("subject")), S("one")));
	assert_true(field_find(header, S("To")).p == NULL);
	assert_int_equal(field_find(header, S("Empty")).n, 0);
}

static const struct {
	const char *value, *name, *want; /* want NULL: none */
} params[] = {
    {"a/b; c=d", "c", "d"},
    {"a/b; c=d; e=\"f;g\"; h=i", "e", "f;g"},
    {"a/b; c=d; e=\"f;g\"; h=i", "H", "i"},
    {"a/b;\n\tboundary=\"x y\"", "boundary", "x y"},
    {"a/b; boundary = x ; y=z", "boundary", "x"},
    {"a/b; c=\"\"", "c", ""},
    {"a/b; c=\"un\\\"quoted", "c", "un\\\"quoted"},
    {"a/b; c", "c", NULL},
    {"a/b; c; d=e", "d", "e"},
    {"a/b", "c", NULL},
    {"c=d", "c", NULL},
    {"", "c", NULL},
};

static void
test_param(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(params); i++) {
		struct str got =
		    field_param(str_z(params[i].value), str_z(params[i].name));

		assert_int_equal(got.p == NULL, params[i].want == NULL);
		if (params[i].want != NULL)
			assert_true(str_eq(got, str_z(params[i].want)));
	}
	assert_true(str_eq(field_word(S(" a/b ; c=d")), S("a/b")));
	assert_true(str_eq(field_word(S("a/b(x)")), S("a/b")));
	assert_int_equal(field_word(S("")).n, 0);
}

static void
test_line(void **state)
{
	struct str rest = S("a\r\n\nb\r"), line;

	(void)state;
	assert_true(field_line(&rest, &line) && str_eq(line, S("a")));
	assert_true(field_line(&rest, &line) && line.n == 0);
	assert_true(field_line(&rest, &line) && str_eq(line, S("b")));
	assert_false(field_line(&rest, &line));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_next),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_param),
	    cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests_name("mail/field", tests, NULL, NULL);
}
