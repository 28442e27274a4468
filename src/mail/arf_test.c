/* SPDX-License-Identifier: ISC */
#include "mail/arf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_abuse(void **state)
{
	struct arf arf;
	struct ip ip;

	(void)state;
	assert_true(
	    arf_parse(S("Feedback-Type: abuse\r\nVersion: 1\r\n"
			"Original-Mail-From: <ana@x.example>\r\n"
			"Original-Rcpt-To: <bob@other.example>\r\n"
			"Original-Rcpt-To: <eve@other.example>\r\n"
			"Arrival-Date: Sat, 21 Nov 2026 03:41:00 +0000\r\n"
			"Reporting-MTA: dns; mx.other.example\r\n"
			"Source-IP: 192.0.2.1\r\nReported-Domain: x.example\r\n"
			"Incidents: 3\r\n"),
		&arf));
	assert_true(ip_parse(S("192.0.2.1"), &ip) && ip_eq(&ip, &arf.source));
	assert_true(str_eq(arf.type, S("abuse")));
	assert_true(str_eq(arf.sender, S("ana@x.example")));
	assert_true(str_eq(arf.recipient, S("bob@other.example")));
	assert_true(str_eq(arf.domain, S("x.example")));
	assert_true(str_eq(arf.reporter, S("mx.other.example")));
	assert_int_equal(arf.incidents, 3);
	assert_int_equal(arf.arrival / US_SECOND, 1795232460);
}

static void
test_odd(void **state)
{
	struct arf arf;

	(void)state;
	assert_false(arf_parse(S(""), &arf));
	assert_false(arf_parse(S("Version: 1\n"), &arf));
	/* an empty line in front, nothing but the type, nonsense */
	assert_true(arf_parse(S("\n\nFeedback-Type: auth-failure\n"
				"Source-IP: x\nIncidents: 0\nReceived-Date: y"),
	    &arf));
	assert_true(ip_is_none(&arf.source));
	assert_int_equal(arf.incidents, 1);
	assert_true(arf.arrival == WALL_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_abuse),
	    cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests_name("mail/arf", tests, NULL, NULL);
}
