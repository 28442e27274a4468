/* SPDX-License-Identifier: ISC */
#include "letter/own.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool
has(const struct own *own, const char *text)
{
	struct ip ip;

	assert_true(ip_parse(str_z(text), &ip));
	return own_has_ip(own, &ip);
}

static void
test_add(void **state)
{
	struct own own = {0};

	(void)state;
	assert_true(own_add(&own, S("192.0.2.0/24")));
	assert_true(own_add(&own, S("2001:db8::1")));
	assert_true(own_add(&own, S("Tienda.example.")));
	assert_true(own_add(&own, S("tienda.EXAMPLE")));
	assert_int_equal(own.names_n, 1);
	assert_false(own_add(&own, S("")));
	assert_false(own_add(&own, S("two words")));
	assert_false(own_add(&own, S("192.0.2.0/99")));

	assert_true(has(&own, "192.0.2.200"));
	assert_false(has(&own, "192.0.3.1"));
	assert_true(has(&own, "2001:db8::1"));
	assert_true(own_has_name(&own, S("mx1.tienda.example")));
	assert_true(own_has_name(&own, S("TIENDA.example.")));
	assert_false(own_has_name(&own, S("mitienda.example")));
	assert_false(own_has_name(&own, S("example")));
	assert_false(own_has_name(&own, S("")));
	assert_true(own_is_name(&own, S("tienda.example")));
	assert_false(own_is_name(&own, S("mx1.tienda.example")));
	own_done(&own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_add),
	};

	return cmocka_run_group_tests_name("letter/own", tests, NULL, NULL);
}
