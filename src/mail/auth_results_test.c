/* SPDX-License-Identifier: ISC */
#include "mail/auth_results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct {
	const char *value, *want;
} cases[] = {
    {"mx.a.example; spf=pass smtp.mailfrom=b.example",
	"mx.a.example|spf pass smtp.mailfrom=b.example"},
    {"mx.a.example 1; spf=fail (no; not at all) smtp.mailfrom=b.example;\n\t"
     "dkim=pass (2048-bit key) header.d=b.example; dmarc=none",
	"mx.a.example|spf fail (no; not at all) smtp.mailfrom=b.example|dkim "
	"pass (2048-bit key) header.d=b.example|dmarc none "},
    {"mx.a.example; none", "mx.a.example"},
    /* RFC 8601 appendix B.7: comments everywhere, a version */
    {"(a) mx.a.example (b) / (c) 1; dkim (d) / (e) 1 (f) = (g) pass (h) "
     "policy.x = y",
	"mx.a.example|dkim pass (h) policy.x = y"},
    /* Microsoft names no server */
    {"spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=b.example; dkim=none",
	"|spf pass (sender IP is 192.0.2.1)\n smtp.mailfrom=b.example|dkim "
	"none "},
    {"i=1; mx.a.example; spf=none", "mx.a.example|spf none "},
    {"mx.a.example; x=\"a;b\"; auth=pass smtp.auth=ana",
	"mx.a.example|auth pass smtp.auth=ana"},
    {"mx.a.example; spf=(never closed; dkim=pass", "mx.a.example"},
    {";;;=;a=;=b", ""},
    {"", ""},
};

static void
test_results(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str rest = str_z(cases[i].value);
		struct str server = auth_results_server(&rest);
		struct auth_result r;
		char got[300];
		size_t n =
		    (size_t)snprintf(got, sizeof(got), "%.*s", STR_ARG(server));

		while (auth_results_next(&rest, &r))
			n += (size_t)snprintf(got + n, sizeof(got) - n,
			    "|%.*s %.*s %.*s", STR_ARG(r.method),
			    STR_ARG(r.result), STR_ARG(r.about));
		assert_string_equal(got, cases[i].want);
	}
}

static void
test_property(void **state)
{
	const struct str about =
	    S("(header.d=a.example) header.i=@b.example "
	      "header.d=\"c.example\" x(header.s=no) header.s=s1,");

	(void)state;
	assert_true(
	    str_eq(auth_result_property(about, S("header.d")), S("c.example")));
	assert_true(str_eq(
	    auth_result_property(about, S("HEADER.I")), S("@b.example")));
	assert_true(
	    str_eq(auth_result_property(about, S("header.s")), S("s1")));
	assert_int_equal(auth_result_property(about, S("header")).n, 0);
	assert_int_equal(auth_result_property(S("(((;;\"="), S("a")).n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_results),
	    cmocka_unit_test(test_property),
	};

	return cmocka_run_group_tests_name(
	    "mail/auth_results", tests, NULL, NULL);
}
