/* SPDX-License-Identifier: ISC */
/*
 * One row per form of a line of OpenSMTPD. "real" rows were written by
 * OpenSMTPD 7.6 on a private server; the others are composed from the source
 * of the version that their comment names.
 */
#include "mta/row_test.h"

#define TESTED mta_opensmtpd

static const struct row connection_rows[] = {
    /* real */
    {"smtpd",
	"0badd7018b105b33 smtp connected address=198.18.6.31 host=<unknown>",
	LINE_EVENT,
	{.kind = EVENT_CONNECT,
	    .client = "198.18.6.31",
	    .session = 0x0badd7018b105b33}},
    {"smtpd",
	"0badd7084f0f10f1 smtp connected address=203.0.113.192 "
	"host=host-203-0-113-192.pool4.isp.example",
	LINE_EVENT,
	{.kind = EVENT_CONNECT,
	    .client = "203.0.113.192",
	    .client_name = "host-203-0-113-192.pool4.isp.example",
	    .session = 0x0badd7084f0f10f1}},
    {"smtpd",
	"0badd6fd780536bd smtp connected address=local host=mx1.tienda.example",
	LINE_EVENT, {.kind = EVENT_CONNECT, .session = 0x0badd6fd780536bd}},
    {"smtpd",
	"0badd7018b105b33 smtp authentication user=nina.koch@taller.example "
	"result=ok",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "nina.koch@taller.example",
	    .session = 0x0badd7018b105b33}},
    {"smtpd",
	"0badd6f80f657630 smtp authentication user=info@tienda.example "
	"result=permfail",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "info@tienda.example",
	    .session = 0x0badd6f80f657630}},
    {"smtpd",
	"0badd6f80f657630 smtp disconnected reason=\"io-error: read failed: "
	"error:0A000126:SSL routines::unexpected eof while reading\"",
	LINE_EVENT, {.kind = EVENT_DISCONNECT, .session = 0x0badd6f80f657630}},
    /* 7.6: IPv6; a user who calls himself a result (blanks are \040) */
    {"smtpd", "0badd7084f0f10f1 smtp connected address=[2001:db8::1] host=x",
	LINE_EVENT,
	{.kind = EVENT_CONNECT,
	    .client = "2001:db8::1",
	    .client_name = "x",
	    .session = 0x0badd7084f0f10f1}},
    {"smtpd",
	"0badd6f80f657630 smtp authentication user=a\\040result=ok "
	"result=tempfail",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "a\\040result=ok",
	    .session = 0x0badd6f80f657630}},
    /* 6.0 */
    {"smtpd", "8f4864084ecc48f4 smtp event=connected address=192.0.2.1 host=x",
	LINE_EVENT,
	{.kind = EVENT_CONNECT,
	    .client = "192.0.2.1",
	    .client_name = "x",
	    .session = 0x8f4864084ecc48f4}},
    {"smtpd",
	"8f4864084ecc48f4 smtp event=authentication user=ana@x "
	"address=192.0.2.1 host=x result=ok",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@x",
	    .session = 0x8f4864084ecc48f4}},
    {"smtpd",
	"8f4864084ecc48f4 smtp event=closed address=192.0.2.1 host=x "
	"reason=quit",
	LINE_EVENT, {.kind = EVENT_DISCONNECT, .session = 0x8f4864084ecc48f4}},
    /* 5.7 */
    {"smtpd",
	"smtp-in: session b9ed0d5b1b2d66d1: connection from host x.example "
	"[192.0.2.1] established",
	LINE_EVENT,
	{.kind = EVENT_CONNECT,
	    .client = "192.0.2.1",
	    .client_name = "x.example",
	    .session = 0xb9ed0d5b1b2d66d1}},
    {"smtpd",
	"smtp-in: session b9ed0d5b1b2d66d1: authentication successful for user "
	"ana@x ",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@x",
	    .session = 0xb9ed0d5b1b2d66d1}},
    {"smtpd",
	"smtp-in: session b9ed0d5b1b2d66d1: authentication failed for user "
	"ana@x ",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "ana@x",
	    .session = 0xb9ed0d5b1b2d66d1}},
    {"smtpd",
	"smtp-in: session b9ed0d5b1b2d66d1: connection from host x.example "
	"[192.0.2.1] closed (client sent QUIT)",
	LINE_EVENT, {.kind = EVENT_DISCONNECT, .session = 0xb9ed0d5b1b2d66d1}},
    /* 5.4 */
    {"smtpd",
	"smtp-in: New session 08d856b172f69c5c from host x.example [192.0.2.1]",
	LINE_EVENT,
	{.kind = EVENT_CONNECT,
	    .client = "192.0.2.1",
	    .client_name = "x.example",
	    .session = 0x08d856b172f69c5c}},
    {"smtpd", "smtp-in: New session 08d856b172f69c5c from host mx1 [local]",
	LINE_EVENT, {.kind = EVENT_CONNECT, .session = 0x08d856b172f69c5c}},
    {"smtpd",
	"smtp-in: Accepted authentication for user ana@x on session "
	"08d856b172f69c5c",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@x",
	    .session = 0x08d856b172f69c5c}},
    {"smtpd",
	"smtp-in: Authentication failed for user ana@x on session "
	"08d856b172f69c5c",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "ana@x",
	    .session = 0x08d856b172f69c5c}},
    {"smtpd", "smtp-in: Closing session 08d856b172f69c5c", LINE_EVENT,
	{.kind = EVENT_DISCONNECT, .session = 0x08d856b172f69c5c}},
};

static const struct row message_rows[] = {
    /* real */
    {"smtpd",
	"0badd7018b105b33 smtp message msgid=23e82354 size=691 nrcpt=2 "
	"proto=ESMTP",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "23e82354",
	    .session = 0x0badd7018b105b33,
	    .size = 691,
	    .nrcpt = 2,
	    .no_end = true}},
    {"smtpd",
	"0badd7018b105b33 smtp envelope evpid=23e823547bbf02be "
	"from=<nina.koch@taller.example> to=<sara.schmidt-81@gmail.com>",
	LINE_EVENT,
	{.kind = EVENT_SENDER,
	    .queue_id = "23e82354",
	    .session = 0x0badd7018b105b33,
	    .sender = "nina.koch@taller.example",
	    .recipient = "sara.schmidt-81@gmail.com"}},
    {"smtpd",
	"0badd6fc314be5a8 smtp failed-command "
	"command=\"RCPT TO:<nobodya2@tienda.example>\" result=\"524 5.2.4 "
	"Mailing list expansion problem: <nobodya2@tienda.example>\"",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .session = 0x0badd6fc314be5a8,
	    .recipient = "nobodya2@tienda.example",
	    .reply = "524 5.2.4 Mailing list expansion problem: "
		     "<nobodya2@tienda.example>"}},
    /* a command that pretends to be answered */
    {"smtpd",
	"0badd6fc314be5a8 smtp failed-command command=\"RCPT TO:<a@b> "
	"result=250 ok\" result=\"550 5.1.1 no\"",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .session = 0x0badd6fc314be5a8,
	    .recipient = "a@b",
	    .reply = "550 5.1.1 no"}},
    /* a notice */
    {"smtpd",
	"0badd7018b105b33 smtp envelope evpid=23e823547bbf02be from=<> "
	"to=<a@x>",
	LINE_EVENT,
	{.kind = EVENT_SENDER,
	    .queue_id = "23e82354",
	    .session = 0x0badd7018b105b33,
	    .sender = "",
	    .recipient = "a@x"}},
    /* 5.9, 6.0 */
    {"smtpd",
	"8f4864084ecc48f4 smtp event=message msgid=23e82354 from=<ana@x> "
	"to=<b@y> size=691 ndest=1 proto=ESMTP",
	LINE_MORE,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "23e82354",
	    .session = 0x8f4864084ecc48f4,
	    .size = 691,
	    .no_end = true}},
    {"smtpd",
	"8f4864084ecc48f4 smtp event=message msgid=23e82354 from=<ana@x> "
	"to=<b@y> size=691 ndest=1 proto=ESMTP",
	LINE_EVENT,
	{.kind = EVENT_SENDER,
	    .from = 1,
	    .queue_id = "23e82354",
	    .session = 0x8f4864084ecc48f4,
	    .sender = "ana@x",
	    .recipient = "b@y"}},
    {"smtpd",
	"8f4864084ecc48f4 smtp event=message address=192.0.2.1 host=x "
	"msgid=23e82354 from=<> to=<b@y> size=691 ndest=1 proto=ESMTP",
	LINE_MORE,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "23e82354",
	    .session = 0x8f4864084ecc48f4,
	    .size = 691,
	    .no_end = true}},
    {"smtpd",
	"8f4864084ecc48f4 smtp event=message address=192.0.2.1 host=x "
	"msgid=23e82354 from=<> to=<b@y> size=691 ndest=1 proto=ESMTP",
	LINE_EVENT,
	{.kind = EVENT_SENDER,
	    .from = 1,
	    .queue_id = "23e82354",
	    .session = 0x8f4864084ecc48f4,
	    .sender = "",
	    .recipient = "b@y"}},
    /* 5.7 */
    {"smtpd",
	"smtp-in: session b9ed0d5b1b2d66d1: msgid=88d01c66, status=Ok, "
	"from=<a@x>, to=<b@y>, size=341, ndest=1, proto=ESMTP",
	LINE_MORE,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "88d01c66",
	    .session = 0xb9ed0d5b1b2d66d1,
	    .size = 341,
	    .no_end = true}},
    {"smtpd",
	"smtp-in: session b9ed0d5b1b2d66d1: msgid=88d01c66, status=Ok, "
	"from=<a@x>, to=<b@y>, size=341, ndest=1, proto=ESMTP",
	LINE_EVENT,
	{.kind = EVENT_SENDER,
	    .from = 1,
	    .queue_id = "88d01c66",
	    .session = 0xb9ed0d5b1b2d66d1,
	    .sender = "a@x",
	    .recipient = "b@y"}},
    /* 5.4, and 5.3 which told no recipients */
    {"smtpd",
	"smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: "
	"from=<a@x>, to=<b@y>, size=1746, ndest=1, proto=ESMTP",
	LINE_MORE,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "4296f490",
	    .session = 0x08d856b172f69c5c,
	    .size = 1746,
	    .no_end = true}},
    {"smtpd",
	"smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: "
	"from=<a@x>, to=<b@y>, size=1746, ndest=1, proto=ESMTP",
	LINE_EVENT,
	{.kind = EVENT_SENDER,
	    .from = 1,
	    .queue_id = "4296f490",
	    .session = 0x08d856b172f69c5c,
	    .sender = "a@x",
	    .recipient = "b@y"}},
    {"smtpd",
	"smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: "
	"from=<a@x>, size=1746, nrcpts=3, proto=ESMTP",
	LINE_MORE,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "4296f490",
	    .session = 0x08d856b172f69c5c,
	    .nrcpt = 3,
	    .size = 1746,
	    .no_end = true}},
    {"smtpd",
	"smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: "
	"from=<a@x>, size=1746, nrcpts=3, proto=ESMTP",
	LINE_EVENT,
	{.kind = EVENT_SENDER,
	    .from = 1,
	    .queue_id = "4296f490",
	    .session = 0x08d856b172f69c5c,
	    .sender = "a@x"}},
    {"smtpd",
	"smtp-in: Failed command on session 1f55bdcdf16e28a3: "
	"\"RCPT TO:<b@y>\" => 550 Invalid recipient",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .session = 0x1f55bdcdf16e28a3,
	    .recipient = "b@y",
	    .reply = "550 Invalid recipient"}},
};

static const struct row delivery_rows[] = {
    /* real */
    {"smtpd",
	"0badd706ff541059 mta delivery evpid=23e823547bbf02be "
	"from=<nina.koch@taller.example> to=<sara.schmidt-81@gmail.com> "
	"rcpt=<-> source=\"192.0.2.25\" relay=\"203.0.113.26 (203.0.113.26)\" "
	"delay=1s result=\"Ok\" "
	"stat=\"250 2.0.0 OK  1795073620 33a43bfbd43056 - gsmtp\"",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "23e82354",
	    .recipient = "sara.schmidt-81@gmail.com",
	    .relay_ip = "203.0.113.26",
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250 2.0.0 OK  1795073620 33a43bfbd43056 - gsmtp"}},
    {"smtpd",
	"0badd6ff61345d6c mda delivery evpid=cecffbe3e33c17d8 "
	"from=<root@mx1.tienda.example> to=<david.bauer@gestoria.example> "
	"rcpt=<root@mx1.tienda.example> user=vmail delay=0s result=Ok "
	"stat=Delivered",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_MAILBOX,
	    .queue_id = "cecffbe3",
	    .recipient = "david.bauer@gestoria.example",
	    .orig_to = "root@mx1.tienda.example",
	    .is_alias = true,
	    .reply = "Delivered"}},
    /* 6.4: to a filter on this host, which gives it another id */
    {"smtpd",
	"5df87c9b982c840c mta delivery evpid=3d4c4a424797fe79 from=<a@x> "
	"to=<b@y> rcpt=<-> source=\"127.0.0.1\" relay=\"127.0.0.1 (localhost)\" "
	"delay=0s result=\"Ok\" stat=\"250 2.0.0: f6e94209 Message accepted for "
	"delivery\"",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "3d4c4a42",
	    .child_id = "f6e94209",
	    .recipient = "b@y",
	    .relay = "localhost",
	    .relay_ip = "127.0.0.1",
	    .code = 250,
	    .dsn = "2.0.0",
	    .reply = "250 2.0.0: f6e94209 Message accepted for delivery"}},
    /* 6.0; a receiver who says that it was accepted */
    {"smtpd",
	"8f4864084ecc48f4 mta event=delivery evpid=7077717e797a776e "
	"from=<a@x> to=<b@y> rcpt=<c@x> source=\"203.0.113.1\" "
	"relay=\"[2001:db8::5] (mx.y)\" delay=1s result=\"PermFail\" "
	"stat=\"550 5.7.1 no, result=\"Ok\" stat=\"250 ok\"",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = "7077717e",
	    .recipient = "b@y",
	    .orig_to = "c@x",
	    .is_alias = true,
	    .relay = "mx.y",
	    .relay_ip = "2001:db8::5",
	    .code = 550,
	    .dsn = "5.7.1",
	    .reply = "550 5.7.1 no, result=\"Ok\" stat=\"250 ok"}},
    /* 5.7 */
    {"smtpd",
	"relay: TempFail for 88d01c6612345678: session=b9ed0d5b1b2d66d1, "
	"from=<a@x>, to=<b@y>, rcpt=<->, source=192.0.2.25, "
	"relay=203.0.113.26 (mx.y), delay=1s, stat=450 4.2.0 later",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "88d01c66",
	    .recipient = "b@y",
	    .relay = "mx.y",
	    .relay_ip = "203.0.113.26",
	    .code = 450,
	    .dsn = "4.2.0",
	    .reply = "450 4.2.0 later"}},
    {"smtpd",
	"delivery: Ok for 88d01c6612345678: from=<a@x>, to=<b@y>, user=b, "
	"method=maildir, delay=0s, stat=Delivered",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_MAILBOX,
	    .queue_id = "88d01c66",
	    .recipient = "b@y",
	    .reply = "Delivered"}},
    /* 5.4 to 7.6 */
    {"smtpd",
	"relay: Expire for 88d01c6612345678: from=<a@x>, to=<b@y>, rcpt=<b@y>, "
	"delay=4d, stat=Envelope expired",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_EXPIRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "88d01c66",
	    .recipient = "b@y",
	    .reply = "Envelope expired"}},
    {"smtpd",
	"relay: Remove for 88d01c6612345678: from=<a@x>, to=<b@y>, rcpt=<b@y>, "
	"delay=4d, stat=Removed by administrator",
	LINE_EVENT, {.kind = EVENT_DELETED, .queue_id = "88d01c66"}},
};

static const struct row other_rows[] = {
    /* real */
    {"smtpd", "info: OpenSMTPD 7.6.0-portable starting", LINE_SKIP, {0}},
    {"smtpd",
	"0badd7018b105b33 smtp tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256",
	LINE_SKIP, {0}},
    {"smtpd",
	"0badd9f114f79834 smtp bad-input result=\"500 5.5.1 Invalid command: "
	"Pipelining not supported\"",
	LINE_SKIP, {0}},
    {"smtpd",
	"0badd706ff541059 mta connecting address=smtp://203.0.113.26:25 "
	"host=203.0.113.26",
	LINE_SKIP, {0}},
    {"smtpd", "0badd706ff541059 mta connected", LINE_SKIP, {0}},
    {"smtpd",
	"0badd6fc314be5a8 smtp failed-command command=\"DATA\" result=\"500 "
	"5.4.6 Routing loop detected: Loop detected\"",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .session = 0x0badd6fc314be5a8,
	    .reply = "500 5.4.6 Routing loop detected: Loop detected"}},
    {"smtpd",
	"0badd6fc314be5a8 smtp failed-command command=\"DATA\" result=\"503 "
	"5.5.4 Invalid command arguments: No recipient specified\"",
	LINE_SKIP, {0}},
    {"smtpd",
	"0badd6f80f657630 smtp failed-command command=\"AUTH PLAIN (...)\" "
	"result=\"535 Authentication failed\"",
	LINE_SKIP, {0}},
    /* newer than we know */
    {"smtpd", "0badd706ff541059 smtp teleported to=<a@b>", LINE_UNKNOWN, {0}},
    {"smtpd", "0badd706ff541059 mda delivery evpid=1", LINE_UNKNOWN, {0}},
};

static void
test_lines(void **state)
{
	(void)state;
	CHECK(connection_rows);
	CHECK(message_rows);
	CHECK(delivery_rows);
	CHECK(other_rows);
}

static void
test_claims(void **state)
{
	(void)state;
	assert_ptr_equal(mta_of_program(S("smtpd")), &mta_opensmtpd);
	assert_ptr_not_equal(
	    mta_of_program(S("postfix/smtpd")), &mta_opensmtpd);
	assert_null(mta_of_program(S("smtpd-proxy")));
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
