/* SPDX-License-Identifier: ISC */
/* Lines of MailEnable's SMTP logs: the form is that of real ones, the texts
 * are composed. */
#include "mta/row_test.h"

#define TESTED mta_mailenable
#define IN     "SMTP-IN\tA1.MAI\t908\t192.0.2.24\t"
#define OUT    "SMTP-OU\tA1.MAI\t912\t198.51.100.9\t"

static const struct row rows[] = {
    {"", IN "\t\t220 mx ESMTP MailEnable Service, Version: 9.76-- ready\t0\t0",
	LINE_SKIP, {0}},
    {"",
	IN "AUTH\tMTIz\t535 Invalid Username or Password\t34\t14\t"
	   "ana@x.example\t",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .queue_id = "A1.MAI",
	    .client = "192.0.2.24",
	    .account = "ana@x.example",
	    .code = 535,
	    .reply = "535 Invalid Username or Password"}},
    {"", IN "AUTH\tx\t235 Authenticated\t18\t14\tana@x.example\t", LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .queue_id = "A1.MAI",
	    .client = "192.0.2.24",
	    .account = "ana@x.example",
	    .code = 235,
	    .reply = "235 Authenticated"}},
    {"", IN "MAIL\tMAIL FROM:<a@x> SIZE=9\t250 OK\t6\t9\tana@x\t", LINE_EVENT,
	{.kind = EVENT_HANDED,
	    .queue_id = "A1.MAI",
	    .client = "192.0.2.24",
	    .account = "ana@x",
	    .sender = "a@x",
	    .code = 250,
	    .reply = "250 OK"}},
    {"", IN "RCPT\tRCPT TO:<b@y>\t250 OK\t6\t9\t\t", LINE_EVENT,
	{.kind = EVENT_HANDED,
	    .queue_id = "A1.MAI",
	    .client = "192.0.2.24",
	    .recipient = "b@y",
	    .code = 250,
	    .reply = "250 OK"}},
    {"",
	IN "RCPT\tRCPT TO:<b@y>\t503 This mail server requires "
	   "authentication\t6\t9",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "A1.MAI",
	    .client = "192.0.2.24",
	    .code = 503,
	    .reply = "503 This mail server requires authentication"}},
    {"", IN "DATA\tDATA\t354 Start mail input\t6\t9\tana@x\t", LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "A1.MAI",
	    .client = "192.0.2.24",
	    .account = "ana@x",
	    .code = 354,
	    .reply = "354 Start mail input"}},
    {"", OUT "RCPT\tRCPT TO:<b@y>\t250 2.1.5 OK\t6\t9", LINE_EVENT,
	{.kind = EVENT_ATTEMPT,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "A1.MAI",
	    .recipient = "b@y",
	    .relay = "198.51.100.9",
	    .relay_ip = "198.51.100.9",
	    .code = 250,
	    .dsn = "2.1.5",
	    .reply = "250 2.1.5 OK"}},
    {"", OUT "RCPT\tRCPT TO:<b@y>\t450 4.2.1 later\t6\t9", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "A1.MAI",
	    .recipient = "b@y",
	    .relay = "198.51.100.9",
	    .relay_ip = "198.51.100.9",
	    .code = 450,
	    .dsn = "4.2.1",
	    .reply = "450 4.2.1 later"}},
    {"", OUT "DATA\tDATA\t354 go ahead\t6\t9", LINE_SKIP, {0}},
    {"", OUT "EHLO\tEHLO mx\t250-mx.far\t6\t9", LINE_SKIP, {0}},
    {"ME-", "ME-I0111: [908] Relay Denied: Failed to meet all relay criteria.",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .reply = "ME-I0111: [908] Relay Denied: Failed to meet all relay "
		     "criteria."}},
    {"", "ME-I0108: [908] Relay Granted: Sender has authenticated.", LINE_SKIP,
	{0}},
    {"", "SMTP-XX\tA1.MAI\t1\t192.0.2.1\tDATA\t\t250 x", LINE_UNKNOWN, {0}},
    {"", "", LINE_SKIP, {0}},
};

static void
test_lines(void **state)
{
	(void)state;
	CHECK(rows);
}

static void
test_owns(void **state)
{
	(void)state;
	assert_true(
	    TESTED.owns(S("10/19/18 00:00:25\tSMTP-IN\tFE7A.MAI\t816")));
	assert_true(TESTED.owns(S("10/19/18 00:00:25\tME-I0026: [1] x\n")));
	assert_false(TESTED.owns(S("10/19/18 00:00:25\tPOP3\tx")));
	assert_false(TESTED.owns(S("Nov 16 10:33:07\tSMTP-IN\t")));
	assert_false(TESTED.owns(S("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_owns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
