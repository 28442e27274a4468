/* SPDX-License-Identifier: ISC */
/*
 * One row per form of a line. "real" rows were written by Postfix 3.7.11 on a
 * private server; the others are composed from the source of the version that
 * their comment names.
 */
#include "mta/row_test.h"

#define TESTED mta_postfix

static const struct row accept_rows[] = {
    /* real */
    {"postfix/smtpd", "4jYqNN1S8hz1bY55: client=unknown[198.18.86.231]",
	LINE_EVENT,
	{.kind = EVENT_ACCEPT,
	    .queue_id = "4jYqNN1S8hz1bY55",
	    .client_name = "unknown",
	    .client = "198.18.86.231"}},
    {"postfix/submission/smtpd",
	"4jYqNN1: client=h.example[2001:db8::1], sasl_method=PLAIN, "
	"sasl_username=ana@shop.test",
	LINE_UNKNOWN, {0}}, /* too short for a long id */
    {"postfix/submission/smtpd",
	"3F2A1C77: client=h.example[2001:db8::1], sasl_method=PLAIN, "
	"sasl_username=ana@shop.test",
	LINE_EVENT,
	{.kind = EVENT_ACCEPT,
	    .queue_id = "3F2A1C77",
	    .client_name = "h.example",
	    .client = "2001:db8::1",
	    .method = "PLAIN",
	    .account = "ana@shop.test"}},
    /* 2.11, smtpd_client_port_logging; a blank and a comma in a name */
    {"plesk-x/smtps/smtpd",
	"BCD123: client=h[192.0.2.9]:4711, sasl_method=CRAM-MD5, "
	"sasl_username=ana maria, s.l., sasl_sender=x@y, "
	"orig_client=fake[10.0.0.1]",
	LINE_EVENT,
	{.kind = EVENT_ACCEPT,
	    .queue_id = "BCD123",
	    .client_name = "h",
	    .client = "192.0.2.9",
	    .method = "CRAM-MD5",
	    .account = "ana maria, s.l."}},
    {"postfix/smtpd",
	"BCD123: client=localhost[127.0.0.1], sasl_username=bob, "
	"orig_queue_id=4jYqNN1S8hz1bY55, "
	"orig_client=pool.example[203.0.113.7]",
	LINE_EVENT,
	{.kind = EVENT_ACCEPT,
	    .queue_id = "BCD123",
	    .client_name = "localhost",
	    .client = "127.0.0.1",
	    .account = "bob",
	    .origin_id = "4jYqNN1S8hz1bY55",
	    .origin_client = "203.0.113.7"}},
    {"zimbra/amavisd/smtpd",
	"BCD123: client=localhost[127.0.0.1], "
	"orig_client=unknown[unknown]",
	LINE_EVENT,
	{.kind = EVENT_ACCEPT,
	    .queue_id = "BCD123",
	    .client_name = "localhost",
	    .client = "127.0.0.1"}},
    {"postfix/smtpd", "BCD123: client=localhost[local]", LINE_EVENT,
	{.kind = EVENT_ACCEPT,
	    .queue_id = "BCD123",
	    .client_name = "localhost"}},
    {"postfix/qmqpd", "BCD123: client=unknown[unknown]", LINE_EVENT,
	{.kind = EVENT_ACCEPT, .queue_id = "BCD123", .client_name = "unknown"}},
    /* in front of a filter, smtpd_proxy_filter */
    {"postfix/smtpd",
	"NOQUEUE: client=h[192.0.2.9], sasl_method=LOGIN, "
	"sasl_username=ana",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .client_name = "h",
	    .client = "192.0.2.9",
	    .method = "LOGIN",
	    .account = "ana"}},
    {"postfix/smtpd", "connect from unknown[198.18.250.52]", LINE_EVENT,
	{.kind = EVENT_CONNECT,
	    .client_name = "unknown",
	    .client = "198.18.250.52"}},
    {"postfix/smtpd",
	"disconnect from h[198.18.250.52] ehlo=1 mail=1 rcpt=0/1 "
	"commands=2/3",
	LINE_EVENT,
	{.kind = EVENT_DISCONNECT,
	    .client_name = "h",
	    .client = "198.18.250.52"}},
    {"postfix/smtpd",
	"proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as "
	"4A5B6C7D; from=<a@x> to=<b@y> proto=ESMTP helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_REQUEUED,
	    .child_id = "4A5B6C7D",
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250 2.0.0 Ok: queued as 4A5B6C7D",
	    .sender = "a@x",
	    .recipient = "b@y",
	    .helo = "h"}},
};

static void
test_accept(void **state)
{
	(void)state;
	CHECK(accept_rows);
}

static const struct row refused_rows[] = {
    /* real */
    {"postfix/smtpd",
	"NOQUEUE: reject: RCPT from unknown[198.18.250.52]: 554 5.7.1 "
	"<xe530@elsewhere.example>: Relay access denied; "
	"from=<hans@opfer.example> to=<xe530@elsewhere.example> "
	"proto=ESMTP helo=<host3b5.example>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "unknown",
	    .client = "198.18.250.52",
	    .code = 554,
	    .dsn = "5.7.1",
	    .reply = "554 5.7.1 <xe530@elsewhere.example>: Relay "
		     "access denied",
	    .sender = "hans@opfer.example",
	    .recipient = "xe530@elsewhere.example",
	    .helo = "host3b5.example"}},
    /* an address in quotes that pretends; real but for the domain */
    {"postfix/smtpd",
	"NOQUEUE: reject: RCPT from h[192.0.2.1]: 554 5.7.1 <\"rej; "
	"from=<a> to=<b> proto=E helo=<c> sasl_username=<d>\"@y>: "
	"Relay access denied; from=<\"x> to=<y\"@s> to=<\"rej; "
	"from=<a> to=<b> proto=E helo=<c> sasl_username=<d>\"@y> "
	"proto=ESMTP helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .code = 554,
	    .dsn = "5.7.1",
	    .reply = "554 5.7.1 <\"rej; from=<a> to=<b> proto=E "
		     "helo=<c> sasl_username=<d>\"@y>: Relay access "
		     "denied",
	    .sender = "\"x> to=<y\"@s",
	    .recipient = "\"rej; from=<a> to=<b> proto=E helo=<c> "
			 "sasl_username=<d>\"@y",
	    .helo = "h"}},
    {"postfix/smtpd",
	"NOQUEUE: reject: MAIL from h[192.0.2.1]: 450 4.1.8 <a@x>: "
	"Sender address rejected: Domain not found; from=<a@x> "
	"proto=ESMTP helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .code = 450,
	    .dsn = "4.1.8",
	    .reply = "450 4.1.8 <a@x>: Sender address rejected: "
		     "Domain not found",
	    .sender = "a@x",
	    .helo = "h"}},
    /* before MAIL FROM */
    {"postfix/smtpd",
	"NOQUEUE: reject: CONNECT from unknown[192.0.2.1]: 554 5.7.1 "
	"<unknown[192.0.2.1]>: Client host rejected: Access denied; "
	"proto=SMTP",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "unknown",
	    .client = "192.0.2.1",
	    .code = 554,
	    .dsn = "5.7.1",
	    .reply = "554 5.7.1 <unknown[192.0.2.1]>: Client host "
		     "rejected: Access denied"}},
    {"postfix/smtpd",
	"NOQUEUE: reject: MAIL from h[192.0.2.1]: 452 4.3.1 "
	"Insufficient system storage; proto=ESMTP helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .code = 452,
	    .dsn = "4.3.1",
	    .reply = "452 4.3.1 Insufficient system storage",
	    .helo = "h"}},
    {"postfix/smtpd",
	"NOQUEUE: reject: VRFY from h[192.0.2.1]: 550 5.1.1 <b>: no; "
	"to=<b> proto=SMTP helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "550 5.1.1 <b>: no",
	    .recipient = "b",
	    .helo = "h"}},
    /* 3.7 says who it was */
    {"postfix/submission/smtpd",
	"NOQUEUE: reject: RCPT from h[192.0.2.1]: 553 5.7.1 <x@y>: "
	"Sender address rejected: not owned by user ana; from=<x@y> "
	"to=<b@z> proto=ESMTP helo=<[127.0.0.1]> sasl_username=<ana>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .code = 553,
	    .dsn = "5.7.1",
	    .reply = "553 5.7.1 <x@y>: Sender address rejected: not "
		     "owned by user ana",
	    .sender = "x@y",
	    .recipient = "b@z",
	    .helo = "[127.0.0.1]",
	    .account = "ana"}},
    /* 3.10 */
    {"postfix/submission/smtpd",
	"BCD123: reject: DATA from h[192.0.2.1]: 450 4.7.1 <DATA>: "
	"Data command rejected: slow; from=<x@y> to=<b@z> proto=ESMTP "
	"helo=<h> sasl_method=PLAIN sasl_username=ana maria "
	"sasl_sender=q",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "BCD123",
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .code = 450,
	    .dsn = "4.7.1",
	    .reply = "450 4.7.1 <DATA>: Data command rejected: slow",
	    .sender = "x@y",
	    .recipient = "b@z",
	    .helo = "h",
	    .method = "PLAIN",
	    .account = "ana maria"}},
    {"postfix/smtpd", "NOQUEUE: lost connection after EHLO from h[192.0.2.1]",
	LINE_SKIP, {0}},
    {"postfix/smtpd",
	"BCD123: hold: DATA from h[192.0.2.1]: <DATA>: Data command "
	"held; from=<> to=<b@z> proto=ESMTP helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_HOLD,
	    .queue_id = "BCD123",
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .reply = "<DATA>: Data command held",
	    .sender = "",
	    .recipient = "b@z",
	    .helo = "h"}},
    {"postfix/cleanup",
	"BCD123: milter-reject: END-OF-MESSAGE from h[192.0.2.1]: "
	"5.7.1 Spam message rejected; from=<a@x> to=<b@z> "
	"proto=ESMTP helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "BCD123",
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .dsn = "5.7.1",
	    .reply = "5.7.1 Spam message rejected",
	    .sender = "a@x",
	    .recipient = "b@z",
	    .helo = "h"}},
    {"postfix/cleanup",
	"BCD123: milter-hold: END-OF-MESSAGE from h[192.0.2.1]: milter "
	"triggers HOLD action; from=<a@x> to=<b@z> proto=ESMTP "
	"helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_HOLD,
	    .queue_id = "BCD123",
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .reply = "milter triggers HOLD action",
	    .sender = "a@x",
	    .recipient = "b@z",
	    .helo = "h"}},
    {"postfix/postscreen",
	"NOQUEUE: reject: RCPT from [192.0.2.1]:2525: 550 5.7.1 "
	"Service unavailable; client [192.0.2.1] blocked using "
	"bl.test; from=<a@x>, to=<b@z>, proto=ESMTP, helo=<h>",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client = "192.0.2.1",
	    .code = 550,
	    .dsn = "5.7.1",
	    .reply = "550 5.7.1 Service unavailable; client "
		     "[192.0.2.1] blocked using bl.test",
	    .sender = "a@x",
	    .recipient = "b@z",
	    .helo = "h"}},
    {"postfix/postscreen",
	"NOQUEUE: reject: CONNECT from [192.0.2.1]:2525: too many "
	"connections",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client = "192.0.2.1",
	    .reply = "too many connections"}},
    {"postfix/cleanup", "BCD123: message rejected: hopcount exceeded",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "BCD123",
	    .reply = "hopcount exceeded"}},
    {"postfix/smtpd",
	"NOQUEUE: filter: RCPT from h[192.0.2.1]: <h>: Client host "
	"triggers FILTER smtp:x; from=<a> to=<b> proto=SMTP helo=<h>",
	LINE_SKIP, {0}},
    {"postfix/smtpd", "NOQUEUE: frobnicate: RCPT from h[192.0.2.1]: x",
	LINE_UNKNOWN, {0}},
};

static void
test_refused(void **state)
{
	(void)state;
	CHECK(refused_rows);
}

static const struct row login_rows[] = {
    /* real */
    {"postfix/submission/smtpd",
	"warning: unknown[192.0.2.1]: SASL LOGIN authentication "
	"failed: (reason unavailable), sasl_username=ana@shop.test",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .client_name = "unknown",
	    .client = "192.0.2.1",
	    .method = "LOGIN",
	    .reply = "(reason unavailable)",
	    .account = "ana@shop.test"}},
    /* 2.11 to 3.4: no name */
    {"postfix/smtpd",
	"warning: h[192.0.2.1]: SASL PLAIN authentication failed: ", LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .method = "PLAIN"}},
    {"postfix/smtpd",
	"warning: h[192.0.2.1]: SASL LOGIN authentication failed: "
	"UGFzc3dvcmQ6, sasl_username=(unavailable)",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .method = "LOGIN",
	    .reply = "UGFzc3dvcmQ6"}},
    /* a name that pretends to be another field */
    {"postfix/smtpd",
	"warning: h[192.0.2.1]: SASL LOGIN authentication failed: x, "
	"sasl_username=a, sasl_username=bob",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .method = "LOGIN",
	    .reply = "x",
	    .account = "a, sasl_username=bob"}},
    {"postfix/smtpd",
	"warning: h[192.0.2.1]: SASL LOGIN authentication failed: "
	"Connection lost to authentication server, sasl_username=bob",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .method = "LOGIN",
	    .text = "Connection lost to authentication server"}},
    {"postfix/smtpd",
	"warning: Message delivery request rate limit exceeded: 31 "
	"from h[192.0.2.1] for service smtp",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .text = "Message delivery request rate limit exceeded: 31 "
		    "from h[192.0.2.1] for service smtp"}},
    {"postfix/smtpd",
	"warning: h[192.0.2.1]: SASL LOGIN authentication aborted", LINE_SKIP,
	{0}},
    {"postfix/smtpd",
	"warning: hostname x does not resolve to address 192.0.2.1", LINE_SKIP,
	{0}},
};

static void
test_login(void **state)
{
	(void)state;
	CHECK(login_rows);
}

static void
test_claims(void **state)
{
	static const struct {
		const char *program;
		bool claimed;
	} rows[] = {
	    {"postfix/smtpd", true},
	    {"postfix/submission/smtpd", true},
	    {"postfix-inbound/submissions/smtpd", true},
	    {"mail out/qmgr", true},
	    {"postfix/trivial-rewrite", true},
	    {"postfix/postfix-script", true},
	    {"postfix/tlsmgr", true},
	    {"postfix", true},
	    {"x/postfix", false},
	    {"smtpd", false}, /* OpenSMTPD */
	    {"/smtpd", false},
	    {"postfix/policy-spf", false},
	    {"postfix/postgrey", false},
	    {"postgrey", false},
	    {"amavis", false},
	    {"opendkim", false},
	    {"postfix/", false},
	    {"", false},
	};
	struct event e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (TESTED.claims(str_z(rows[i].program)) != rows[i].claimed)
			fail_msg("'%s'", rows[i].program);
		if (!rows[i].claimed)
			assert_int_equal(
			    parse(&TESTED, rows[i].program, "x", &e),
			    LINE_FOREIGN);
	}
	assert_int_equal(parse(&TESTED, "postfix-in/submission/smtpd",
			     "connect from h[192.0.2.1]", &e),
	    LINE_EVENT);
	assert_true(str_eq(e.service, S("submission/smtpd")));
}

/* As rsyslog's RFC 5424 forms have them, a blank in front. Each must be read as
 * the daemon that wrote it is. */
static const struct {
	const char *program, *text;
} without_daemon[] = {
    {"postfix/smtpd", "3F2A1C: client=unknown[192.0.2.1], "
		      "sasl_method=PLAIN, sasl_username=a@b.example"},
    {"postfix/smtpd", "NOQUEUE: reject: RCPT from h[192.0.2.1]: 554 "
		      "5.7.1 <a@b>: Relay access denied; from=<c@d> "
		      "to=<a@b> proto=ESMTP helo=<x>"},
    {"postfix/smtpd", "warning: h[192.0.2.1]: SASL LOGIN "
		      "authentication failed: UGFzc3dvcmQ6"},
    {"postfix/smtpd", "connect from unknown[192.0.2.1]"},
    {"postfix/cleanup", "3F2A1C: message-id=<x@y>"},
    {"postfix/cleanup",
	"3F2A1C: milter-reject: END-OF-MESSAGE from h[192.0.2.1]: "
	"5.7.1 spam; from=<a@b> to=<c@d> proto=ESMTP helo=<x>"},
    {"postfix/qmgr", "3F2A1C: from=<a@b>, size=12, nrcpt=2 (queue active)"},
    {"postfix/qmgr", "3F2A1C: from=<a@b>, status=expired, returned to "
		     "sender"},
    {"postfix/qmgr", "3F2A1C: removed"},
    {"postfix/pickup", "3F2A1C: uid=33 from=<www-data>"},
    {"postfix/bounce", "3F2A1C: sender non-delivery notification: 4B5D6F"},
    {"postfix/smtp", "3F2A1C: to=<a@b>, relay=mx.b[198.51.100.9]:25, "
		     "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
		     "(250 2.0.0 Ok: queued as 4B5D6F)"},
    {"postfix/smtp", "3F2A1C: to=<a@b>, relay=none, delay=1, "
		     "delays=0/0/0/1, dsn=4.4.1, status=deferred "
		     "(connect to mx.b[198.51.100.9]:25: timed out)"},
    {"postfix/local", "3F2A1C: to=<a@b>, orig_to=<root>, relay=local, "
		      "delay=1, delays=0/0/0/1, dsn=2.0.0, "
		      "status=sent (delivered to mailbox)"},
    {"postfix/virtual", "3F2A1C: to=<a@b>, relay=virtual, delay=1, "
			"delays=0/0/0/1, dsn=2.0.0, status=sent "
			"(delivered to maildir)"},
    {"postfix/lmtp", "3F2A1C: to=<a@b>, relay=mx1[private/lmtp], "
		     "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
		     "(250 2.0.0 <a@b> x Saved)"},
    {"postfix/lmtp", "3F2A1C: to=<a@b>, relay=d[127.0.0.1]:24, "
		     "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
		     "(250 2.0.0 <a@b> x Saved)"},
    {"postfix/pipe", "3F2A1C: to=<a@b>, relay=dovecot, delay=1, "
		     "delays=0/0/0/1, dsn=2.0.0, status=sent "
		     "(delivered via dovecot service)"},
    {"postfix/discard", "3F2A1C: to=<a@b>, relay=none, delay=1, "
			"delays=0/0/0/1, dsn=2.0.0, status=sent (b)"},
    {"postfix/error", "3F2A1C: to=<a@b>, relay=none, delay=1, "
		      "delays=0/0/0/1, dsn=4.4.1, status=deferred "
		      "(delivery temporarily suspended: x)"},
    {"postfix/postscreen", "NOQUEUE: reject: RCPT from "
			   "[192.0.2.1]:4711: 550 5.7.1 x; from=<a@b>, "
			   "to=<c@d>, proto=ESMTP, helo=<x>"},
    {"postfix/master", "3F2A1C is what nobody says"},
};

static void
test_without_daemon(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(without_daemon); i++) {
		char raw[400];
		struct event want, got;
		enum line_result result = parse(&TESTED,
		    without_daemon[i].program, without_daemon[i].text, &want);

		(void)snprintf(raw, sizeof(raw), " %s", without_daemon[i].text);
		if (str_eq(
			str_z(without_daemon[i].program), S("postfix/master")))
			result = LINE_UNKNOWN;
		if (parse(&TESTED, "postfix", raw, &got) != result)
			fail_msg("%s", raw);
		if (result != LINE_EVENT)
			continue;
		if (got.kind != want.kind || got.agent != want.agent ||
		    got.status != want.status || got.local != want.local ||
		    !str_eq(got.queue_id, want.queue_id) ||
		    !str_eq(got.child_id, want.child_id) ||
		    !str_eq(got.account, want.account) ||
		    !str_eq(got.recipient, want.recipient))
			fail_msg(
			    "not as %s: %s", without_daemon[i].program, raw);
	}
}

/* Every queue id the documentation shows, and words that are none. */
static void
test_queue_id(void **state)
{
	static const struct {
		const char *text;
		bool is_id;
	} rows[] = {
	    {"3F2A1: removed", true},
	    {"0123456789AB: removed", true},
	    {"4jYqNN14sLz1bY53: removed", true},
	    {"3Wj9xs0Jtfz1Xb: removed", true},
	    {"ABC: removed", false},
	    {"warning: removed", false},
	    {"statistics: removed", false},
	    {"3f2a1c: removed", false},
	    {"NOQUEUE: removed", false},
	    {"3F2A1C removed", false},
	    {"3F2A1C:removed", false},
	};
	struct event e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if ((parse(&TESTED, "postfix/qmgr", rows[i].text, &e) ==
			LINE_EVENT) != rows[i].is_id)
			fail_msg("%s", rows[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accept),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_login),
	    cmocka_unit_test(test_claims),
	    cmocka_unit_test(test_queue_id),
	    cmocka_unit_test(test_without_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
