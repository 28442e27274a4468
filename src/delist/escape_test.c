/* SPDX-License-Identifier: ISC */
#include "delist/escape.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_spf(void **state)
{
	static const struct {
		const char *record, *term, *wanted;
	} rows[] = {
	    {"v=spf1 mx -all", "ip4:192.0.2.9", "v=spf1 mx ip4:192.0.2.9 -all"},
	    {"v=spf1  mx  ~ALL", "include:r.test",
		"v=spf1 mx include:r.test ~ALL"},
	    {"v=spf1 a all exp=x.test", "mx", "v=spf1 a mx all exp=x.test"},
	    {"v=spf1 redirect=x.test", "mx", "v=spf1 mx redirect=x.test"},
	    {"v=spf1 include:all.test", "mx", "v=spf1 include:all.test mx"},
	    {"v=spf1", "mx", "v=spf1 mx"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(
		    escape_spf(&a, str_z(rows[i].record), rows[i].term).p,
		    rows[i].wanted);
	arena_done(&a);
}

static void
test_all_servers(void **state)
{
	static const struct str mtas[] = {
	    S0("postfix"), S0("exim"), S0("sendmail"), S0("opensmtpd")};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mtas); i++)
		for (int k = 0; k < ESCAPES; k++)
			assert_non_null(
			    escape_find(mtas[i], (enum escape_what)k));
	assert_null(escape_find(S("exchange"), ESCAPE_RELAY));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_spf),
	    cmocka_unit_test(test_all_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
