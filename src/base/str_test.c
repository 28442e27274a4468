/* SPDX-License-Identifier: ISC */
#include "base/str.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define EMPTY                                                                  \
	(struct str)                                                           \
	{                                                                      \
		NULL, 0                                                        \
	}

static void
assert_str(struct str got, struct str want)
{
	assert_int_equal(got.n, want.n);
	if (want.n > 0)
		assert_memory_equal(got.p, want.p, want.n);
}

static void
compare(void **state)
{
	(void)state;
	assert_true(str_eq(S("a\0b"), S("a\0b")));
	assert_false(str_eq(S("a\0b"), S("a\0c")));
	assert_false(str_eq(S("ab"), S("a")));
	assert_true(str_eq(EMPTY, S("")));
	assert_true(str_eq_fold(S("Sent-By: [Z@"), S("sENT-bY: [z@")));
	/* Neighbours of the letters, and letters of other alphabets, stay. */
	assert_false(str_eq_fold(S("@["), S("`{")));
	assert_false(str_eq_fold(S("\xc3\x84"), S("\xc3\xa4")));
	assert_false(str_eq_fold(S("ab"), S("abc")));
	assert_int_equal(str_find_fold(S("a Spf=FAIL"), S("spf=fail")), 2);
	assert_int_equal(str_find_fold(S("a Spf=FAI"), S("spf=fail")), 9);
	assert_int_equal(str_find_fold(EMPTY, EMPTY), 0);
	assert_true(str_has_fold(S("x"), EMPTY));
	assert_false(str_has_fold(EMPTY, S("x")));
	assert_true(str_starts(S("from=<"), S("from")));
	assert_false(str_starts(S("fro"), S("from")));
	assert_true(str_ends(S("mail.log.gz"), S(".gz")));
	assert_false(str_ends(S("gz"), S(".gz")));
	assert_true(str_ends(S("gz"), S("")));
}

static int
plain_fold(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Every pair of bytes in every place of the eight that are folded at once. */
static void
compare_every_byte(void **state)
{
	char a[19], b[19];

	(void)state;
	for (size_t at = 0; at < sizeof(a); at++) {
		memset(a, 'Z', sizeof(a));
		memset(b, 'z', sizeof(b));
		for (int x = 0; x < 256 * 256; x++) {
			struct str left = {a, sizeof(a)},
				   right = {b, sizeof(b)};
			int c = x / 256, d = x % 256;

			a[at] = (char)c;
			b[at] = (char)d;
			if (str_eq_fold(left, right) !=
			    (plain_fold(c) == plain_fold(d)))
				fail_msg("%#x and %#x at %zu", c, d, at);
		}
	}
}

/* What lies behind the end never counts. */
static void
compare_no_further(void **state)
{
	char a[32], b[32];

	(void)state;
	for (size_t n = 0; n < sizeof(a); n++) {
		memset(a, 'x', sizeof(a));
		memset(b, 'y', sizeof(b));
		memset(b, 'X', n);
		assert_true(
		    str_eq_fold((struct str){a, n}, (struct str){b, n}));
	}
}

static void
find(void **state)
{
	static const struct {
		struct str in, needle;
		size_t at;
	} cases[] = {
	    {S0("status=sent"), S0("="), 6},
	    {S0("status=sent"), S0("sent"), 7},
	    {S0("status=sent"), S0("sents"), 11},
	    {S0("status=sent"), S0(""), 0},
	    {S0("sesent"), S0("sent"), 2},
	    {S0("a\0b\0c"), S0("\0c"), 3},
	    {S0("ab"), S0("abc"), 2},
	    {{NULL, 0}, S0("a"), 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
		    str_find(cases[i].in, cases[i].needle), cases[i].at);
	assert_true(str_has(S("abc"), S("bc")));
	assert_false(str_has(S("abc"), S("bd")));
	/* Where "not there" and "at the end" are the same position. */
	assert_true(str_has(S(""), S("")));
	assert_false(str_has(S(""), S("a")));
	assert_int_equal(str_chr(S("a:b:c"), ':'), 1);
	assert_int_equal(str_rchr(S("a:b:c"), ':'), 3);
	assert_int_equal(str_chr(S("abc"), ':'), 3);
	assert_int_equal(str_rchr(S("abc"), ':'), 3);
	assert_int_equal(str_chr(EMPTY, 'a'), 0);
	assert_int_equal(str_rchr(EMPTY, 'a'), 0);
}

/* Every place of a long text, with false starts everywhere in it. */
static void
find_in_long(void **state)
{
	static const struct str needle = S0("aXbc");
	char text[70];

	(void)state;
	for (size_t n = needle.n; n <= sizeof(text); n++) {
		for (size_t at = 0; at + needle.n <= n; at++) {
			for (size_t i = 0; i < n; i++)
				text[i] = "aYYc"[i % 4];
			memcpy(text + at, needle.p, needle.n);
			assert_int_equal(
			    str_find((struct str){text, n}, needle), at);
			/* the end lies behind the slice */
			assert_int_equal(
			    str_find((struct str){text, at + 3}, needle),
			    at + 3);
			/* the first of two */
			memcpy(text + n - needle.n, needle.p, needle.n);
			if (at + 2 * needle.n <= n)
				assert_int_equal(
				    str_find((struct str){text, n}, needle),
				    at);
		}
	}
}

static void
take(void **state)
{
	struct str rest = S("one,,two,");

	(void)state;
	assert_str(str_take(&rest, ','), S("one"));
	assert_str(str_take(&rest, ','), S(""));
	assert_str(rest, S("two,"));
	assert_str(str_take(&rest, ','), S("two"));
	assert_str(rest, S(""));
	assert_str(str_take(&rest, ','), S(""));
	assert_str(str_take(&rest, ','), S(""));
	rest = S("whole");
	assert_str(str_take(&rest, ','), S("whole"));
	assert_int_equal(rest.n, 0);
}

static void
cut(void **state)
{
	struct str s = S("from=<a@b>");

	(void)state;
	assert_false(str_eat(&s, S("to=")));
	assert_str(s, S("from=<a@b>"));
	assert_true(str_eat(&s, S("from=")));
	assert_str(s, S("<a@b>"));
	assert_str(str_skip(s, 1), S("a@b>"));
	assert_str(str_skip(s, 5), S(""));
	assert_str(str_skip(s, SIZE_MAX), S(""));
	assert_str(str_head(s, 2), S("<a"));
	assert_str(str_head(s, SIZE_MAX), S("<a@b>"));
	assert_str(str_trim(S(" \t\r\n a b \r\n")), S("a b"));
	assert_str(str_trim(S(" \t\r\n ")), S(""));
	assert_str(str_trim(S("\va\v")), S("\va\v"));
	assert_str(str_trim(EMPTY), S(""));
}

static void
numbers(void **state)
{
	static const struct {
		struct str in;
		int max_digits;
		bool good;
		uint64_t value;
		struct str rest;
	} cases[] = {
	    {S0("0"), 1, true, 0, S0("")},
	    {S0("007x"), 3, true, 7, S0("x")},
	    {S0("18446744073709551615,"), 20, true, UINT64_MAX, S0(",")},
	    {S0("18446744073709551616"), 20, false, 0, S0("")},
	    {S0("99999999999999999999"), 20, false, 0, S0("")},
	    {S0("1234"), 3, false, 0, S0("")},
	    {S0(""), 3, false, 0, S0("")},
	    {S0("-1"), 3, false, 0, S0("")},
	    {S0("+1"), 3, false, 0, S0("")},
	    {S0(" 1"), 3, false, 0, S0("")},
	    {S0("1"), 0, false, 0, S0("")},
	    {{NULL, 0}, 3, false, 0, S0("")},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str s = cases[i].in;
		uint64_t value = 42;

		assert_int_equal(
		    str_u64(&s, cases[i].max_digits, &value), cases[i].good);
		assert_int_equal(value, cases[i].good ? cases[i].value : 42);
		assert_str(s, cases[i].good ? cases[i].rest : cases[i].in);
	}
}

/* Long ones take another way through the hash. */
static void
hash(void **state)
{
	char upper[1000], lower[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(upper); i++) {
		upper[i] = (char)('A' + i % 26);
		lower[i] = (char)('a' + i % 26);
	}
	for (size_t n = 0; n <= sizeof(upper); n++) {
		struct str a = {upper, n}, b = {lower, n};

		assert_int_equal(str_hash_fold(a), str_hash_fold(b));
		assert_int_equal(str_hash_fold(b), str_hash(b));
		if (n > 0)
			assert_int_not_equal(str_hash(a), str_hash(b));
	}
	assert_int_not_equal(str_hash(S("a")), str_hash(S("a\0")));
	/* The same in every run and on every machine: from its own vectors. */
	assert_int_equal(str_hash(S("")), UINT64_C(0x2d06800538d394c2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compare),
	    cmocka_unit_test(compare_every_byte),
	    cmocka_unit_test(compare_no_further),
	    cmocka_unit_test(find),
	    cmocka_unit_test(find_in_long),
	    cmocka_unit_test(take),
	    cmocka_unit_test(cut),
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
