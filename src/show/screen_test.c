/* SPDX-License-Identifier: ISC */
#include "show/screen.h"

#include "base/lang.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static char *
wrapped(size_t width, size_t at, size_t hang, struct str text)
{
	struct arena scratch = {0};
	struct screen s = {.arena = &scratch, .width = width};
	char *out = NULL;
	size_t n;

	s.out = open_memstream(&out, &n);
	assert_non_null(s.out);
	screen_gap(&s, at);
	screen_wrap(&s, at, hang, text);
	fclose(s.out);
	arena_done(&scratch);
	return out;
}

static void
paragraphs(void **state)
{
	static const struct {
		size_t width, at, hang;
		struct str text;
		const char *shown;
	} cases[] = {
	    {10, 0, 2, S0("one two three"), "one two\n  three\n"},
	    {10, 0, 2, S0("exactly 10"), "exactly 10\n"},
	    {10, 3, 3, S0("one two three"), "   one two\n   three\n"},
	    {10, 0, 0, S0(""), "\n"},
	    /* A word longer than a line is cut, and nothing of it lost. */
	    {10, 0, 2, S0("a abcdefghijklmn z"), "a\n  abcdefgh\n  ijklmn z\n"},
	    /* Two columns each (East Asian Width). */
	    {10, 0, 0, S0("日本語 日本"), "日本語\n日本\n"},
	    /* What an escape becomes counts as it is shown. */
	    {10, 0, 0, S0("ab \x1b[31m cd"), "ab\n\\x1b[31m\ncd\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *out = wrapped(
		    cases[i].width, cases[i].at, cases[i].hang, cases[i].text);

		assert_string_equal(out, cases[i].shown);
		free(out);
	}
}

/* Whatever the words are, no line is wider, and no byte gets lost. */
static void
any_words(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 300; round++) {
		char text[200];
		size_t n = 0, shown = 0, had = 0;
		char *out;

		while (n < sizeof(text)) {
			seed = seed * 1664525 + 1013904223;
			text[n++] = "abcdefg   "[(seed >> 24) % 10];
		}
		out = wrapped(20, 0, 4, (struct str){text, n});
		for (char *p = out; *p != '\0';) {
			size_t line = strcspn(p, "\n");

			assert_true(line <= 20);
			p += line + (p[line] == '\n');
		}
		for (char *p = out; *p != '\0'; p++)
			shown += *p != ' ' && *p != '\n';
		for (size_t i = 0; i < n; i++)
			had += text[i] != ' ';
		assert_int_equal(shown, had);
		free(out);
	}
}

static void
columns_of_the_environment(void **state)
{
	static const struct {
		const char *value;
		size_t columns;
	} cases[] = {{"80", 80}, {"7", SCREEN_MIN}, {"0", SCREEN_DEFAULT},
	    {"99999", SCREEN_MAX}, {"wide", SCREEN_DEFAULT},
	    {"-5", SCREEN_DEFAULT}, {"100x", SCREEN_DEFAULT}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		setenv("COLUMNS", cases[i].value, 1);
		/* -1 is no terminal. */
		assert_int_equal(screen_columns(-1), cases[i].columns);
	}
	unsetenv("COLUMNS");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paragraphs),
	    cmocka_unit_test(any_words),
	    cmocka_unit_test(columns_of_the_environment),
	};

	lang_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
