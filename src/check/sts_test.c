/* SPDX-License-Identifier: ISC */
/* Policies as RFC 8461 shows them, and as administrators write them. */
#include "check/sts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HEAD "version: STSv1\nmode: "
#define TAIL "\nmax_age: 604800\n"

static void
test_read(void **state)
{
	static const struct {
		const char *text;
		enum sts_fault fault;
		enum sts_mode mode;
		size_t mx;
	} rows[] = {
	    /* RFC 8461 3.2, with its line ends */
	    {"version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\n"
	     "mx: *.example.net\r\nmx: backupmx.example.com\r\n"
	     "max_age: 604800\r\n",
		STS_FINE, STS_ENFORCE, 3},
	    {"max_age:604800\nmx:a.b\nmode:testing\nversion:STSv1", STS_FINE,
		STS_TESTING, 1},
	    {HEAD "none" TAIL, STS_FINE, STS_NONE, 0},
	    {HEAD "enforce\nmx: a.b\nfuture: thing" TAIL, STS_FINE, STS_ENFORCE,
		1},
	    {HEAD "enforce" TAIL, STS_NO_MX, STS_ENFORCE, 0},
	    {HEAD "Enforce\nmx: a.b" TAIL, STS_BAD_MODE, STS_NO_MODE, 1},
	    {"mode: enforce\nmx: a.b" TAIL, STS_BAD_VERSION, STS_ENFORCE, 1},
	    {"v=STSv1; id=1;", STS_BAD_VERSION, STS_NO_MODE, 0},
	    {"<html>404</html>", STS_BAD_VERSION, STS_NO_MODE, 0},
	    {"", STS_BAD_VERSION, STS_NO_MODE, 0},
	    {HEAD "enforce\nmx: a.b\n", STS_BAD_AGE, STS_ENFORCE, 1},
	    {HEAD "enforce\nmx: a.b\nmax_age: 1w\n", STS_BAD_AGE, STS_ENFORCE,
		1},
	    {HEAD "enforce\nmx: a.b\nmax_age: 31557601\n", STS_BAD_AGE,
		STS_ENFORCE, 1},
	    {HEAD "enforce\nmx a.b" TAIL, STS_BAD_LINE, STS_ENFORCE, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct sts_policy p;

		sts_policy_read(str_z(rows[i].text), &p);
		assert_int_equal(p.fault, rows[i].fault);
		assert_int_equal(p.mode, rows[i].mode);
		assert_int_equal(p.mx_n, rows[i].mx);
	}
}

/* RFC 8461 4.1 */
static void
test_matches(void **state)
{
	(void)state;
	assert_true(sts_matches(S("mail.example.com"), S("MAIL.example.com.")));
	assert_true(sts_matches(S("*.example.com"), S("mail.example.com")));
	assert_false(sts_matches(S("*.example.com"), S("example.com")));
	assert_false(sts_matches(S("*.example.com"), S("a.b.example.com")));
	assert_false(sts_matches(S("mail.example.com"), S("x.example.com")));
	assert_false(sts_matches(S(".example.com"), S("x.example.com")));
	assert_false(sts_matches(S("*"), S("com")));
	assert_false(sts_matches(S("*."), S("com")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
