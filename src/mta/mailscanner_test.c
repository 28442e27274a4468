/* SPDX-License-Identifier: ISC */
#include "mta/row_test.h"

#define TESTED mta_mailscanner

/* As its Postfix part writes them ("Requeue: %s to %s"). */
static const struct row rows[] = {
    {"MailScanner", "Requeue: 3BEB2DD6F.A1DFB to 5FD9AD6C9", LINE_EVENT,
	{.kind = EVENT_MOVED,
	    .queue_id = "3BEB2DD6F",
	    .child_id = "5FD9AD6C9"}},
    /* enable_long_queue_ids */
    {"MailScanner", "Requeue: 4hR7Kd2zWcz1Zx.AC0F1 to 4hR7Kd5lXnz2Zy",
	LINE_EVENT,
	{.kind = EVENT_MOVED,
	    .queue_id = "4hR7Kd2zWcz1Zx",
	    .child_id = "4hR7Kd5lXnz2Zy"}},
    {"MailScanner", "Requeue: 3BEB2DD6F to 5FD9AD6C9", LINE_EVENT,
	{.kind = EVENT_MOVED,
	    .queue_id = "3BEB2DD6F",
	    .child_id = "5FD9AD6C9"}},
    {"MailScanner", "Requeue: 3BEB2DD6F.A1DFB to", LINE_UNKNOWN, {0}},
    {"MailScanner", "Requeue: 3BEB2DD6F.A1DFB to 5FD9AD6C9 now", LINE_UNKNOWN,
	{0}},
    {"MailScanner", "Requeue: tomorrow to 5FD9AD6C9", LINE_UNKNOWN, {0}},
    {"MailScanner", "New Batch: Scanning 1 messages, 2100 bytes", LINE_SKIP,
	{0}},
    {"MailScanner",
	"Message 3BEB2DD6F.A1DFB from 192.0.2.1 (x@far.example) to"
	" here.example is spam, SpamAssassin (score=9)",
	LINE_SKIP, {0}},
};

static void
test_lines(void **state)
{
	(void)state;
	CHECK(rows);
}

static void
test_claims(void **state)
{
	(void)state;
	assert_true(mta_mailscanner.claims(S("MailScanner")));
	assert_false(mta_mailscanner.claims(S("MailScanner2")));
	assert_false(mta_mailscanner.claims(S("mailscanner")));
	assert_false(mta_mailscanner.claims(S("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_claims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
