/* SPDX-License-Identifier: ISC */
/* Lines of qmail and of what stands in front of it. Those of tcpserver are
 * what ucspi-tcp 0.88 writes, the others composed after the sources. */
#include "mta/row_test.h"

#define TESTED mta_qmail

static const struct row send_rows[] = {
    {"qmail", "1794825187.123456 new msg 93869", LINE_SKIP, {0}},
    {"qmail", "info msg 93869: bytes 2343 from <a@x.example> qp 1 uid 49491",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "93869",
	    .sender = "a@x.example",
	    .size = 2343,
	    .uid = 49491}},
    /* a sender that imitates the line's end */
    {"qmail", "1.5 info msg 7: bytes 1 from <a>_qp_1_uid_0@x> qp 2 uid 1004",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "7",
	    .sender = "a>_qp_1_uid_0@x",
	    .size = 1,
	    .uid = 1004}},
    {"qmail", "info msg 7: bytes 1 from <#@[]> qp 2 uid 7796", LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "7",
	    .sender = "",
	    .size = 1,
	    .uid = 7796}},
    {"qmail", "info msg 7: bytes 1 from <l-@x.example-@[]> qp 2 uid 1004",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "7",
	    .sender = "l-@x.example",
	    .size = 1,
	    .uid = 1004}},
    {"qmail", "info msg 7: bytes 1 from <a@x> qp 2", LINE_UNKNOWN, {0}},
    {"qmail", "starting delivery 2392: msg 93869 to remote b@y.example",
	LINE_EVENT,
	{.kind = EVENT_ATTEMPT,
	    .queue_id = "93869",
	    .recipient = "b@y.example",
	    .agent = AGENT_SMTP}},
    {"qmail", "starting delivery 1: msg 2 to local x.example-ana@x.example",
	LINE_EVENT,
	{.kind = EVENT_ATTEMPT,
	    .queue_id = "2",
	    .recipient = "ana@x.example",
	    .agent = AGENT_LOCAL}},
    {"qmail", "starting delivery 1: msg 2 to local 12-ana@x.example",
	LINE_EVENT,
	{.kind = EVENT_ATTEMPT,
	    .queue_id = "2",
	    .recipient = "ana@x.example",
	    .agent = AGENT_LOCAL}},
    {"qmail",
	"delivery 2392: success: 192.0.2.9_accepted_message./"
	"Remote_host_said:_250_2.0.0_OK/",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .relay = "192.0.2.9",
	    .relay_ip = "192.0.2.9",
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250_2.0.0_OK/"}},
    {"qmail",
	"delivery 1: failure: 192.0.2.9_does_not_like_recipient./"
	"Remote_host_said:_550_no/Giving_up_on_192.0.2.9./",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .relay = "192.0.2.9",
	    .relay_ip = "192.0.2.9",
	    .code = 550,
	    .reply = "550_no/Giving_up_on_192.0.2.9./"}},
    {"qmail",
	"delivery 1: deferral: Connected_to_192.0.2.9_but_connection_died._"
	"(#4.4.2)/",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .relay = "192.0.2.9",
	    .relay_ip = "192.0.2.9",
	    .code = 450,
	    .dsn = "4.4.2",
	    .reply = "Connected_to_192.0.2.9_but_connection_died._(#4.4.2)/"}},
    {"qmail",
	"delivery 1: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/"}},
    {"qmail",
	"delivery 1: failure: Sorry,_I_wasn't_able_to_establish_an_SMTP_"
	"connection._(#4.4.1)/I'm_not_going_to_try_again;_this_message_has_"
	"been_in_the_queue_too_long./",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_EXPIRED,
	    .code = 450,
	    .dsn = "4.4.1",
	    .reply = "Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._("
		     "#4.4.1)/I'm_not_going_to_try_again;_this_message_has_"
		     "been_in_the_queue_too_long./"}},
    {"qmail", "delivery 3: success: did_1+0+0/", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .local = LOCAL_MAILBOX,
	    .reply = "did_1+0+0/"}},
    {"qmail", "delivery 3: success: did_0+1+0/qp_18695/", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .local = LOCAL_FORWARDED,
	    .reply = "did_0+1+0/qp_18695/"}},
    {"qmail", "end msg 93869", LINE_EVENT,
	{.kind = EVENT_REMOVED, .queue_id = "93869"}},
    {"qmail", "bounce msg 93869 qp 18699", LINE_EVENT,
	{.kind = EVENT_DSN, .queue_id = "93869"}},
    {"qmail", "triple bounce: discarding bounce/93869", LINE_SKIP, {0}},
    {"qmail", "status: local 0/10 remote 1/20", LINE_SKIP, {0}},
    {"qmail", "status: exiting", LINE_SKIP, {0}},
    {"qmail", "something new", LINE_UNKNOWN, {0}},
    {"qmail", "", LINE_SKIP, {0}},
    {"postfix/smtp", "end msg 1", LINE_FOREIGN, {0}},
};

static void
test_send(void **state)
{
	(void)state;
	CHECK(send_rows);
}

/* pid is the session's, where the line names one; see test_numbers. */
static const struct row door_rows[] = {
    {"vpopmail",
	"vchkpw-submission: (PLAIN) login success ana@x.example:192.0.2.1",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@x.example",
	    .method = "PLAIN",
	    .client = "192.0.2.1"}},
    {"vpopmail", "vchkpw-smtp: (PLAIN) login success ana@x.example:2001:db8::1",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@x.example",
	    .method = "PLAIN",
	    .client = "2001:db8::1"}},
    {"vpopmail", "vchkpw-smtp: password fail (pass: 'a b') x@y:192.0.2.1",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL, .account = "x@y", .client = "192.0.2.1"}},
    {"vpopmail", "vchkpw-pop3: vpopmail user not found x@y:192.0.2.1",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL, .account = "x@y", .client = "192.0.2.1"}},
    {"vpopmail", "vchkpw-smtp: password fail x@y", LINE_UNKNOWN, {0}},
    {"smtp_auth",
	"smtp_auth: SMTP user ana@x.example : /var/qmail/mailnames/x.example/"
	"ana logged in from unknown@ [192.0.2.1]",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@x.example",
	    .client = "192.0.2.1"}},
    {"smtp_auth",
	"SMTP user ana : /var/qmail/mailnames/x.example/ana logged in from "
	"(null)@h.example [192.0.2.1]",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "x.example/ana",
	    .client = "192.0.2.1"}},
    {"smtp_auth",
	"smtp_auth: FAILED: ana - password incorrect  from unknown@ "
	"[192.0.2.1]",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL, .account = "ana", .client = "192.0.2.1"}},
    {"spamdyke",
	"DENIED_RDNS_MISSING from: a@x to: b@y origin_ip: 192.0.2.1 "
	"origin_rdns: (unknown) auth: (unknown) encryption: (none) reason: "
	"(empty)",
	LINE_EVENT,
	{.kind = EVENT_REJECT, .sender = "a@x", .client = "192.0.2.1"}},
    {"qmail-queue-handlers", "from=ana@x.example", LINE_SKIP, {0}},
    {"qmail", "tcpserver: status: 1/40", LINE_SKIP, {0}},
    {"qmail", "tcpserver: end 26327 status 0", LINE_SKIP, {0}},
};

static void
test_door(void **state)
{
	(void)state;
	CHECK(door_rows);
}

static const struct {
	const char *program, *text;
	enum event_kind kind;
	const char *handle;
	uint64_t process, pid;
	const char *client, *account, *sender;
} numbers_rows[] = {
    {"qmail", "info msg 7: bytes 1 from <a@x> qp 18695 uid 7", EVENT_RECEIVED,
	"", 18695, 12, NULL, "", "a@x"},
    {"qmail", "starting delivery 2392: msg 7 to remote b@y", EVENT_ATTEMPT,
	"2392", 0, 12, NULL, "", ""},
    {"qmail", "delivery 3: success: did_0+1+0/qp_18695/", EVENT_DELIVERY, "3",
	18695, 12, NULL, "", ""},
    {"qmail", "bounce msg 7 qp 18699", EVENT_DSN, "", 18699, 12, NULL, "", ""},
    /* real */
    {"qmail", "tcpserver: pid 26327 from 127.0.0.1", EVENT_CONNECT, "", 0,
	26327, "127.0.0.1", "", ""},
    {"qmail", "tcpserver: ok 26327 :127.0.0.1:48125 :127.0.0.1::56130",
	EVENT_CONNECT, "", 0, 26327, "127.0.0.1", "", ""},
    {"qmail", "tcpserver: ok 5 h:192.0.2.2:465 h:2001:db8::1:me:40000",
	EVENT_CONNECT, "", 0, 5, "2001:db8::1", "", ""},
    {"qmail", "tcpserver: deny 5 h:192.0.2.2:25 h:192.0.2.1::40000",
	EVENT_REJECT, "", 0, 5, "192.0.2.1", "", ""},
    {"qmail", "mail recv: pid 3017 from <a@x> qp 3021", EVENT_HANDED, "", 3021,
	3017, NULL, "", "a@x"},
    {"qmail",
	"spamdyke[3017]: ALLOWED from: a@x to: b@y origin_ip: 192.0.2.1 "
	"origin_rdns: h auth: ana@x encryption: TLS reason: 250_ok_17_qp_3021",
	EVENT_HANDED, "", 3021, 3017, "192.0.2.1", "ana@x", "a@x"},
    /* a sender that imitates fields: the last ones count */
    {"spamdyke",
	"ALLOWED from: a auth: bob to: b@y origin_ip: 192.0.2.1 origin_rdns: h "
	"auth: (unknown) encryption: (none)",
	EVENT_HANDED, "", 0, 12, "192.0.2.1", "", "a auth: bob"},
    {"qmail",
	"CHKUSER accepted rcpt: from <a@x:ana@x:> remote <helo:h:192.0.2.1> "
	"rcpt <b@y> : found existing recipient",
	EVENT_HANDED, "", 0, 12, "192.0.2.1", "ana@x", "a@x"},
    {"qmail",
	"CHKUSER accepted rcpt: from <a@x::> remote <helo:h:192.0.2.1> rcpt "
	"<b@y> : found existing recipient",
	EVENT_HANDED, "", 0, 12, "192.0.2.1", "", "a@x"},
    {"qmail", "simscan:[3017]:CLEAN (0.1/5.0):1.2s:Re: x:192.0.2.1:a@x:b@y",
	EVENT_HANDED, "", 0, 3017, "192.0.2.1", "", "a@x"},
    {"qmail", "policy_check: local a@x -> remote b@y (AUTHENTICATED SENDER)",
	EVENT_HANDED, "", 0, 12, NULL, "a@x", "a@x"},
    {"relaylock",
	"/var/qmail/bin/relaylock: mail from 192.0.2.1:51234 (not defined)",
	EVENT_CONNECT, "", 0, 12, "192.0.2.1", "", ""},
    {"qmail-scanner",
	"Clear:RC:0(192.0.2.1):SA:0(0.5/5.0): 0.3 2343 a@x b@y subject",
	EVENT_HANDED, "", 0, 0, "192.0.2.1", "", "a@x"},
};

static void
test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers_rows); i++) {
		struct row row = {
		    numbers_rows[i].program, numbers_rows[i].text, 0, {0}};
		struct event e;

		same_number(&row, "result",
		    parse(&mta_qmail, row.program, row.text, &e), LINE_EVENT);
		same_number(&row, "kind", e.kind, numbers_rows[i].kind);
		same_str(&row, "handle", e.handle, numbers_rows[i].handle);
		same_number(
		    &row, "process", e.process, numbers_rows[i].process);
		same_number(&row, "pid", e.pid, numbers_rows[i].pid);
		same_ip(&row, "client", &e.client, numbers_rows[i].client);
		same_str(&row, "account", e.account, numbers_rows[i].account);
		same_str(&row, "sender", e.sender, numbers_rows[i].sender);
	}
}

static void
test_owns(void **state)
{
	static const struct {
		const char *head;
		bool is_ours;
	} rows[] = {
	    {"@400000006b07d01c25ac6e9c tcpserver: status: 0/40\n", true},
	    {"2026-11-16 10:33:07.123456789 end msg 93869\n", true},
	    {"@400000006b07d01c25ac6e9c x\n@400000006b07d01c25ac6e9c end msg 1",
		true},
	    {"@400000006b07d01c25ac6e9c delivery 3: success: did_1+0+0/\n",
		true},
	    {"@400000006b07d01c25ac6e9c dnscache: starting\n", false},
	    {"Nov 16 10:33:07 mx1 qmail: 1.5 new msg 1\n", false},
	    {"2026-11-16T10:33:07.123456+01:00 end msg 93869\n", false},
	    {"2026-11-16 10:33:07,123 end msg 93869\n", false},
	    {"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (mta_qmail.owns(str_z(rows[i].head)) != rows[i].is_ours)
			fail_msg("%s", rows[i].head);
}

static void
test_split(void **state)
{
	struct line_clock clock;
	struct line line;

	(void)state;
	line_clock_init(&clock, 0);
	assert_true(mta_qmail.split(
	    &clock, S("@400000006919014d075bca00 end msg 7"), &line));
	assert_true(str_eq(line.text, S("end msg 7")));
	assert_true(str_eq(line.program, S("qmail")));
	assert_int_equal(line.at, INT64_C(1763246403123456));
	assert_false(mta_qmail.split(&clock, S("end msg 7"), &line));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_send),
	    cmocka_unit_test(test_door),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_owns),
	    cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
