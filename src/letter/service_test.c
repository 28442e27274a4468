/* SPDX-License-Identifier: ISC */
#include "letter/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *
id(const struct service *service)
{
	return service == NULL ? "" : service->id;
}

static void
test_domains(void **state)
{
	(void)state;
	assert_string_equal(id(service_of_dkim(S("sendgrid.net"))), "sendgrid");
	assert_string_equal(
	    id(service_of_dkim(S("tienda-example.20230601.GAPPSSMTP.com"))),
	    "google");
	assert_string_equal(
	    id(service_of_spf(S("eu-west-1.amazonses.com"))), "amazon-ses");
	assert_string_equal(id(service_of_spf(S("notamazonses.com"))), "");
	assert_string_equal(id(service_of_spf(S("tienda.example"))), "");
	assert_string_equal(id(service_of_spf(S(""))), "");
}

static void
test_networks(void **state)
{
	static const struct {
		const char *ip, *id;
	} cases[] = {
	    {"209.85.220.41", "google"},
	    {"40.107.1.2", "microsoft"},
	    {"2a01:111:f403:8010::1", "microsoft"},
	    {"54.240.8.9", "amazon-ses"},
	    {"203.0.113.5", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct ip ip;

		assert_true(ip_parse(str_z(cases[i].ip), &ip));
		assert_string_equal(id(service_of_ip(&ip)), cases[i].id);
	}
}

/* Every network in the table is one. */
static void
test_table(void **state)
{
	(void)state;
	for (const struct service *s = services; s->id != NULL; s++) {
		struct str rest = str_z(s->nets);
		struct ip_prefix net;

		while (rest.n > 0)
			assert_true(
			    ip_prefix_parse(str_take(&rest, ' '), &net));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_domains),
	    cmocka_unit_test(test_networks),
	    cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
