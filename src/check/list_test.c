/* SPDX-License-Identifier: ISC */
#include "check/list.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_read(void **state)
{
	static const struct {
		const char *list, *answer;
		enum reading_kind kind;
		enum list_cause cause;
		const char *label;
		int value;
	} rows[] = {
	    {"zen.spamhaus.org", "127.0.0.2", READING_BAD, CAUSE_SPAM, "SBL",
		-1},
	    {"spamhaus-zen", "127.0.0.4", READING_BAD, CAUSE_BOT, "XBL", -1},
	    {"spamhaus-zen", "127.0.0.11", READING_BAD, CAUSE_POLICY, "PBL",
		-1},
	    {"spamhaus-zen", "127.255.255.254", READING_REFUSED, CAUSE_LISTED,
		"", -1},
	    /* never a listing, whichever list says it */
	    {"spamcop", "127.255.255.252", READING_REFUSED, CAUSE_LISTED, "",
		-1},
	    /* asked with an address, which is our mistake */
	    {"spamhaus-dbl", "127.0.1.255", READING_REFUSED, CAUSE_LISTED, "",
		-1},
	    {"spamhaus-dbl", "127.0.1.102", READING_BAD, CAUSE_HACKED, "abused",
		-1},
	    /* 127.0.0.1 is a refusal at one, a listing at another */
	    {"uribl", "127.0.0.1", READING_REFUSED, CAUSE_LISTED, "", -1},
	    {"0spam", "127.0.0.1", READING_BAD, CAUSE_TRAP, "", -1},
	    {"hostkarma", "127.0.0.1", READING_GOOD, CAUSE_GOOD, "white", -1},
	    {"hostkarma", "127.0.0.3", READING_NEUTRAL, CAUSE_NEUTRAL, "yellow",
		-1},
	    {"spamcop", "127.0.0.1", READING_REFUSED, CAUSE_LISTED, "", -1},
	    {"dronebl", "127.0.0.1", READING_NEUTRAL, CAUSE_TEST, "", -1},
	    {"dronebl", "127.0.0.9", READING_BAD, CAUSE_PROXY, "", -1},
	    {"spamcop", "93.184.216.34", READING_HIJACKED, CAUSE_LISTED, "",
		-1},
	    {"spamcop", "2001:db8::1", READING_HIJACKED, CAUSE_LISTED, "", -1},
	    {"dnswl", "127.0.5.3", READING_GOOD, CAUSE_GOOD, "", 3},
	    {"dnswl", "127.0.0.255", READING_REFUSED, CAUSE_LISTED, "", -1},
	    {"dnswl", "127.0.10.0", READING_NEUTRAL, CAUSE_NEUTRAL, "", 0},
	    {"sender-score", "127.0.4.95", READING_GOOD, CAUSE_GOOD, "", 95},
	    {"sender-score", "127.0.4.20", READING_BAD, CAUSE_REPUTATION, "",
		20},
	    {"spamhaus-zrd", "127.0.2.7", READING_NEUTRAL, CAUSE_YOUNG, "", 7},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct list *list = list_find(str_z(rows[i].list));
		struct list_reading r[LIST_READINGS];
		struct ip ip;

		assert_non_null(list);
		assert_true(ip_parse(str_z(rows[i].answer), &ip));
		assert_int_equal(list_read(list, &ip, r), 1);
		if (r[0].kind != rows[i].kind || r[0].cause != rows[i].cause)
			fail_msg("%s %s: kind %d, cause %s", rows[i].list,
			    rows[i].answer, r[0].kind, cause_name(r[0].cause));
		assert_string_equal(r[0].label, rows[i].label);
		assert_int_equal(r[0].value, rows[i].value);
	}
}

static void
test_bits(void **state)
{
	struct list_reading r[LIST_READINGS];
	struct ip ip;

	(void)state;
	assert_true(ip_parse(S("127.0.0.80"), &ip)); /* 16 + 64 */
	assert_int_equal(list_read(list_find(S("surbl")), &ip, r), 2);
	assert_int_equal(r[0].cause, CAUSE_MALWARE);
	assert_int_equal(r[1].cause, CAUSE_DOMAIN);
	assert_string_equal(r[1].label, "ABUSE");
}

/* A code that the operator never wrote about is told as such. */
static void
test_undocumented(void **state)
{
	struct list_reading r[LIST_READINGS];
	struct ip ip;

	(void)state;
	assert_true(ip_parse(S("127.0.0.77"), &ip));
	assert_int_equal(list_read(list_find(S("spamhaus-zen")), &ip, r), 1);
	assert_int_equal(r[0].kind, READING_BAD);
	assert_false(r[0].documented);
}

static void
test_dead(void **state)
{
	static const struct {
		const char *zone;
		int why; /* -1: alive */
	} rows[] = {
	    {"dnsbl.sorbs.net", DEAD_CLOSED},
	    {"whatever.dnsbl.SORBS.net.", DEAD_CLOSED},
	    {"dnsbl.ahbl.org", DEAD_WORLD},
	    {"bl.nszones.com", DEAD_FRAUD},
	    {"sip.invaluement.com", DEAD_PRIVATE},
	    {"ix.dnsbl.manitu.net", DEAD_CLOSED},
	    {"db.wpbl.info", DEAD_SILENT},
	    {"cbl.abuseat.org", DEAD_REPLACED},
	    {"zen.spamhaus.org", -1},
	    {"notsorbs.net", -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct dead_list *dead = list_dead(str_z(rows[i].zone));

		assert_int_equal(
		    dead == NULL ? -1 : (int)dead->why, rows[i].why);
	}
}

/* The catalogue agrees with itself. */
static void
test_catalogue(void **state)
{
	size_t n, on = 0;
	const struct list *all = list_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		on += all[i].use == USE_ON;
		if (list_dead(str_z(all[i].zone)) != NULL)
			fail_msg("%s is alive and dead", all[i].zone);
		if (all[i].part_of[0] != '\0')
			assert_non_null(list_find(str_z(all[i].part_of)));
		assert_true(all[i].targets != 0);
		assert_true(all[i].codes_n > 0);
		assert_true(all[i].date[0] != '\0');
		assert_true(all[i].source[0] != '\0');
		/* Blocking without a test entry could not be believed. */
		if (all[i].kind == LIST_BLOCK)
			assert_true(all[i].test[0] != '\0');
	}
	assert_in_range(on, 30, 60);
	assert_in_range(n, 100, 400);
}

static void
test_text(void **state)
{
	(void)state;
	assert_true(list_text_refuses(S("Query Refused. See http://x.test")));
	assert_true(list_text_refuses(S("Error: open resolver")));
	assert_true(list_text_refuses(S("Excessive Number of Queries")));
	assert_false(
	    list_text_refuses(S("Blocked - see https://x.test/?ip=1")));
	assert_false(list_text_refuses(S("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_bits),
	    cmocka_unit_test(test_undocumented),
	    cmocka_unit_test(test_dead),
	    cmocka_unit_test(test_catalogue),
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
