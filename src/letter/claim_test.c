/* SPDX-License-Identifier: ISC */
#include "letter/claim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define D "; Sat, 21 Nov 2026 03:41:00 +0000\n"
#define BY(client, rest)                                                       \
	"Received: from " client " by mx.other.example with ESMTP id 1" D rest
#define OURS                                                                   \
	"Received: from pc (unknown [198.51.100.22]) by mx1.tienda.example "   \
	"(Postfix) with ESMTPSA id 9A0B2" D
#define OUR_CLIENT "mx1.tienda.example (mx1.tienda.example [203.0.113.5])"
#define STRANGER   "tienda.example (dyn.isp.example [198.51.100.9])"

/*
 * want: state and the signals. Ours: 203.0.113.5 and tienda.example, unless
 * nothing is known.
 */
static const struct {
	bool known;
	const char *notice, *original, *want;
} cases[] = {
    {true, "", BY(OUR_CLIENT, OURS), "ours own-ip"},
    {true, "", BY("mx1.tienda.example (mx1.tienda.example [192.0.2.50])", ""),
	"ours own-name"},
    {true, "", BY(STRANGER, ""), "forged foreign-ip bare-helo"},
    {true, "", BY("x (dyn.isp.example [198.51.100.9])", OURS),
	"forged foreign-ip"},
    {true, "",
	"Authentication-Results: mx.other.example; spf=fail; dkim=none; "
	"dmarc=fail\n" BY("x (y.isp.example [198.51.100.9])", ""),
	"forged foreign-ip spf-fail dmarc-fail dkim-fail"},
    /* results that the forger wrote below the boundary are no results */
    {true, "",
	BY("x (y.isp.example [198.51.100.9])",
	    OURS "Authentication-Results: x; spf=pass dmarc=pass "
		 "header.from=tienda.example\n"),
	"forged foreign-ip"},
    /* nor those on top of his own mail, or in another server's name */
    {true, "",
	BY("x (y.isp.example [198.51.100.9])",
	    "Authentication-Results: x.example; dmarc=pass "
	    "header.from=tienda.example\nReceived-SPF: pass (x) "
	    "envelope-from=ana@tienda.example\n"),
	"forged foreign-ip"},
    /* he signs with a key of his own, beside our name */
    {true, "",
	"Authentication-Results: mx.other.example; dkim=pass (for "
	"tienda.example) header.d=evil.example; spf=none "
	"smtp.mailfrom=ana@tienda.example; dmarc=pass "
	"header.from=evil-tienda.example\n" BY(
	    "x (y.isp.example [198.51.100.9])", ""),
	"forged foreign-ip"},
    {true, "",
	"Authentication-Results: mx.other.example; dkim=pass "
	"header.i=@tienda.example\n" BY("e (o.esp.example [192.0.2.60])", ""),
	"unknown auth-pass foreign-ip"},
    {true, "",
	"Received-SPF: pass (x) client-ip=192.0.2.60; "
	"envelope-from=\"ana@tienda.example\";\n" BY(
	    "e (o.esp.example [192.0.2.60])", ""),
	"unknown auth-pass foreign-ip"},
    /* behind a host that vouches for our domain */
    {true, "",
	"Authentication-Results: mx.other.example; dmarc=pass "
	"header.from=tienda.example\n" BY(
	    "esp (out.esp.example [192.0.2.60])", ""),
	"unknown auth-pass foreign-ip"},
    {true, "",
	"Received-SPF: softfail (x)\n" BY(
	    "x (y.isp.example [198.51.100.9])", ""),
	"forged foreign-ip spf-softfail"},
    /* who has a mailbox only */
    {false, "", BY(STRANGER, ""), "forged strange-ip bare-helo"},
    {false, "", BY("x (y.isp.example [198.51.100.9])", ""),
	"unknown strange-ip"},
    {false, "", "Subject: x\n", "unknown"},
    {false, "To: prvs=1234abcdef=ana@tienda.example\n", "Subject: x\n",
	"unknown tag"},
};

static void
test_claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct notice notice;
		struct own own = {0};
		struct claim claim;
		char got[200];
		size_t n;

		if (cases[i].known) {
			assert_true(own_add(&own, S("203.0.113.5")));
			assert_true(own_add(&own, S("tienda.example")));
		}
		notice = (struct notice){.kind = NOTICE_BOUNCE,
		    .sender = S("ana@tienda.example"),
		    .header = str_z(cases[i].notice),
		    .original = ORIGINAL_WHOLE,
		    .original_header = str_z(cases[i].original)};
		claim_read(&notice, &own, &claim);
		n = (size_t)snprintf(got, sizeof(got), "%s",
		    claim_state_name(claim_judge(claim.signals)));
		for (unsigned k = 0; k < SIGNALS_N; k++)
			if (claim.signals & UINT32_C(1) << k)
				n += (size_t)snprintf(got + n, sizeof(got) - n,
				    " %s", claim_signals[k].code);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%zu: %s\n   want %s", i, got, cases[i].want);
		own_done(&own);
	}
}

/* The bounce that our own server made, and one that says so from outside. */
static void
test_reporter(void **state)
{
	static struct notice notice;
	struct own own = {0};
	struct claim claim;

	(void)state;
	assert_true(own_add(&own, S("tienda.example")));
	notice = (struct notice){.reporter = S("mx1.tienda.example"),
	    .queue_id = S("9A0B2"),
	    .header = S("Received: by mx1.tienda.example (Postfix) id 1" D),
	    .original = ORIGINAL_WHOLE,
	    .original_header = S(OURS)};
	claim_read(&notice, &own, &claim);
	assert_int_equal(claim.signals, UINT32_C(1) << SIGNAL_OWN_REPORTER);
	assert_true(str_eq(claim.queue_id, S("9A0B2")));
	assert_int_equal(claim_judge(claim.signals), CLAIM_OURS);

	notice.header = S("Received: from evil (unknown [198.51.100.9]) by "
			  "mx1.tienda.example (Postfix) with ESMTP id 1" D);
	claim_read(&notice, &own, &claim);
	assert_true(claim.signals & UINT32_C(1) << SIGNAL_FAKE_REPORT);
	own_done(&own);
}

static void
test_address(void **state)
{
	(void)state;
	assert_true(
	    str_eq(claim_bounced_to(S("To: Ana <ana@x.example>, b@y\n")),
		S("ana@x.example")));
	assert_true(str_eq(
	    claim_bounced_to(S("To: a@x\nDelivered-To: b@y\n")), S("b@y")));
	assert_int_equal(claim_bounced_to(S("To: nobody\n")).n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_claims),
	    cmocka_unit_test(test_reporter),
	    cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests_name("letter/claim", tests, NULL, NULL);
}
