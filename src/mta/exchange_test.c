/* SPDX-License-Identifier: ISC */
/* Lines of Exchange's message tracking, composed after its documentation. */
#include "mta/row_test.h"

static const char head[] =
    "\xef\xbb\xbf#Software: Microsoft Exchange Server\r\n"
    "#Version: 15.02.1544.004\r\n#Log-type: Message Tracking Log\r\n"
    "#Date: 2026-11-16T00:00:00.000Z\r\n"
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,"
    "connector-id,source,event-id,message-id,recipient-address,"
    "recipient-status,total-bytes,recipient-count,related-recipient-address,"
    "reference,message-subject,sender-address,return-path,directionality,"
    "original-client-ip\r\n";

#define AT "2026-11-16T10:33:07.123Z,"

static const struct row rows[] = {
    {"a client's connector: the sender is the account",
	AT "10.0.0.5,EX01,,EX01.corp,EX01\\Client Proxy EX01,SMTP,RECEIVE,"
	   "<1@x>,a@y.example;b@z.example,,4711,2,,,\"Hi, \"\"you\"\"\","
	   "ana@x.example,ana@x.example,Originating,198.51.100.7\r",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "1@x",
	    .message_id = "1@x",
	    .account = "ana@x.example",
	    .client = "198.51.100.7",
	    .sender = "ana@x.example",
	    .subject = "Hi, \"\"you\"\"",
	    .size = 4711,
	    .nrcpt = 2}},
    {"a stranger",
	AT "203.0.113.9,mail.far,,EX01,EX01\\Default EX01,SMTP,RECEIVE,<2@y>,"
	   "ana@x.example,,900,1,,,s,b@y.example,<>,Incoming,",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "2@y",
	    .message_id = "2@y",
	    .client = "203.0.113.9",
	    .sender = "",
	    .subject = "s",
	    .size = 900,
	    .nrcpt = 1}},
    {"a mailbox (2010)",
	AT "10.0.0.5,EX01,,EX01,,STOREDRIVER,RECEIVE,<3@x>,a@y,,1,1,,,,"
	   "ana@x.example,ana@x.example,,",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "3@x",
	    .message_id = "3@x",
	    .account = "ana@x.example",
	    .sender = "ana@x.example",
	    .size = 1,
	    .nrcpt = 1}},
    {"a refusal in the receiver's words",
	AT ",,,mx.y,Internet,SMTP,FAIL,<1@x>,a@y.example,\"[{LED=550-5.1.1 no "
	   "such; user};{MSG=};{IP=192.0.2.9}]\",1,1,,,,ana@x,ana@x,,",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = "1@x",
	    .recipient = "a@y.example",
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "550-5.1.1 no such; user",
	    .size = 1}},
    {"a refusal of our own",
	AT ",,,EX01,,ROUTING,FAIL,<1@x>,c@x,550 5.1.1 "
	   "RESOLVER.ADR.RecipNotFound; not found,1,1,,,,ana@x,ana@x,,",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_ERROR,
	    .queue_id = "1@x",
	    .recipient = "c@x",
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
	    .size = 1}},
    {"given up",
	AT ",,,EX01,,QUEUE,FAIL,<1@x>,a@y,550 4.4.7 QUEUE.Expired; message "
	   "expired,1,1,,,,ana@x,ana@x,,",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_EXPIRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "1@x",
	    .recipient = "a@y",
	    .code = 550,
	    .dsn = "4.4.7",
	    .reply = "550 4.4.7 QUEUE.Expired; message expired",
	    .size = 1}},
    {"into a mailbox",
	AT ",EX01,,EX01,,STOREDRIVER,DELIVER,<2@y>,ana@x,,1,1,,,,b@y,b@y,,",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_MAILBOX,
	    .queue_id = "2@y",
	    .recipient = "ana@x",
	    .size = 1}},
    {"to another server of ours",
	AT ",,10.0.0.6,EX02,Intra-Organization SMTP Send Connector,SMTP,SEND,"
	   "<1@x>,a@y,250 2.1.5 OK,1,1,,,,ana@x,ana@x,,",
	LINE_SKIP, {0}},
    {"a redirection",
	AT ",,,EX01,,ROUTING,REDIRECT,<2@y>,boss@home,,1,1,ana@x,,,b@y,b@y,,",
	LINE_EVENT,
	{.kind = EVENT_REDIRECTED,
	    .queue_id = "2@y",
	    .recipient = "boss@home",
	    .orig_to = "ana@x",
	    .size = 1}},
    {"a probe",
	AT "10.0.0.5,EX01,,EX01,EX01\\Default EX01,SMTP,RECEIVE,<4@x>,a,,1,1,,,"
	   ",HealthMailboxab12@x,HealthMailboxab12@x,Originating,",
	LINE_SKIP, {0}},
    {"an event of tomorrow",
	AT ",,,EX01,,SMTP,NEWEVENT,<1@x>,a@y,,1,1,,,,ana@x,ana@x,,",
	LINE_UNKNOWN, {0}},
};

static enum line_result
read_one(const char *raw, uint32_t from, struct event *ret)
{
	static struct line_form form;
	struct line_clock clock;
	struct line line;

	form = (struct line_form){{0}};
	mta_exchange.form(str_z(head), &form);
	line_clock_init(&clock, 0);
	assert_true(mta_exchange.split(&clock, str_z(raw), &line));
	line.form = &form;
	line.from = from;
	return mta_exchange.line(&line, ret);
}

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct event e;

		same_number(&rows[i], "result", read_one(rows[i].text, 0, &e),
		    rows[i].result);
		if (rows[i].result == LINE_EVENT)
			same_event(&rows[i], &e);
	}
}

static void
test_each_recipient_has_its_status(void **state)
{
	static const char raw[] =
	    AT ",,192.0.2.9,mx.y,Internet,SMTP,SEND,<1@x>,a@y;b@y,"
	       "250 2.1.5 first;251 2.1.5 second,1,2,,,,ana@x,ana@x,,";
	struct event e;

	(void)state;
	assert_int_equal(read_one(raw, 0, &e), LINE_MORE);
	assert_true(str_eq(e.recipient, S("a@y")));
	assert_int_equal(e.code, 250);
	assert_int_equal(read_one(raw, e.more, &e), LINE_EVENT);
	assert_true(str_eq(e.recipient, S("b@y")));
	assert_int_equal(e.code, 251);
}

static void
test_notice(void **state)
{
	struct event e;

	(void)state;
	assert_int_equal(
	    read_one(
		AT ",,,EX01,,DSN,DSN,<9@x>,b@y,,1,1,,<2@y>,,p@x,<>,,", 0, &e),
	    LINE_EVENT);
	assert_int_equal(e.kind, EVENT_RECEIVED);
	assert_true(str_eq(e.parent_id, S("2@y")));
	assert_true(str_eq(e.queue_id, S("9@x")));
}

static void
test_owns(void **state)
{
	(void)state;
	assert_true(mta_exchange.owns(str_z(head)));
	assert_false(mta_exchange.owns(
	    S("#Software: Microsoft Exchange Server\n#Log-type: SMTP Receive "
	      "Protocol Log\n#Fields: date-time,connector-id\n")));
	assert_false(mta_exchange.owns(S("Nov 16 mx1 x: #Software: Microsoft "
					 "Exchange")));
	assert_false(mta_exchange.owns(S("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_each_recipient_has_its_status),
	    cmocka_unit_test(test_notice),
	    cmocka_unit_test(test_owns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
