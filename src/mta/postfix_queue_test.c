/* SPDX-License-Identifier: ISC */
/*
 * One row per form of a line of the queue's daemons and delivery agents. "real" rows were written by Postfix 3.7.11 on a
 * private server; the others are composed from the source of the version that
 * their comment names.
 */
#include "mta/row_test.h"

#define TESTED mta_postfix

static const struct row queue_rows[] = {
    /* real */
    {"postfix/pickup",
	"4jYqNN14sLz1bY53: uid=33 from=<shop@kunde-0003.example>", LINE_EVENT,
	{.kind = EVENT_PICKUP,
	    .queue_id = "4jYqNN14sLz1bY53",
	    .uid = 33,
	    .sender = "shop@kunde-0003.example"}},
    {"postfix/pickup", "BCD123: uid=1 from=<a> orig_id=4A5B6C", LINE_EVENT,
	{.kind = EVENT_PICKUP,
	    .queue_id = "BCD123",
	    .origin_id = "4A5B6C",
	    .uid = 1,
	    .sender = "a"}},
    /* 2.11: an address without quotes */
    {"postfix/pickup", "BCD123: uid=1 from=<a> orig_id=4A5B6C>", LINE_EVENT,
	{.kind = EVENT_PICKUP,
	    .queue_id = "BCD123",
	    .uid = 1,
	    .sender = "a> orig_id=4A5B6C"}},
    {"postfix/cleanup", "4jYqNN1Xqvz1bY4y: message-id=<>", LINE_EVENT,
	{.kind = EVENT_MESSAGE_ID, .queue_id = "4jYqNN1Xqvz1bY4y"}},
    {"postfix/cleanup", "BCD123: resent-message-id=<m@x>", LINE_EVENT,
	{.kind = EVENT_MESSAGE_ID, .queue_id = "BCD123", .message_id = "m@x"}},
    {"postfix/cleanup", "BCD123: message-id=<m@x>: client=y[10.0.0.1]",
	LINE_EVENT,
	{.kind = EVENT_MESSAGE_ID,
	    .queue_id = "BCD123",
	    .message_id = "m@x>: client=y[10.0.0.1]"}},
    {"postfix/cleanup",
	"BCD123: warning: header Subject: news from us from "
	"h[192.0.2.1]; from=<a@x> to=<b@z> proto=ESMTP helo=<h>: noted",
	LINE_EVENT,
	{.kind = EVENT_SUBJECT,
	    .queue_id = "BCD123",
	    .subject = "news from us"}},
    {"postfix/cleanup",
	"BCD123: info: header Subject: a from b[10.0.0.1]; from=<f> "
	"from local; from=<a@x> to=<b@z>",
	LINE_EVENT,
	{.kind = EVENT_SUBJECT,
	    .queue_id = "BCD123",
	    .subject = "a from b[10.0.0.1]; from=<f>"}},
    {"postfix/cleanup",
	"BCD123: reject: header X-Spam: y from h[192.0.2.1]; "
	"from=<a@x> proto=ESMTP helo=<h>: 5.7.1 no",
	LINE_EVENT,
	{.kind = EVENT_REJECT, .queue_id = "BCD123", .reply = "5.7.1 no"}},
    /* real */
    {"postfix/cleanup", "warning: BCD123: message rejected: hopcount exceeded",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "BCD123",
	    .reply = "hopcount exceeded"}},
    /* 3.10 */
    {"postfix/cleanup", "BCD123: removed (canceled)", LINE_EVENT,
	{.kind = EVENT_REMOVED,
	    .queue_id = "BCD123",
	    .reply = "removed (canceled)"}},
    {"postfix/cleanup", "warning: BCD123: write queue file: no space",
	LINE_SKIP, {0}},
    {"postfix/cleanup", "BCD123: redirect: body x from local; from=<a>: b",
	LINE_SKIP, {0}},
    {"postfix/qmgr",
	"4jYqNN1S8hz1bY55: from=<marta@gmx.de>, size=1751, nrcpt=1 "
	"(queue active)",
	LINE_EVENT,
	{.kind = EVENT_QUEUED,
	    .queue_id = "4jYqNN1S8hz1bY55",
	    .sender = "marta@gmx.de",
	    .size = 1751,
	    .nrcpt = 1}},
    {"postfix/qmgr",
	"BCD123: from=<\"x>, size=1, nrcpt=1 (queue active)\"@y>, "
	"size=2, nrcpt=3 (queue active)",
	LINE_EVENT,
	{.kind = EVENT_QUEUED,
	    .queue_id = "BCD123",
	    .sender = "\"x>, size=1, nrcpt=1 (queue active)\"@y",
	    .size = 2,
	    .nrcpt = 3}},
    {"postfix/qmgr", "BCD123: from=<>, status=expired, returned to sender",
	LINE_EVENT,
	{.kind = EVENT_EXPIRED, .queue_id = "BCD123", .sender = ""}},
    {"postfix/qmgr",
	"BCD123: from=<a>, status=force-expired, returned to sender",
	LINE_EVENT,
	{.kind = EVENT_EXPIRED, .queue_id = "BCD123", .sender = "a"}},
    {"postfix/qmgr", "BCD123: removed", LINE_EVENT,
	{.kind = EVENT_REMOVED, .queue_id = "BCD123"}},
    {"postfix/qmgr", "BCD123: skipped, still being delivered", LINE_SKIP, {0}},
    {"postfix/qmgr", "BCD123: removed by magic", LINE_UNKNOWN, {0}},
    {"postfix/bounce",
	"BCD123: sender non-delivery notification: 4jYqNN1S8hz1bY55",
	LINE_EVENT,
	{.kind = EVENT_DSN,
	    .queue_id = "BCD123",
	    .child_id = "4jYqNN1S8hz1bY55"}},
    {"postfix/bounce", "BCD123: sender delivery status notification: BCD124",
	LINE_EVENT,
	{.kind = EVENT_DSN, .queue_id = "BCD123", .child_id = "BCD124"}},
    {"postfix/postsuper", "BCD123: removed", LINE_EVENT,
	{.kind = EVENT_DELETED, .queue_id = "BCD123"}},
    {"postfix/postsuper", "BCD123: placed on hold", LINE_EVENT,
	{.kind = EVENT_HOLD, .queue_id = "BCD123"}},
    {"postfix/postsuper", "BCD123: requeued", LINE_EVENT,
	{.kind = EVENT_REQUEUED, .queue_id = "BCD123"}},
    {"postfix/postsuper", "BCD123: released from hold", LINE_SKIP, {0}},
    {"postfix/postsuper", "Placed on hold: 7 messages", LINE_SKIP, {0}},
    {"postfix/postsuper", "Reticulated: 7 splines", LINE_UNKNOWN, {0}},
};

static void
test_queue(void **state)
{
	(void)state;
	CHECK(queue_rows);
}

static const struct row delivery_rows[] = {
    /* real */
    {"postfix/smtp",
	"4jYqNN1S8hz1bY55: to=<b@gmail.com>, "
	"relay=gmail-smtp-in.l.google.com[198.51.100.5]:25, "
	"conn_use=2, delay=0.5, delays=0/0/0.1/0.4, dsn=2.0.0, "
	"status=sent (250 2.0.0 Ok: queued as 4jYqNN1Xqvz1bY4y)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "4jYqNN1S8hz1bY55",
	    .child_id = "4jYqNN1Xqvz1bY4y",
	    .recipient = "b@gmail.com",
	    .relay = "gmail-smtp-in.l.google.com",
	    .relay_ip = "198.51.100.5",
	    .relay_port = 25,
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250 2.0.0 Ok: queued as 4jYqNN1Xqvz1bY4y"}},
    {"postfix/lmtp",
	"BCD123: to=<a@x>, orig_to=<info@x>, "
	"relay=mx1[private/dovecot-lmtp], delay=0.5, "
	"delays=0/0/0.1/0.4, dsn=2.0.0, status=sent (250 2.0.0 <a@x> "
	"kAbC Saved)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LMTP,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .orig_to = "info@x",
	    .relay = "mx1",
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250 2.0.0 <a@x> kAbC Saved"}},
    /* amavisd */
    {"postfix-in/smtp",
	"BCD123: to=<a@x>, relay=127.0.0.1[127.0.0.1]:10024, delay=2, "
	"delays=0/0/0/2, dsn=2.0.0, status=sent (250 2.0.0 from "
	"MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as BCD124)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "BCD123",
	    .child_id = "BCD124",
	    .recipient = "a@x",
	    .relay = "127.0.0.1",
	    .relay_ip = "127.0.0.1",
	    .relay_port = 10024,
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 "
		     "2.0.0 Ok: queued as BCD124"}},
    {"postfix/smtp",
	"BCD123: to=<a@x>, relay=e.example[2001:db8::5]:25, delay=2, "
	"delays=0/0/0/2, dsn=2.0.0, status=sent (250 OK "
	"id=1tABcd-000000001Xy-2Zzz)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "BCD123",
	    .child_id = "1tABcd-000000001Xy-2Zzz",
	    .recipient = "a@x",
	    .relay = "e.example",
	    .relay_ip = "2001:db8::5",
	    .relay_port = 25,
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250 OK id=1tABcd-000000001Xy-2Zzz"}},
    /* a reply that pretends */
    {"postfix/smtp",
	"BCD123: to=<a@x>, relay=mx.x[192.0.2.1]:25, delay=2, "
	"delays=0/0/0/2, dsn=5.7.1, status=bounced (host "
	"mx.x[192.0.2.1] said: 550-5.7.1 no), status=sent (250 ok) "
	"to=<b@y>, relay=z (in reply to end of DATA command))",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .relay = "mx.x",
	    .relay_ip = "192.0.2.1",
	    .relay_port = 25,
	    .code = 550,
	    .dsn = "5.7.1",
	    .reply = "host mx.x[192.0.2.1] said: 550-5.7.1 no), "
		     "status=sent (250 ok) to=<b@y>, relay=z (in "
		     "reply to end of DATA command)"}},
    {"postfix/smtp",
	"BCD123: to=<a@x>, relay=none, delay=2, delays=0/0/0/2, "
	"dsn=4.4.1, status=deferred (connect to mx.x[192.0.2.1]:25: "
	"Connection refused)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .relay = "none",
	    .dsn = "4.4.1",
	    .reply = "connect to mx.x[192.0.2.1]:25: Connection "
		     "refused"}},
    {"postfix/error",
	"BCD123: to=<a@x>, relay=none, delay=2, delays=0/0/0/2, "
	"dsn=4.7.0, status=deferred (delivery temporarily suspended: "
	"host mx.x[192.0.2.1] refused to talk to me: 421 4.7.0 slow)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_ERROR,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .relay = "none",
	    .code = 421,
	    .dsn = "4.7.0",
	    .reply = "delivery temporarily suspended: host "
		     "mx.x[192.0.2.1] refused to talk to me: 421 "
		     "4.7.0 slow"}},
    {"postfix/smtp",
	"BCD123: to=<a@x>, relay=mx.x[192.0.2.1]:25, delay=2, "
	"delays=0/0/0/2, dsn=5.1.1, status=SOFTBOUNCE (host "
	"mx.x[192.0.2.1]:25 said: 550 5.1.1 no (in reply to RCPT TO "
	"command))",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .relay = "mx.x",
	    .relay_ip = "192.0.2.1",
	    .relay_port = 25,
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "host mx.x[192.0.2.1]:25 said: 550 5.1.1 no (in "
		     "reply to RCPT TO command)"}},
    /* real */
    {"postfix/local",
	"BCD123: to=<u1@mx1>, orig_to=<u1>, relay=local, delay=0.1, "
	"delays=0/0/0/0, dsn=2.0.0, status=sent (forwarded as "
	"4jYqNN1S8hz1bY55)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_FORWARDED,
	    .queue_id = "BCD123",
	    .child_id = "4jYqNN1S8hz1bY55",
	    .recipient = "u1@mx1",
	    .orig_to = "u1",
	    .relay = "local",
	    .dsn = "2.0.0",
	    .reply = "forwarded as 4jYqNN1S8hz1bY55"}},
    {"postfix/local",
	"BCD123: to=<u1@mx1>, relay=local, delay=0.1, "
	"delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to "
	"command: vacation u1)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_COMMAND,
	    .queue_id = "BCD123",
	    .recipient = "u1@mx1",
	    .relay = "local",
	    .dsn = "2.0.0",
	    .reply = "delivered to command: vacation u1"}},
    {"postfix/virtual",
	"BCD123: to=<a@x>, relay=virtual, delay=0.1, "
	"delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to "
	"maildir)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_MAILBOX,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .relay = "virtual",
	    .dsn = "2.0.0",
	    .reply = "delivered to maildir"}},
    {"postfix/pipe",
	"BCD123: to=<\"a b\"@x>, relay=spamassassin, delay=0.1, "
	"delays=0/0/0/0, dsn=2.0.0, status=sent (delivered via "
	"spamassassin service)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_PIPE,
	    .queue_id = "BCD123",
	    .recipient = "\"a b\"@x",
	    .relay = "spamassassin",
	    .dsn = "2.0.0",
	    .reply = "delivered via spamassassin service"}},
    /* a recipient that pretends, in the quotes of 3.5 and later */
    {"postfix/discard",
	"BCD123: to=<\"x>, relay=y, delay=0, delays=0/0/0/0, "
	"dsn=2.0.0, status=sent (z)\"@w>, relay=none, delay=0.1, "
	"delays=0/0/0/0, dsn=2.0.0, status=sent (x)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_DISCARD,
	    .queue_id = "BCD123",
	    .recipient = "\"x>, relay=y, delay=0, delays=0/0/0/0, "
			 "dsn=2.0.0, status=sent (z)\"@w",
	    .relay = "none",
	    .dsn = "2.0.0",
	    .reply = "x"}},
    {"postfix/qmgr",
	"BCD123: to=<a@x>, relay=none, delay=1, delays=1/0/0/0, "
	"dsn=4.3.0, status=deferred (mail transport unavailable)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_ERROR,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .relay = "none",
	    .dsn = "4.3.0",
	    .reply = "mail transport unavailable"}},
    /* cut by syslog; sendmail -bv */
    {"postfix/smtp",
	"BCD123: to=<a@x>, relay=none, delay=1, delays=1/0/0/0, "
	"dsn=2.0.0, status=deliverable (delivers to",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DELIVERABLE,
	    .agent = AGENT_SMTP,
	    .queue_id = "BCD123",
	    .recipient = "a@x",
	    .relay = "none",
	    .dsn = "2.0.0",
	    .reply = "delivers to"}},
    {"postfix/smtp",
	"BCD123: to=<a@x>, relay=none, delay=1, delays=1/0/0/0, "
	"dsn=2.0.0, status=evaporated (x)",
	LINE_UNKNOWN, {0}},
    /* 3.10; smtp_header_checks */
    {"postfix/smtp",
	"TLSRPT: status=success, domain=x, receiving_mx=y[192.0.2.1]",
	LINE_SKIP, {0}},
    {"postfix/smtp", "BCD123: replace: header Subject: a: b", LINE_SKIP, {0}},
    {"postfix/smtp",
	"BCD123: host mx.x[192.0.2.1] said: 450 4.7.1 later (in "
	"reply to RCPT TO command)",
	LINE_SKIP, {0}},
};

static void
test_delivery(void **state)
{
	(void)state;
	CHECK(delivery_rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_queue),
	    cmocka_unit_test(test_delivery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
