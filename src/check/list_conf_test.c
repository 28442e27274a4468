/* SPDX-License-Identifier: ISC */
#include "check/list_conf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct list_conf conf;

static bool
read_text(const char *text, struct err *err)
{
	conf = (struct list_conf){0};
	return list_conf_read(&conf, str_z(text), err);
}

static void
test_good(void **state)
{
	struct err err;

	(void)state;
	assert_true(read_text("# keys\n"
			      "key spamhaus-dqs abc123   # free\n"
			      "\tkey abusix a_b-C\n\n"
			      "use torexit-dan-me-uk\n"
			      "skip uceprotect-3\n"
			      "skip b.barracudacentral.org\n"
			      "zone rbl.example.org.\n"
			      "zone dbl.example.org domain",
	    &err));
	assert_true(
	    str_eq(list_conf_key(&conf, S("SPAMHAUS-dqs")), S("abc123")));
	assert_true(str_eq(list_conf_key(&conf, S("abusix")), S("a_b-C")));
	assert_int_equal(list_conf_key(&conf, S("other")).n, 0);
	assert_true(list_conf_uses(&conf, list_find(S("torexit-dan-me-uk"))));
	assert_true(list_conf_skips(&conf, list_find(S("barracuda"))));
	assert_true(list_conf_skips(&conf, list_find(S("uceprotect-3"))));
	assert_false(list_conf_skips(&conf, list_find(S("psbl"))));
	assert_int_equal(conf.zones_n, 2);
	assert_true(str_eq(conf.zones[0].zone, S("rbl.example.org")));
	assert_int_equal(conf.zones[1].targets, TARGET_DOMAIN);
}

static void
test_bad(void **state)
{
	static const char *const texts[] = {
	    "key spamhaus-dqs",
	    "key spamhaus-dqs a.b",
	    "key spamhaus-dqs a b",
	    "key spamhaus-dqs a\x01",
	    "use nobody-knows-this",
	    "skip",
	    "zone",
	    "zone x.test mail",
	    "list x.test",
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		err = (struct err){0};
		if (read_text(texts[i], &err))
			fail_msg("'%s' was taken", texts[i]);
		assert_int_equal(err.kind, ERR_CONFIG);
		/* A key must not be shown. */
		assert_false(str_has(str_z(err.text), S("a.b")));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
