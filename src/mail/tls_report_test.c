/* SPDX-License-Identifier: ISC */
#include "mail/tls_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_whole(void **state)
{
	struct arena a = {0};
	struct tls_report r;

	(void)state;
	assert_true(tls_report_read(&a,
	    S("{\"organization-name\":\"Company-X\",\"date-range\":{"
	      "\"start-datetime\":\"2026-11-20T00:00:00Z\","
	      "\"end-datetime\":\"2026-11-20T23:59:59Z\"},"
	      "\"contact-info\":\"sts@x.example\",\"report-id\":\"5065\","
	      "\"policies\":[{\"policy\":{\"policy-type\":\"sts\","
	      "\"policy-domain\":\"tienda.example\"},\"summary\":{"
	      "\"total-successful-session-count\":5326,"
	      "\"total-failure-session-count\":303},\"failure-details\":[{"
	      "\"result-type\":\"certificate-expired\","
	      "\"receiving-mx-hostname\":\"mx1.tienda.example\","
	      "\"failed-session-count\":100}]}]}"),
	    &r));
	assert_true(str_eq(r.org, S("Company-X")));
	assert_int_equal(r.begin, 1795132800 * US_SECOND);
	assert_int_equal(r.policies_n, 1);
	assert_int_equal(r.policies[0].good, 5326);
	assert_int_equal(r.policies[0].failed, 303);
	assert_int_equal(r.policies[0].failures_n, 1);
	assert_int_equal(r.policies[0].failures[0].sessions, 100);
	arena_done(&a);
}

/* null, texts for numbers, no array, half of the members. */
static void
test_quirks(void **state)
{
	struct arena a = {0};
	struct tls_report r;

	(void)state;
	assert_true(tls_report_read(&a,
	    S("\xef\xbb\xbf{\"organization-name\":null,\"policies\":{"
	      "\"policy\":null,\"summary\":{"
	      "\"total-failure-session-count\":\"3\","
	      "\"total-successful-session-count\":-1},"
	      "\"failure-details\":[{\"failed-session-count\":3},7,null]}} x"),
	    &r));
	assert_int_equal(r.org.n, 0);
	assert_int_equal(r.begin, WALL_NONE);
	assert_int_equal(r.policies[0].failed, 3);
	assert_int_equal(r.policies[0].good, 0);
	assert_int_equal(r.policies[0].failures_n, 3);
	assert_false(tls_report_read(&a, S("{\"a\":1}"), &r));
	assert_false(tls_report_read(&a, S("[1]"), &r));
	assert_false(tls_report_read(&a, S("{\"policies\":[{"), &r));
	assert_false(tls_report_read(&a, S(""), &r));
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_quirks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
