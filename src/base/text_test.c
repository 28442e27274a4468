/* SPDX-License-Identifier: ISC */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
check_str(struct str got, const char *want)
{
	/* str_keep and arena_printf end it with NUL. */
	assert_string_equal(got.p, want);
	assert_int_equal(got.n, strlen(want));
}

static void
test_safe(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} rows[] = {
	    {S0(""), ""},
	    {S0("plain"), "plain"},
	    {S0("ma\xc3\xb1"
		"ana \xe2\x82\xac \xf0\x9f\x98\x80"),
		"ma\xc3\xb1"
		"ana \xe2\x82\xac \xf0\x9f\x98\x80"},
	    {S0("a\0b"), "a\\x00b"},
	    {S0("\x1b[2J"), "\\x1b[2J"},
	    {S0("a\r\nb\tc\x7f"), "a\\x0d\\x0ab\\x09c\\x7f"},
	    /* C1: CSI as one character, and as a bare byte */
	    {S0("\xc2\x9b"
		"2J"),
		"\\u009b2J"},
	    {S0("\x9b"
		"2J"),
		"\\x9b2J"},
	    {S0("\xe2\x80\xae"
		"cod.exe"),
		"\\u202ecod.exe"},
	    {S0("\xe2\x81\xa6x\xe2\x81\xa9"), "\\u2066x\\u2069"},
	    {S0("a\xe2\x80\x8b"
		"b\xef\xbb\xbf"),
		"a\\u200bb\\ufeff"},
	    {S0("\xe2\x80\xa8\xe2\x80\xa9"), "\\u2028\\u2029"},
	    {S0("\xf3\xa0\x81\x81"), "\\U000e0041"},
	    {S0("\xef\xbf\xbf"), "\\uffff"},
	    {S0("\xf0\x9f\xbf\xbe"), "\\U0001fffe"},
	    /* longer forms, surrogates, too large, cut */
	    {S0("\xc0\xaf"), "\\xc0\\xaf"},
	    {S0("\xe0\x80\xaf"), "\\xe0\\x80\\xaf"},
	    {S0("\xed\xa0\x80"), "\\xed\\xa0\\x80"},
	    {S0("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"},
	    {S0("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80"},
	    {S0("\xe2\x82"), "\\xe2\\x82"},
	    {S0("\xe2\xe2\x82\xac"), "\\xe2\xe2\x82\xac"},
	    {S0("\xff\xfe"), "\\xff\\xfe"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str once = text_safe(&a, rows[i].in);

		check_str(once, rows[i].out);
		/* What is safe stays as it is. */
		check_str(text_safe(&a, once), rows[i].out);
	}
	arena_done(&a);
}

static void
test_rune(void **state)
{
	uint32_t rune = 7;

	(void)state;
	assert_int_equal(text_rune(S(""), &rune), 0);
	assert_int_equal(rune, 7);
	/* Every number there and back. */
	for (uint32_t r = 0x80; r <= 0x10ffff; r++) {
		char b[4];
		size_t n = r < 0x800 ? 2 : r < 0x10000 ? 3 : 4;
		bool valid = r < 0xd800 || r > 0xdfff;

		for (size_t i = n - 1; i > 0; i--)
			b[i] = (char)(0x80 | (r >> (6 * (n - 1 - i)) & 0x3f));
		b[0] = (char)((0xf00 >> n & 0xff) | r >> (6 * (n - 1)));
		assert_int_equal(
		    text_rune((struct str){b, n}, &rune), valid ? n : 1);
		assert_int_equal(rune, valid ? r : UINT32_MAX);
		assert_int_equal(text_rune((struct str){b, n - 1}, &rune), 1);
	}
}

static void
test_width(void **state)
{
	static const struct {
		struct str text;
		size_t width;
	} rows[] = {
	    {S0(""), 0},
	    {S0("abc"), 3},
	    {S0("ma\xc3\xb1"
		"ana"),
		6},
	    {S0("man\xcc\x83"
		"ana"),
		6},
	    {S0("\xe6\x97\xa5\xe6\x9c\xac"), 4},
	    {S0("\xef\xbc\xa1"), 2},
	    {S0("a\xcc\x80"), 1}, /* the first of the marks */
	    {S0("\xf0\x9f\x98\x80!"), 3},
	    {S0("\xed\x95\x9c"), 2},
	    {S0("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), 2},
	    {S0("\xd0\x96\xd7\x90\xd8\xa7"), 3},
	    {S0("\xf0\xa0\x80\x80"), 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(text_width(rows[i].text), rows[i].width);
}

static void
test_clip(void **state)
{
	static const struct {
		struct str text;
		size_t columns;
		const char *out;
	} rows[] = {
	    {S0("abcdef"), 6, "abcdef"},
	    {S0("abcdef"), 5, "ab..."},
	    {S0("abcdef"), 3, "..."},
	    {S0("abcdef"), 2, ".."},
	    {S0("abcdef"), 0, ""},
	    {S0(""), 0, ""},
	    {S0("ab"), 2, "ab"},
	    {S0("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), 6,
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
	    {S0("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), 5, "\xe6\x97\xa5..."},
	    {S0("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), 4, "..."},
	    /* A mark belongs to the letter in front of it. */
	    {S0("n\xcc\x83"
		"bcd"),
		4,
		"n\xcc\x83"
		"bcd"},
	    {S0("an\xcc\x83"
		"bcde"),
		5, "an\xcc\x83..."},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str out = text_clip(&a, rows[i].text, rows[i].columns);

		check_str(out, rows[i].out);
		assert_true(text_width(out) <= rows[i].columns);
	}
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_safe),
	    cmocka_unit_test(test_rune),
	    cmocka_unit_test(test_width),
	    cmocka_unit_test(test_clip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
