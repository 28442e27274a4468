/* SPDX-License-Identifier: ISC */
#include "finding/clientele.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
add(struct clientele *c, const char *name, uint32_t recipients, uint32_t fresh,
    uint32_t spam, bool is_suspect)
{
	struct origin o = {.kind = ORIGIN_CLIENT,
	    .name = str_z(name),
	    .counts = {.messages = recipients,
		.recipients = recipients,
		.spam = spam},
	    .fresh = fresh};

	clientele_add(c, &o, is_suspect);
}

static bool
is_honest(const struct clientele *c, const char *name)
{
	struct ip ip;

	assert_true(ip_parse(str_z(name), &ip));
	return quarter_is_honest(clientele_quarter(c, &ip));
}

static void
test_neighbours(void **state)
{
	struct clientele c = {0};

	(void)state;
	add(&c, "203.0.113.1", 100, 20, 40, true);
	add(&c, "203.0.113.2", 30, 5, 1, false);
	add(&c, "203.0.112.3", 30, 5, 0, false);
	assert_false(is_honest(&c, "203.0.113.1")); /* two are not enough */
	add(&c, "203.0.127.4", 4, 0, 0, false);
	assert_false(is_honest(&c, "203.0.113.1")); /* too little mail */
	add(&c, "203.0.127.5", 30, 5, 1, false);
	assert_true(is_honest(&c, "203.0.113.1"));
	add(&c, "203.0.113.6", 30, 5, 9, false);
	add(&c, "203.0.113.7", 30, 5, 9, false);
	add(&c, "203.0.113.8", 30, 5, 9, false);
	assert_true(is_honest(&c, "203.0.113.1"));
	add(&c, "203.0.113.9", 30, 5, 9, false);
	assert_false(is_honest(&c, "203.0.113.1")); /* most do not behave */
	clientele_done(&c);
}

static void
test_new_people(void **state)
{
	struct clientele c = {0};

	(void)state;
	for (int i = 0; i < 3; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "2001:db8:%d::1", i);
		add(&c, name, 10, 10, 0, false);
	}
	assert_false(is_honest(&c, "2001:db8:7::1"));
	add(&c, "2001:db8:8::1", 30, 30, 1, false);
	assert_true(is_honest(&c, "2001:db8:7::1")); /* 1 of 60 refused */
	add(&c, "2001:db8:9::1", 10, 10, 1, false);
	assert_false(is_honest(&c, "2001:db8:7::1")); /* 2 of 70 */
	clientele_done(&c);
}

static void
test_world(void **state)
{
	struct clientele c = {0};
	char name[32];

	(void)state;
	for (int i = 0; i < 8; i++) {
		(void)snprintf(name, sizeof(name), "198.18.%d.1", i * 16);
		add(&c, name, 30, 5, 0, false);
	}
	assert_false(clientele_is_world(&c)); /* eight offices */
	add(&c, "10.0.0.1", 30, 5, 0, false);
	assert_false(clientele_is_world(&c));
	add(&c, "198.19.0.1", 30, 5, 0, false);
	assert_true(clientele_is_world(&c));
	for (int i = 2; i < 40; i++) { /* nine quarters, one of them full */
		(void)snprintf(name, sizeof(name), "198.19.0.%d", i);
		add(&c, name, 30, 5, 0, false);
	}
	assert_false(clientele_is_world(&c));
	clientele_done(&c);
}

static void
test_frequent_domains(void **state)
{
	struct passed_on p = {0};
	char name[32];

	(void)state;
	for (int i = 0; i < 600; i++) {
		(void)snprintf(name, sizeof(name), "v%d.example", i % 150);
		origin_top_add(&p.domains, str_z(name), 1);
		p.recipients++;
	}
	assert_true(clientele_frequent(&p) < p.recipients / 10);
	for (int i = 0; i < 5400; i++) {
		origin_top_add(&p.domains, S("tienda.example"), 1);
		p.recipients++;
	}
	assert_true(clientele_frequent(&p) >= 5300);
	assert_true(clientele_frequent(&p) <= 5500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_neighbours),
	    cmocka_unit_test(test_new_people),
	    cmocka_unit_test(test_world),
	    cmocka_unit_test(test_frequent_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
