/* SPDX-License-Identifier: ISC */
#include "check/way.h"

#include "mail/reply.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_lists(void **state)
{
	static const struct {
		const char *list, *label, *way;
		enum way_how how;
	} rows[] = {
	    {"spamhaus-zen", "SBL", "spamhaus-sbl", WAY_OWNER},
	    {"spamhaus-zen", "XBL", "spamhaus-xbl", WAY_SELF},
	    {"spamhaus-zen", "PBL", "spamhaus-pbl", WAY_SELF},
	    {"spamcop", "", "spamcop", WAY_AUTO},
	    {"uceprotect-1", "", "uceprotect-1", WAY_AUTO},
	    {"uceprotect-3", "", "uceprotect-2", WAY_NONE},
	    /* none of its own: what the catalogue says */
	    {"blocklist-de", "", "blocklist-de", WAY_FORM},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct way made;
		const struct way *way =
		    way_of_list(list_find(str_z(rows[i].list)),
			str_z(rows[i].label), &made);

		assert_string_equal(way->id, rows[i].way);
		assert_int_equal(way->how, rows[i].how);
	}
}

/* Money is offered: it is said, and there is a free way or none. */
static void
test_paid(void **state)
{
	static const char *const ids[] = {"uceprotect-1", "uceprotect-2",
	    "uceprotect-3", "backscatterer", "spfbl"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct way made;

		assert_true(
		    way_of_list(list_find(str_z(ids[i])), S(""), &made)->paid);
	}
}

static void
test_replies(void **state)
{
	static const struct {
		const char *rule, *way, *text;
	} rows[] = {
	    {"ms-olc-s3150", "microsoft-network", "block list (S3150)."},
	    {"ms-olc-s3150", "microsoft-outlook", "block list (S3140)."},
	    {"ms-olc-any", "microsoft-outlook", ""},
	    {"gmail-rate-ip", "google", ""},
	    {"yahoo-tss09", "yahoo", ""},
	    {"tonline-bl", "t-online", ""},
	    {"ui-blocklist", "gmx", ""},
	    {"apple-cs01", "apple", ""},
	    {"named-sorbs", "sorbs", ""},
	    {"named-spamhaus-xbl", "spamhaus-xbl", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(
		    way_of_reply(str_z(rows[i].rule), str_z(rows[i].text))->id,
		    rows[i].way);
	assert_null(way_of_reply(S("no-such-rule"), S("")));
}

/* A name that leads nowhere would be a way that nobody ever takes. */
static void
test_leads_exist(void **state)
{
	size_t rules_n;
	const struct reply_rule *rules = reply_rules(&rules_n);
	size_t led = 0;

	(void)state;
	for (size_t i = 0; i < rules_n; i++)
		led += way_of_reply(str_z(rules[i].id), S("")) != NULL;
	assert_true(led >= 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_paid),
	    cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_leads_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
