/* SPDX-License-Identifier: ISC */
#include "check/spf_term.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* RFC 7208 4.5: the version ends with a blank or the record. */
static void
test_4_5_version(void **state)
{
	(void)state;
	assert_true(spf_is_record(S("v=spf1")));
	assert_true(spf_is_record(S("v=spf1 -all")));
	assert_true(spf_is_record(S("V=SPF1 -all")));
	assert_false(spf_is_record(S("v=spf10 -all")));
	assert_false(spf_is_record(S("v=spf1-all")));
	assert_false(spf_is_record(S(" v=spf1 -all")));
	assert_false(spf_is_record(S("v=spf2.0/pra -all")));
	assert_false(spf_is_record(S("v=spf")));
	assert_false(spf_is_record(S("")));
}

static const struct {
	const char *term;
	enum spf_fault fault;
} terms[] = {
    /* 4.6.1, 5.1: all */
    {"all", SPF_FINE},
    {"-ALL", SPF_FINE},
    {"-all.", SPF_BAD_WORD},
    {"-all:x.example.org", SPF_TAKES_NONE},
    {"-all/8", SPF_TAKES_NONE},
    {"--all", SPF_BAD_WORD},
    {"\xe2\x80\x93"
     "all",
	SPF_BAD_BYTE}, /* a dash of a word processor */
    {"a\rmx", SPF_BAD_BYTE},
    {"moo", SPF_BAD_WORD},
    {"ipv4:192.0.2.1", SPF_BAD_WORD},
    {"192.0.2.1", SPF_BAD_WORD},
    /* 5.2: include */
    {"include:_spf.example.org", SPF_FINE},
    {"include:_spf.example.org.", SPF_FINE},
    {"include", SPF_NEEDS_VALUE},
    {"include:", SPF_NEEDS_VALUE},
    {"include:e.example.org/24", SPF_BAD_DOMAIN},
    {"include/24", SPF_TAKES_NONE},
    /* 5.3, 5.4: a, mx */
    {"a", SPF_FINE},
    {"a/0", SPF_FINE},
    {"a//0", SPF_FINE},
    {"a/24//64", SPF_FINE},
    {"mx:example.org/24//64", SPF_FINE},
    {"a:%{d}/24", SPF_FINE},
    {"a:%{d2/}", SPF_FINE},
    {"a:", SPF_NEEDS_VALUE},
    {"a/", SPF_BAD_PREFIX},
    {"a/33", SPF_BAD_PREFIX},
    {"a/024", SPF_BAD_PREFIX},
    {"a//129", SPF_BAD_PREFIX},
    {"a/24/64", SPF_BAD_PREFIX},
    {"a//64/24", SPF_BAD_PREFIX},
    {"mx:example.org/", SPF_BAD_PREFIX},
    {"a:192.0.2.1", SPF_IP_AS_NAME},
    {"a:2001:db8::1", SPF_IP_AS_NAME},
    {"a:example", SPF_BAD_DOMAIN},
    {"a:example.org:8080", SPF_BAD_DOMAIN},
    {"a:example.123", SPF_BAD_DOMAIN},
    {"a:example.-org", SPF_BAD_DOMAIN},
    {"a:example.org-", SPF_BAD_DOMAIN},
    {"a:example.xn--zckzah", SPF_FINE},
    {"a:example.1-2", SPF_FINE},
    {"a:example..org", SPF_FINE}, /* 4.8: syntax is one thing, names another */
    /* 5.5: ptr */
    {"ptr", SPF_FINE},
    {"ptr:example.org", SPF_FINE},
    {"ptr:", SPF_NEEDS_VALUE},
    {"ptr/24", SPF_TAKES_NONE},
    /* 5.6: ip4, ip6 */
    {"ip4:192.0.2.1", SPF_FINE},
    {"ip4:192.0.2.0/24", SPF_FINE},
    {"ip4:0.0.0.0/0", SPF_FINE},
    {"ip4", SPF_NEEDS_VALUE},
    {"ip4:", SPF_BAD_IP4},
    {"ip4:192.0.2", SPF_BAD_IP4},
    {"ip4:192.0.2.256", SPF_BAD_IP4},
    {"ip4:192.0.2.01", SPF_BAD_IP4},
    {"ip4:192.0.2.1:25", SPF_BAD_IP4},
    {"ip4:192.0.2.1/33", SPF_BAD_PREFIX},
    {"ip4:192.0.2.1//32", SPF_BAD_PREFIX},
    {"ip4:192.0.2.1/08", SPF_BAD_PREFIX},
    {"ip4:2001:db8::1", SPF_IP6_IN_IP4},
    {"ip4:mail.example.org", SPF_BAD_IP4},
    {"ip6:2001:db8::/32", SPF_FINE},
    {"ip6:::ffff:192.0.2.1", SPF_FINE},
    {"ip6:::1/0", SPF_FINE},
    {"ip6:192.0.2.1", SPF_IP4_IN_IP6},
    {"ip6:2001:db8::1/129", SPF_BAD_PREFIX},
    {"ip6:2001:db8::1//64", SPF_BAD_PREFIX},
    {"ip6:2001:db8::1%eth0", SPF_BAD_IP6},
    {"ip6:IPv6:2001:db8::1", SPF_BAD_IP6},
    {"ip6:", SPF_BAD_IP6},
    /* 5.7: exists */
    {"exists:%{ir}.list.example.org", SPF_FINE},
    {"exists", SPF_NEEDS_VALUE},
    {"exists:x.example.org/24", SPF_BAD_DOMAIN},
    /* 6: modifiers */
    {"redirect=_spf.example.org", SPF_FINE},
    {"redirect:_spf.example.org", SPF_BAD_SEPARATOR},
    {"redirect=", SPF_NEEDS_VALUE},
    {"redirect", SPF_BAD_SEPARATOR},
    {"-redirect=_spf.example.org", SPF_TAKES_NONE},
    {"exp=why.example.org", SPF_FINE},
    {"exp=", SPF_NEEDS_VALUE},
    {"exp=-all", SPF_BAD_DOMAIN},
    {"moo.cow-far_out=man:dog/cat", SPF_FINE},
    {"moo.cow/far_out=man:dog/cat", SPF_BAD_WORD},
    {"moo=%{r}", SPF_FINE},
    {"moo=%x", SPF_BAD_MACRO},
    {"moo=", SPF_FINE},
    {"9x=y", SPF_BAD_WORD},
    /* 7: macros */
    {"a:%{d}", SPF_FINE},
    {"a:%{D}.example.org", SPF_FINE},
    {"a:%%.%_.%-.example.org", SPF_FINE},
    {"a:x%%", SPF_FINE},
    {"a:%{l1r+-/_=,.}.example.org", SPF_FINE},
    {"a:%{a}.example.org", SPF_BAD_MACRO},
    {"a:%{d0}.example.org", SPF_BAD_MACRO},
    {"a:%{dr2}.example.org", SPF_BAD_MACRO},
    {"a:%{d*}.example.org", SPF_BAD_MACRO},
    {"a:%{}.example.org", SPF_BAD_MACRO},
    {"a:%{d.example.org", SPF_BAD_MACRO},
    {"a:%(ir).example.org", SPF_BAD_MACRO},
    {"a:x%.example.org", SPF_BAD_MACRO},
    {"a:%{d127}.example.org", SPF_FINE},
    {"a:%{c}.example.org", SPF_EXP_MACRO},
    {"exp=%{R}.example.org", SPF_EXP_MACRO},
};

static void
test_terms(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		struct str rest = str_z(terms[i].term);
		struct spf_term t;

		assert_true(spf_term_next(&rest, &t));
		if (t.fault != terms[i].fault)
			fail_msg("%s: %s, not %s", terms[i].term,
			    spf_fault_name(t.fault),
			    spf_fault_name(terms[i].fault));
		assert_int_equal(rest.n, 0);
	}
}

static void
test_fields(void **state)
{
	struct str rest = S("  ~a:mail.example.org/28//60   ip4:192.0.2.0/24 ");
	struct spf_term t;

	(void)state;
	assert_true(spf_term_next(&rest, &t));
	assert_int_equal(t.kind, SPF_A);
	assert_int_equal(t.qualifier, '~');
	assert_true(str_eq(t.value, S("mail.example.org")));
	assert_int_equal(t.bits4, 28);
	assert_int_equal(t.bits6, 60);
	assert_true(spf_term_next(&rest, &t));
	assert_int_equal(t.kind, SPF_IP4);
	assert_int_equal(t.qualifier, '+');
	assert_int_equal(t.bits4, 24);
	assert_false(spf_term_next(&rest, &t));
}

/* 6: each modifier of the RFC at most once; unknown ones as often as you
 * like. */
static void
test_6_once(void **state)
{
	struct spf_term t;

	(void)state;
	assert_true(spf_find_fault(
	    S("v=spf1 exp=a.example.org -all exp=b.example.org"), &t));
	assert_int_equal(t.fault, SPF_TWICE);
	assert_true(str_eq(t.text, S("exp=b.example.org")));
	assert_true(spf_find_fault(
	    S("v=spf1 redirect=a.example.org redirect=a.example.org"), &t));
	assert_false(spf_find_fault(S("v=spf1 x=1 x=2 a a -all -all"), &t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_4_5_version),
	    cmocka_unit_test(test_terms),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_6_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
