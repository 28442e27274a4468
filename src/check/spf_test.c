/* SPDX-License-Identifier: ISC */
/* check_host(), section by section of RFC 7208. */
#include "check/spf.h"

#include "net/dns_rows_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SIX  "2001:db8::25"
#define FOUR "192.0.2.25"

/* Names are "NAME.test"; each is one case. */
static const struct dns_row world[] = {
    {"none.test", DNS_TXT, "some text"},
    {"two.test", DNS_TXT, "v=spf1 -all"},
    {"two.test", DNS_TXT, "V=spf1 +all"},
    {"one.test", DNS_TXT, "v=spf10 -all"},
    {"one.test", DNS_TXT, "v=spf1 ip4:" FOUR " -all"},
    {"one.test", DNS_TXT, "google-site-verification=x"},
    {"broken.test", DNS_TXT, "!"},
    {"empty.test", DNS_TXT, "v=spf1"},
    {"syntax.test", DNS_TXT, "v=spf1 ip4:" FOUR " -all moo"},
    {"order.test", DNS_TXT, "v=spf1 -ip4:" FOUR " +all"},
    {"q.test", DNS_TXT, "v=spf1 ?ip4:" FOUR " ~all"},
    /* 5.3 */
    {"host.test", DNS_A, "192.0.2.7"},
    {"host.test", DNS_A, FOUR},
    {"host.test", DNS_AAAA, SIX},
    {"host.test", DNS_TXT, "v=spf1 a -all"},
    {"net.test", DNS_TXT, "v=spf1 a:near.test/24//64 -all"},
    {"near.test", DNS_A, "192.0.2.200"},
    {"near.test", DNS_AAAA, "2001:db8::ffff"},
    {"zero.test", DNS_TXT, "v=spf1 a:six.test/0 -all"},
    {"six.test", DNS_AAAA, SIX},
    {"mapped.test", DNS_TXT, "v=spf1 ip6:::ffff:192.0.2.25 -all"},
    {"adns.test", DNS_TXT, "v=spf1 a:broken.a.test -all"},
    {"broken.a.test", DNS_A, "!"},
    {"late.test", DNS_TXT, "v=spf1 ip4:" FOUR " a:broken.a.test -all"},
    {"badname.test", DNS_TXT, "v=spf1 a:x..test -all"},
    /* 5.4 */
    {"mx.test", DNS_TXT, "v=spf1 mx -all"},
    {"mx.test", DNS_MX, "near.test"},
    {"mx.test", DNS_MX, "host.test"},
    {"nullmx.test", DNS_TXT, "v=spf1 mx ?all"},
    {"nullmx.test", DNS_MX, ""},
    {"nomx.test", DNS_TXT, "v=spf1 mx:host.test ?all"},
    {"mx11.test", DNS_TXT, "v=spf1 mx ~all"},
    {"mx11.test", DNS_MX, "host.test"},
    {"mx11.test", DNS_MX, "m1.test"},
    {"mx11.test", DNS_MX, "m2.test"},
    {"mx11.test", DNS_MX, "m3.test"},
    {"mx11.test", DNS_MX, "m4.test"},
    {"mx11.test", DNS_MX, "m5.test"},
    {"mx11.test", DNS_MX, "m6.test"},
    {"mx11.test", DNS_MX, "m7.test"},
    {"mx11.test", DNS_MX, "m8.test"},
    {"mx11.test", DNS_MX, "m9.test"},
    {"mx11.test", DNS_MX, "m10.test"},
    /* 5.5 */
    {"25.2.0.192.in-addr.arpa", DNS_PTR, "liar.test"},
    {"25.2.0.192.in-addr.arpa", DNS_PTR, "broken.a.test"},
    {"25.2.0.192.in-addr.arpa", DNS_PTR, "mail.ptr.test"},
    {"mail.ptr.test", DNS_A, FOUR},
    {"ptr.test", DNS_TXT, "v=spf1 ptr -all"},
    {"ptr2.test", DNS_TXT, "v=spf1 ptr:liar.test ptr:tr.test -all"},
    {"pmacro.test", DNS_TXT, "v=spf1 exists:%{p}.ok.test -all"},
    {"mail.ptr.test.ok.test", DNS_A, "127.0.0.2"},
    /* 5.2 */
    {"inc.test", DNS_TXT, "v=spf1 include:one.test ~all"},
    {"incfail.test", DNS_TXT, "v=spf1 include:order.test +all"},
    {"incnone.test", DNS_TXT, "v=spf1 include:none.test +all"},
    {"incgone.test", DNS_TXT, "v=spf1 include:gone.test +all"},
    {"inctemp.test", DNS_TXT, "v=spf1 include:broken.test +all"},
    {"incperm.test", DNS_TXT, "v=spf1 include:syntax.test +all"},
    {"incneutral.test", DNS_TXT, "v=spf1 include:empty.test -all"},
    /* 5.7 */
    {"ex.test", DNS_TXT, "v=spf1 exists:%{ir}.%{v}.%{l1r-}.u.%{d} -all"},
    {"25.2.0.192.in-addr.philip.u.ex.test", DNS_A, "127.0.0.2"},
    {"ex6.test", DNS_TXT, "v=spf1 exists:six.test -all"},
    /* 6.1 */
    {"re.test", DNS_TXT, "v=spf1 redirect=order.test"},
    {"reall.test", DNS_TXT, "v=spf1 redirect=order.test ?all"},
    {"renone.test", DNS_TXT, "v=spf1 redirect=none.test"},
    /* 6.2 */
    {"exp.test", DNS_TXT, "v=spf1 -all exp=why.%{d}"},
    {"why.exp.test", DNS_TXT,
	"%{i} (%{c}) may not: see "
	"http://%{d}/?s=%{S}&h=%{h}&r=%{r}&t=%{t}%%"},
    {"exp2.test", DNS_TXT, "v=spf1 -all exp=why2.test"},
    {"why2.test", DNS_TXT, "one"},
    {"why2.test", DNS_TXT, "two"},
    {"exp3.test", DNS_TXT, "v=spf1 -all exp=why3.test"},
    {"why3.test", DNS_TXT, "bad %macro"},
    {"exp4.test", DNS_TXT, "v=spf1 -all exp=why4.test"},
    {"why4.test", DNS_TXT, "\x1b]0;evil\x07"},
    {"exp5.test", DNS_TXT, "v=spf1 include:exp.test -all exp=why5.test"},
    {"why5.test", DNS_TXT, "outer"},
    {"exp6.test", DNS_TXT, "v=spf1 redirect=exp.test exp=why5.test"},
    {"exp7.test", DNS_TXT, "v=spf1 -include:exp8.test ?all exp=why5.test"},
    {"exp8.test", DNS_TXT, "v=spf1 +all exp=why5.test"},
    {"why5.exp.test", DNS_TXT, "inner"},
    {"exp9.test", DNS_TXT, "v=spf1 ~all exp=why5.test"},
    /* 4.6.4 */
    {"ten.test", DNS_TXT,
	"v=spf1 a:h.test a:h.test a:h.test a:h.test "
	"a:h.test a:h.test a:h.test a:h.test a:h.test "
	"a:h.test ip4:" FOUR " -all"},
    {"eleven.test", DNS_TXT,
	"v=spf1 include:ten5.test include:ten5.test "
	"a:h.test a:h.test a:h.test ip4:" FOUR " -all"},
    {"ten5.test", DNS_TXT, "v=spf1 a:h.test a:h.test a:h.test"},
    {"early.test", DNS_TXT, "v=spf1 ip4:" FOUR " include:loop.test"},
    {"h.test", DNS_A, "198.51.100.1"},
    {"loop.test", DNS_TXT, "v=spf1 include:loop.test -all"},
    {"reloop.test", DNS_TXT, "v=spf1 redirect=reloop.test"},
    {"void2.test", DNS_TXT, "v=spf1 a:n1.test mx:n2.test ip4:" FOUR},
    {"void3.test", DNS_TXT,
	"v=spf1 a:n1.test mx:n2.test exists:n3.test "
	"ip4:" FOUR},
    {"voidmx.test", DNS_TXT, "v=spf1 mx:mx11b.test -all"},
    {"mx11b.test", DNS_MX, "n1.test"},
    {"mx11b.test", DNS_MX, "n2.test"},
    {"mx11b.test", DNS_MX, "n3.test"},
    {"long.test", DNS_TXT,
	"v=spf1 a:%{s}%{s}%{s}%{s}%{s}%{s}%{s}%{s}%{s}"
	"%{s}%{s}%{s}%{s}%{s}%{s}%{s}%{s}.test ?all"},
    {NULL, DNS_A, NULL},
};

static const struct {
	const char *ip, *domain;
	enum spf_result result;
	enum spf_cause cause;
} cases[] = {
    /* 4.3 */
    {FOUR, "localhost", SPF_NONE, SPF_BAD_NAME},
    {FOUR, "[192.0.2.25]", SPF_NONE, SPF_BAD_NAME},
    {FOUR, "a..example.test", SPF_NONE, SPF_BAD_NAME},
    {FOUR,
	"a1234567890123456789012345678901234567890123456789012345678901234"
	".test",
	SPF_NONE, SPF_BAD_NAME},
    {FOUR, "gone.test", SPF_NONE, SPF_NO_NAME},
    /* 4.4, 4.5 */
    {FOUR, "broken.test", SPF_TEMPERROR, SPF_DNS},
    {FOUR, "none.test", SPF_NONE, SPF_NO_RECORD},
    {FOUR, "two.test", SPF_PERMERROR, SPF_TWO_RECORDS},
    {FOUR, "one.test", SPF_PASS, SPF_BY_TERM},
    {SIX, "ONE.Test.", SPF_FAIL, SPF_BY_TERM},
    /* 4.6, 4.7 */
    {FOUR, "syntax.test", SPF_PERMERROR, SPF_SYNTAX},
    {FOUR, "empty.test", SPF_NEUTRAL, SPF_BY_DEFAULT},
    {FOUR, "order.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "q.test", SPF_NEUTRAL, SPF_BY_TERM},
    {SIX, "q.test", SPF_SOFTFAIL, SPF_BY_TERM},
    /* 4.8 */
    {FOUR, "badname.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "long.test", SPF_NEUTRAL, SPF_BY_TERM},
    /* 5.2 */
    {FOUR, "inc.test", SPF_PASS, SPF_BY_TERM},
    {SIX, "inc.test", SPF_SOFTFAIL, SPF_BY_TERM},
    {FOUR, "incfail.test", SPF_PASS, SPF_BY_TERM},
    {FOUR, "incneutral.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "incnone.test", SPF_PERMERROR, SPF_INCLUDE_NONE},
    {FOUR, "incgone.test", SPF_PERMERROR, SPF_INCLUDE_NONE},
    {FOUR, "inctemp.test", SPF_TEMPERROR, SPF_DNS},
    {FOUR, "incperm.test", SPF_PERMERROR, SPF_SYNTAX},
    /* 5.3 */
    {FOUR, "host.test", SPF_PASS, SPF_BY_TERM},
    {SIX, "host.test", SPF_PASS, SPF_BY_TERM},
    {"192.0.2.8", "host.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "net.test", SPF_PASS, SPF_BY_TERM},
    {SIX, "net.test", SPF_PASS, SPF_BY_TERM},
    {"192.0.3.25", "net.test", SPF_FAIL, SPF_BY_TERM},
    {"2001:db8:0:1::25", "net.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "zero.test", SPF_FAIL, SPF_BY_TERM},
    {"::ffff:192.0.2.25", "one.test", SPF_PASS, SPF_BY_TERM},
    {FOUR, "adns.test", SPF_TEMPERROR, SPF_DNS},
    {FOUR, "late.test", SPF_PASS, SPF_BY_TERM},
    /* 5.4 */
    {FOUR, "mx.test", SPF_PASS, SPF_BY_TERM},
    {"192.0.2.9", "mx.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "nullmx.test", SPF_NEUTRAL, SPF_BY_TERM},
    /* an mx without MX records is not its A record */
    {FOUR, "nomx.test", SPF_NEUTRAL, SPF_BY_TERM},
    {FOUR, "mx11.test", SPF_PERMERROR, SPF_MX_NAMES},
    /* 5.5 */
    {FOUR, "ptr.test", SPF_PASS, SPF_BY_TERM},
    {"192.0.2.26", "ptr.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "ptr2.test", SPF_FAIL, SPF_BY_TERM},
    {FOUR, "pmacro.test", SPF_PASS, SPF_BY_TERM},
    /* 5.7: always A */
    {SIX, "ex6.test", SPF_FAIL, SPF_BY_TERM},
    /* 6.1 */
    {FOUR, "re.test", SPF_FAIL, SPF_BY_TERM},
    {SIX, "re.test", SPF_PASS, SPF_BY_TERM},
    {FOUR, "reall.test", SPF_NEUTRAL, SPF_BY_TERM},
    {FOUR, "renone.test", SPF_PERMERROR, SPF_REDIRECT_NONE},
    /* 4.6.4 */
    {FOUR, "ten.test", SPF_PASS, SPF_BY_TERM},
    {FOUR, "eleven.test", SPF_PERMERROR, SPF_LOOKUPS},
    {FOUR, "early.test", SPF_PASS, SPF_BY_TERM},
    {SIX, "early.test", SPF_PERMERROR, SPF_LOOKUPS},
    {FOUR, "loop.test", SPF_PERMERROR, SPF_LOOKUPS},
    {FOUR, "reloop.test", SPF_PERMERROR, SPF_LOOKUPS},
    {FOUR, "void2.test", SPF_PASS, SPF_BY_TERM},
    {FOUR, "void3.test", SPF_PERMERROR, SPF_VOIDS},
    {FOUR, "voidmx.test", SPF_FAIL, SPF_BY_TERM},
};

static void
check(struct arena *a, const char *ip, struct str sender, struct str helo,
    struct spf_outcome *ret_outcome)
{
	struct dns_book book = {0};
	struct spf_query q = {
	    .helo = helo, .sender = sender, .at = 7 * US_SECOND};
	int rounds = 0;

	assert_true(ip_parse(str_z(ip), &q.ip));
	while (!spf_check(&book, a, &q, ret_outcome)) {
		/* Each round knows more. */
		assert_true(dns_rows_answer(&book, world));
		assert_in_range(++rounds, 1, 60);
	}
	/* What is told lives in the book. */
	ret_outcome->explanation = str_keep(a, ret_outcome->explanation);
	ret_outcome->term = str_keep(a, ret_outcome->term);
	ret_outcome->trace = NULL;
	dns_book_done(&book);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct spf_outcome out;

		check(&a, cases[i].ip,
		    arena_printf(&a, "philip-x@%s", cases[i].domain),
		    S("helo.test"), &out);
		if (out.result != cases[i].result ||
		    out.cause != cases[i].cause)
			fail_msg("%s %s: %s by %s, not %s by %s", cases[i].ip,
			    cases[i].domain, spf_result_name(out.result),
			    spf_cause_name(out.cause),
			    spf_result_name(cases[i].result),
			    spf_cause_name(cases[i].cause));
		assert_true(spf_outcome_sentence(&a, &out).n > 0);
		arena_done(&a);
	}
}

/* 5.7, 7.4: what macros make of the sender. */
static void
test_7_sender(void **state)
{
	struct arena a = {0};
	struct spf_outcome out;

	(void)state;
	check(&a, FOUR, S("philip-gladstone@ex.test"), S("h.test"), &out);
	assert_int_equal(out.result, SPF_PASS);
	check(&a, FOUR, S("other-gladstone@ex.test"), S("h.test"), &out);
	assert_int_equal(out.result, SPF_FAIL);
	/* 2.4, 4.3: no sender is postmaster at HELO's name. */
	check(&a, FOUR, S(""), S("one.test"), &out);
	assert_int_equal(out.result, SPF_PASS);
	check(&a, FOUR, S("@one.test"), S("h.test"), &out);
	assert_int_equal(out.result, SPF_PASS);
	arena_done(&a);
}

/* 6.2 */
static void
test_6_2_explanation(void **state)
{
	static const struct {
		const char *domain, *text;
	} rows[] = {
	    {"exp.test",
		FOUR " (" FOUR ") may not: see http://exp.test/?s=u%40exp.test"
		     "&h=helo.test&r=unknown&t=7%"},
	    {"exp2.test", ""},      /* two records */
	    {"exp3.test", ""},      /* wrong macro */
	    {"exp4.test", ""},      /* control characters */
	    {"exp5.test", "outer"}, /* not that of an include */
	    {"exp6.test",           /* but that of a redirect */
		FOUR " (" FOUR ") may not: see http://exp.test/?s=u%40exp6.test"
		     "&h=helo.test&r=unknown&t=7%"},
	    {"exp7.test", "outer"}, {"exp9.test", ""}, /* softfail has none */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena a = {0};
		struct spf_outcome out;

		check(&a, FOUR, arena_printf(&a, "u@%s", rows[i].domain),
		    S("helo.test"), &out);
		if (!str_eq(out.explanation, str_z(rows[i].text)))
			fail_msg("%s: '%.*s', not '%s'", rows[i].domain,
			    STR_ARG(out.explanation), rows[i].text);
		arena_done(&a);
	}
}

/* The fault is told with its place in the record. */
static void
test_place_of_fault(void **state)
{
	struct arena a = {0};
	struct spf_outcome out;

	(void)state;
	check(&a, FOUR, S("x@syntax.test"), S("h.test"), &out);
	assert_true(str_eq(out.term, S("moo")));
	assert_int_equal(out.at, strlen("v=spf1 ip4:" FOUR " -all "));
	assert_int_equal(out.fault, SPF_BAD_WORD);
	arena_done(&a);
}

/* The trace: what a term asked and got, and the counters behind it. */
static void
test_trace(void **state)
{
	struct dns_book book = {0};
	struct arena a = {0};
	struct spf_query q = {.sender = S("x@inc.test"), .helo = S("h.test")};
	struct spf_outcome out;
	const struct spf_step *step;

	(void)state;
	assert_true(ip_parse(S(SIX), &q.ip));
	while (!spf_check(&book, &a, &q, &out))
		assert_true(dns_rows_answer(&book, world));
	assert_true(str_eq(out.trace->domain, S("inc.test")));
	assert_int_equal(out.trace->asks->records, 1);
	step = out.trace->steps;
	assert_true(str_eq(step->term, S("include:one.test")));
	assert_int_equal(step->lookups, 1);
	assert_false(step->matched);
	assert_int_equal(step->inner->result, SPF_FAIL);
	assert_true(str_eq(step->inner->steps->term, S("ip4:" FOUR)));
	assert_true(step->next->matched);
	assert_null(step->next->next);
	arena_done(&a);
	dns_book_done(&book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_7_sender),
	    cmocka_unit_test(test_6_2_explanation),
	    cmocka_unit_test(test_place_of_fault),
	    cmocka_unit_test(test_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
