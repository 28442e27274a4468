/* SPDX-License-Identifier: ISC */
#include "check/spf_macro.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct spf_values
values_of_7_4(void)
{
	struct spf_values v = {{{NULL, 0}}};

	v.of['s' - 'a'] = S("strong-bad@email.example.com");
	v.of['l' - 'a'] = S("strong-bad");
	v.of['o' - 'a'] = S("email.example.com");
	v.of['d' - 'a'] = S("email.example.com");
	v.of['i' - 'a'] = S("192.0.2.3");
	v.of['v' - 'a'] = S("in-addr");
	v.of['h' - 'a'] = S("a b/c@d");
	return v;
}

/* The examples of RFC 7208 7.4, and the edges of 7.3. */
static const struct {
	const char *spec, *text;
} rows[] = {
    {"%{s}", "strong-bad@email.example.com"},
    {"%{o}", "email.example.com"},
    {"%{d4}", "email.example.com"},
    {"%{d3}", "email.example.com"},
    {"%{d2}", "example.com"},
    {"%{d1}", "com"},
    {"%{d127}", "email.example.com"},
    {"%{dr}", "com.example.email"},
    {"%{d2r}", "example.email"},
    {"%{d1r}", "email"},
    {"%{l}", "strong-bad"},
    {"%{l-}", "strong.bad"},
    {"%{lr}", "strong-bad"},
    {"%{lr-}", "bad.strong"},
    {"%{l1r-}", "strong"},
    {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
    {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
    {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
	"3.2.0.192.in-addr.strong.lp._spf.example.com"},
    {"%{d2}.trusted-domains.example.net",
	"example.com.trusted-domains.example.net"},
    {"%%%_%-", "% %20"},
    {"%{S}", "strong-bad%40email.example.com"},
    {"%{H}", "a%20b%2Fc%40d"},
    {"%{h/}", "a b.c@d"},
    {"%{h1/}", "c@d"},
    {"%{s1-.}", "com"},
    {"", ""},
    {"plain", "plain"},
    {"%{p}", ""},
};

static void
test_7_4_expansion(void **state)
{
	struct spf_values v = values_of_7_4();
	struct arena a = {0};
	struct str text;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(
		    spf_macro_check(str_z(rows[i].spec), SPF_IN_TEXT),
		    SPF_FINE);
		assert_true(
		    spf_macro_expand(&a, str_z(rows[i].spec), &v, &text));
		if (!str_eq(text, str_z(rows[i].text)))
			fail_msg("%s: '%.*s', not '%s'", rows[i].spec,
			    STR_ARG(text), rows[i].text);
	}
	arena_done(&a);
}

/* 7.3: labels on the left are dropped until 253 bytes are left. */
static void
test_7_3_truncation(void **state)
{
	struct arena a = {0};
	struct str text = {NULL, 0}, name;

	(void)state;
	for (int i = 0; i < 20; i++)
		text =
		    arena_printf(&a, "%.*sl%02d.some-label", STR_ARG(text), i);
	text = arena_printf(&a, "x.%.*s.", STR_ARG(text));
	name = spf_macro_name(&a, text);
	assert_in_range(name.n, SPF_NAME_MAX - 16, SPF_NAME_MAX);
	assert_true(str_ends(name, S("l19.some-label")));
	assert_true(str_starts(name, S("some-labell")));
	/* A single label that is too long stays: no name, says the DNS. */
	text.n = 0;
	for (int i = 0; i < 30; i++)
		text = arena_printf(&a, "%.*s0123456789", STR_ARG(text));
	assert_int_equal(spf_macro_name(&a, text).n, 300);
	assert_true(str_eq(
	    spf_macro_name(&a, S("a b\\.x\x80")), S("a\\032b\\\\.x\\128")));
	arena_done(&a);
}

/* However often a stranger's record repeats a long value. */
static void
test_cap(void **state)
{
	struct spf_values v = values_of_7_4();
	struct arena a = {0};
	struct str spec = {NULL, 0}, text;

	(void)state;
	for (int i = 0; i < 400; i++)
		spec = arena_printf(&a, "%.*s%%{s}", STR_ARG(spec));
	assert_false(spf_macro_expand(&a, spec, &v, &text));
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_7_4_expansion),
	    cmocka_unit_test(test_7_3_truncation),
	    cmocka_unit_test(test_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
