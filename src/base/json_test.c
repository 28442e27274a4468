/* SPDX-License-Identifier: ISC */
#include "base/json.h"

#include "base/fd.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* Three of its names are ours here; the calls below need none of them. */
#define json_object jansson_object
#define json_array  jansson_array
#define json_null   jansson_null
#include <jansson.h>
#undef json_object
#undef json_array
#undef json_null

typedef void (*writer)(struct json *j);

static void
check_written(writer f, const char *want)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct json j;
	json_t *root;

	assert_non_null(out);
	json_init(&j, out);
	f(&j);
	json_done(&j);
	file_close(&out);
	assert_string_equal(text, want);
	root =
	    json_loadb(text, n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	assert_non_null(root);
	json_decref(root);
	free(text);
}

static void
write_all(struct json *j)
{
	json_object(j, NULL);
	json_str(j, "name", S("ana"));
	json_array(j, "list");
	json_u64(j, NULL, 0);
	json_u64(j, NULL, UINT64_MAX);
	json_object(j, NULL);
	json_end(j);
	json_array(j, NULL);
	json_end(j);
	json_end(j);
	json_bool(j, "yes", true);
	json_bool(j, "no", false);
	json_null(j, "none");
	json_time(j, "at", 0);
	json_time(j, "never", WALL_NONE);
	json_end(j);
}

static void
test_shape(void **state)
{
	(void)state;
	assert_int_equal(setenv("TZ", "UTC0", 1), 0);
	tzset();
	check_written(write_all, "{\n"
				 "  \"name\": \"ana\",\n"
				 "  \"list\": [\n"
				 "    0,\n"
				 "    18446744073709551615,\n"
				 "    {},\n"
				 "    []\n"
				 "  ],\n"
				 "  \"yes\": true,\n"
				 "  \"no\": false,\n"
				 "  \"none\": null,\n"
				 "  \"at\": \"1970-01-01T00:00:00+00:00\",\n"
				 "  \"never\": null\n"
				 "}\n");
}

static void
write_strings(struct json *j)
{
	static const struct str rows[] = {S0(""), {NULL, 0}, S0("\"\\/"),
	    S0("a\0b\n\t\x1b\x7f"), S0("\xc3\xb1\xf0\x9f\x98\x80"),
	    S0("\xff|\xc3|\xed\xa0\x80|\xc0\x80"),
	    S0("\xe2\x80\xae|\xc2\x9b|\xf3\xa0\x81\x81|\xef\xbf\xbf")};

	json_array(j, NULL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		json_str(j, NULL, rows[i]);
	json_end(j);
}

static void
test_strings(void **state)
{
	(void)state;
	check_written(write_strings,
	    "[\n"
	    "  \"\",\n"
	    "  \"\",\n"
	    "  \"\\\"\\\\/\",\n"
	    "  \"a\\u0000b\\u000a\\u0009\\u001b\\u007f\",\n"
	    "  \"\xc3\xb1\xf0\x9f\x98\x80\",\n"
	    "  \"\\ufffd|\\ufffd|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\",\n"
	    "  \"\\u202e|\\u009b|\\udb40\\udc41|\\uffff\"\n"
	    "]\n");
}

static void
write_numbers(struct json *j)
{
	static const double rows[] = {0, -0.0, 1, -1, 0.5, 0.001, -0.001,
	    0.0004, -0.0004, 0.0005, 0.9994, 0.9996, 3.1999, 2.05, -7.25,
	    1e9 + 0.125, 9007199254740992.0, 1e22, -1e22, (double)INFINITY,
	    (double)-INFINITY, (double)NAN};

	json_array(j, NULL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		json_number(j, NULL, rows[i]);
	json_end(j);
}

static void
test_numbers(void **state)
{
	(void)state;
	check_written(write_numbers,
	    "[\n  0,\n  0,\n  1,\n  -1,\n  0.5,\n  0.001,\n  -0.001,\n  0,\n  0,\n"
	    "  0.001,\n  0.999,\n  1,\n  3.2,\n  2.05,\n  -7.25,\n"
	    "  1000000000.125,\n  9007199254740992.0,\n"
	    "  10000000000000000000000.0,\n  -10000000000000000000000.0,\n"
	    "  null,\n  null,\n  null\n]\n");
}

/* "The locale is never asked": with a decimal comma all is the same. */
static void
test_locale(void **state)
{
	if (setlocale(LC_ALL, "es_ES.UTF-8") == NULL &&
	    setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
		skip();
	test_numbers(state);
	assert_non_null(setlocale(LC_ALL, "C"));
}

static void
write_deep(struct json *j)
{
	for (int i = 0; i < JSON_DEPTH; i++)
		json_array(j, NULL);
	for (int i = 0; i < JSON_DEPTH; i++)
		json_end(j);
}

static void
test_deep(void **state)
{
	struct str want = {NULL, 0};
	char *text = NULL;
	FILE *out = open_memstream(&text, &want.n);

	(void)state;
	assert_non_null(out);
	for (int i = 0; i < JSON_DEPTH - 1; i++)
		(void)fprintf(out, "[\n%*s", 2 * (i + 1), "");
	(void)fprintf(out, "[]");
	for (int i = JSON_DEPTH - 2; i >= 0; i--)
		(void)fprintf(out, "\n%*s]", 2 * i, "");
	(void)fputc('\n', out);
	file_close(&out);
	check_written(write_deep, text);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_locale),
	    cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
