/* SPDX-License-Identifier: ISC */
/* What lines of signers and answers of receivers give, and what they must not
 * give. */
#include "trail/hints.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_signers(void **state)
{
	static const struct {
		const char *program, *text;
		const char *selector; /* NULL: none */
	} rows[] = {
	    {"opendkim",
		"4jYq: DKIM-Signature field added (s=mail, d=example.org)",
		"mail"},
	    {"dkimpy-milter",
		"4jYq: DKIM-Signature field added (s=mail, d=example.org)",
		"mail"},
	    {"rspamd",
		"<a1b2>; task; rspamd_task_write_log: id: <x>, (default: F (no "
		"action): [0.10/15.00] [DKIM_SIGNED(0.00){example.org:s=mail;"
		"},MIME_GOOD(-0.10){text/plain;}]), len: 9",
		"mail"},
	    {"amavis",
		"(08-1) Passed CLEAN {RelayedOutbound}, LOCAL, dkim_new=mail:"
		"example.org, 210 ms",
		"mail"},
	    {"opendkim", "4jYq: s=mail d=example.org SSL", NULL},
	    {"opendkim", "x: DKIM-Signature field added (s=, d=example.org)",
		NULL},
	    {"opendkim", "x: DKIM-Signature field added (s=a b, d=c/d)", NULL},
	    {"opendkim", "x: DKIM-Signature field added (s=mail, d=local)",
		NULL},
	    {"rspamd", "DKIM_SIGNED(", NULL},
	    {"amavis", "(08-1) Passed, dkim_sd=mail:example.org, 2 ms", NULL},
	    /* Anybody may send a text like this. */
	    {"postfix/cleanup",
		"DKIM-Signature field added (s=mail, d=example.org)", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		static struct hints h;

		hints_signer(&h, str_z(rows[i].program), str_z(rows[i].text),
		    S("mail.log"));
		hints_signer(&h, str_z(rows[i].program), str_z(rows[i].text),
		    S("mail.log"));
		assert_int_equal(h.selectors_n, rows[i].selector != NULL);
		if (rows[i].selector != NULL) {
			assert_int_equal(h.selectors[0].n, 2);
			assert_true(str_eq(
			    h.selectors[0].selector, str_z(rows[i].selector)));
			assert_true(
			    str_eq(h.selectors[0].domain, S("example.org")));
		}
		hints_done(&h);
	}
}

static void
send_as(
    struct hints *h, const char *id, const char *account, const char *sender)
{
	hints_event(h,
	    &(struct event){.kind = EVENT_ACCEPT,
		.queue_id = str_z(id),
		.account = str_z(account)},
	    S("l"));
	hints_event(h,
	    &(struct event){.kind = EVENT_QUEUED,
		.queue_id = str_z(id),
		.sender = str_z(sender)},
	    S("l"));
}

static void
test_senders(void **state)
{
	static struct hints h;

	(void)state;
	send_as(&h, "1", "ana@tienda.example", "ana@tienda.example");
	/* What an account claims to be is no domain of this server. */
	send_as(&h, "2", "ana@tienda.example", "x@gmail.example");
	send_as(&h, "3", "bob", "bob@here.example");
	/* Mail of strangers. */
	send_as(&h, "4", "", "y@world.example");
	hints_event(&h,
	    &(struct event){.kind = EVENT_DELIVERY,
		.agent = AGENT_LMTP,
		.status = STATUS_SENT,
		.recipient = S("eva@HERE.example")},
	    S("l"));
	assert_int_equal(h.senders_n, 3);
	assert_true(hints_is_own(&h, &h.senders[0]));
	assert_false(hints_is_own(&h, &h.senders[1]));
	assert_true(hints_is_own(&h, &h.senders[2]));
	hints_done(&h);
}

static void
answer(
    struct hints *h, const char *relay, const char *relay_ip, const char *text)
{
	struct event e = {.kind = EVENT_DELIVERY,
	    .agent = AGENT_SMTP,
	    .status = STATUS_BOUNCED,
	    .code = 550,
	    .relay = str_z(relay),
	    .reply = str_z(text)};

	assert_true(ip_parse(str_z(relay_ip), &e.relay_ip));
	hints_event(h, &e, S("l"));
}

static void
test_outside(void **state)
{
	static const struct {
		const char *text;
		const char *ip; /* NULL: none */
	} rows[] = {
	    {"5.7.1 Service unavailable; Client host [203.0.113.5] blocked",
		"203.0.113.5"},
	    {"Your IP 203.0.113.5 is in a black list.", "203.0.113.5"},
	    {"see https://x.example/?ip=203.0.113.5", "203.0.113.5"},
	    {"blocked (2001:db8::5)", "2001:db8::5"},
	    {"[203.0.113.5] and again 203.0.113.5.", "203.0.113.5"},
	    /* It names itself, or who knows whom. */
	    {"198.51.100.1 says no", NULL},
	    {"203.0.113.5 203.0.113.6 refused", NULL},
	    {"your IP [192.168.1.5] is private", NULL},
	    {"[127.0.0.2] answered", NULL},
	    {"5.7.1 at 10:00:00 version 1.2.3", NULL},
	    {"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		static struct hints h;
		char text[IP_TEXT];

		answer(&h, "mx.example.org", "198.51.100.1", rows[i].text);
		assert_int_equal(h.outside_n, rows[i].ip != NULL);
		if (rows[i].ip != NULL)
			assert_string_equal(
			    ip_text(&h.outside[0].ip, text), rows[i].ip);
		hints_done(&h);
	}
}

/* One who has many names, or one network, is one. */
static void
test_receivers_are_independent(void **state)
{
	static struct hints h;

	(void)state;
	answer(&h, "mx1.a.example", "192.0.2.1", "[203.0.113.5]");
	answer(&h, "mx2.a.example", "198.51.100.1", "[203.0.113.5]");
	answer(&h, "mx.b.example", "192.0.9.9", "[203.0.113.5]");
	answer(&h, "mx.c.example", "198.18.0.1", "[203.0.113.5]");
	assert_int_equal(h.outside_n, 1);
	assert_int_equal(h.outside[0].n, 4);
	assert_int_equal(h.outside[0].receivers_n, 2);
	hints_done(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_signers),
	    cmocka_unit_test(test_senders),
	    cmocka_unit_test(test_outside),
	    cmocka_unit_test(test_receivers_are_independent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
