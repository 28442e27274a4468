/* SPDX-License-Identifier: ISC */
/*
 * One row per form of a line of Sendmail. "real" rows were written by Sendmail
 * 8.17.1 or 8.18.1 on a private server; the others are composed from the
 * source or the release notes of the version that their comment names.
 */
#include "mta/row_test.h"

#define TESTED mta_sendmail

static const struct row coming_rows[] = {
    /* real */
    {"sm-mta",
	"6AQ5vk3h000089: from=<ana@tienda.example>, size=79, class=0, "
	"nrcpts=3, msgid=<159f0f40df5d@pc>, proto=ESMTPSA, daemon=MSP-v4, "
	"relay=[198.51.100.7]",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "6AQ5vk3h000089",
	    .client = "198.51.100.7",
	    .sender = "ana@tienda.example",
	    .message_id = "159f0f40df5d@pc",
	    .size = 79,
	    .nrcpt = 3,
	    .session = 12,
	    .no_end = true}},
    /* real: no letter A, no login */
    {"sm-mta",
	"6AQ5vrQ6000163: from=<luis@mx1.tienda.example>, size=275, class=0, "
	"nrcpts=3, msgid=<202611260557.6AQ5vrrt000160@mx1.tienda.example>, "
	"proto=ESMTPS, daemon=MTA-v4, relay=localhost [127.0.0.1]",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "6AQ5vrQ6000163",
	    .client_name = "localhost",
	    .client = "127.0.0.1",
	    .sender = "luis@mx1.tienda.example",
	    .message_id = "202611260557.6AQ5vrrt000160@mx1.tienda.example",
	    .size = 275,
	    .nrcpt = 3,
	    .no_end = true}},
    /* real */
    {"sendmail",
	"6AQ5vtPo000174: from=shop@tienda.example, size=27, class=0, "
	"nrcpts=1, msgid=<202611260557.6AQ5vtPo000174@mx1.tienda.example>, "
	"relay=www-data@localhost",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "6AQ5vtPo000174",
	    .user = "www-data",
	    .sender = "shop@tienda.example",
	    .message_id = "202611260557.6AQ5vtPo000174@mx1.tienda.example",
	    .size = 27,
	    .nrcpt = 1,
	    .no_end = true}},
    /* 8.14: always ESMTP; forged names, an identd's answer, IPv6 */
    {"sendmail",
	"q0A1B2C3012345: from=<>, size=1, class=-60, nrcpts=1, "
	"msgid=<m@x>, bodytype=8BITMIME, proto=ESMTP, daemon=MTA, "
	"relay=joe@h.example [192.0.2.1] (may be forged)",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "q0A1B2C3012345",
	    .client_name = "h.example",
	    .client = "192.0.2.1",
	    .sender = "",
	    .message_id = "m@x",
	    .size = 1,
	    .nrcpt = 1,
	    .session = 12,
	    .no_end = true}},
    {"sm-mta",
	"q0A1B2C31012345: from=<a@x>, size=1, class=0, nrcpts=1, "
	"proto=SMTP, daemon=MTA, relay=[IPv6:2001:db8::1]",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "q0A1B2C31012345",
	    .client = "2001:db8::1",
	    .sender = "a@x",
	    .size = 1,
	    .nrcpt = 1,
	    .no_end = true}},
    /* what strangers choose does not pass for a field */
    {"sm-mta",
	"6AQ5vk3h000089: from=<\"a>, size=1, class=0, nrcpts=9, "
	"relay=root@localhost\"@x>, size=7, class=0, nrcpts=1, "
	"msgid=<b, proto=ESMTPA, daemon=D, relay=c@localhost>, proto=SMTP, "
	"daemon=MTA, relay=h [192.0.2.1]",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "6AQ5vk3h000089",
	    .client_name = "h",
	    .client = "192.0.2.1",
	    .sender = "\"a>, size=1, class=0, nrcpts=9, "
		      "relay=root@localhost\"@x",
	    .message_id = "b, proto=ESMTPA, daemon=D, relay=c@localhost",
	    .size = 7,
	    .nrcpt = 1,
	    .no_end = true}},
    /* real: all its recipients were refused */
    {"sm-mta",
	"6AQ5vmsE000105: from=<a@b.example>, size=78, class=0, nrcpts=0, "
	"proto=ESMTP, daemon=MTA-v4, relay=h.example [198.51.100.9]",
	LINE_SKIP, {0}},
    {"sm-mta", "6AQ5vmsE000105: from=<a@b.example>, class=0", LINE_UNKNOWN,
	{0}},
    /* real */
    {"sm-mta",
	"AUTH=server, relay=host-198-51-100-8.pool5.isp.example "
	"[198.51.100.8], authid=ana@tienda.example, mech=PLAIN, bits=0",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .client_name = "host-198-51-100-8.pool5.isp.example",
	    .client = "198.51.100.8",
	    .account = "ana@tienda.example",
	    .method = "PLAIN",
	    .session = 12}},
    {"sm-mta",
	"6AQ5vm7G000103: AUTH failure (LOGIN): authentication failure (-13) "
	"SASL(-13): authentication failure: checkpass failed, "
	"user=ana@tienda.example, relay=h.example [198.51.100.9]",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .queue_id = "6AQ5vm7G000103",
	    .client_name = "h.example",
	    .client = "198.51.100.9",
	    .account = "ana@tienda.example",
	    .method = "LOGIN"}},
    /* 8.14 does not name the user */
    {"sm-mta",
	"AUTH failure (PLAIN): user not found (-20) SASL(-13): user not "
	"found: checkpass failed, relay=h.example [198.51.100.9]",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .client_name = "h.example",
	    .client = "198.51.100.9",
	    .method = "PLAIN"}},
};

static void
test_coming(void **state)
{
	(void)state;
	CHECK(coming_rows);
}

static const struct row delivery_rows[] = {
    /* real: two recipients, one event each */
    {"sm-mta",
	"6AQ5vk3h000089: to=<y-2@gmail.com>,<x-1@gmail.com>, "
	"delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=90079, "
	"relay=gmail-smtp-in.l.google.com. [203.0.113.26], dsn=2.0.0, "
	"stat=Sent (OK  1795672666 4df3f1aadc499c - gsmtp)",
	LINE_MORE,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "6AQ5vk3h000089",
	    .recipient = "y-2@gmail.com",
	    .relay = "gmail-smtp-in.l.google.com",
	    .relay_ip = "203.0.113.26",
	    .dsn = "2.0.0",
	    .reply = "OK  1795672666 4df3f1aadc499c - gsmtp"}},
    {"sm-mta",
	"6AQ5vk3h000089: to=<y-2@gmail.com>,<x-1@gmail.com>, [more], "
	"delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=90079, "
	"relay=mx.example. [203.0.113.26], dsn=2.0.0, stat=Sent (OK)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "6AQ5vk3h000089",
	    .recipient = "x-1@gmail.com",
	    .relay = "mx.example",
	    .relay_ip = "203.0.113.26",
	    .dsn = "2.0.0",
	    .reply = "OK",
	    .from = 35}},
    /* real: the daemon took it from the submission program */
    {"sendmail",
	"6AQ5vsZY000167: to=x-21@gmail.com, ctladdr=marta@tienda.example "
	"(1005/1005), delay=00:00:00, xdelay=00:00:00, mailer=relay, "
	"pri=30027, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent "
	"(6AQ5vsEo000170 Message accepted for delivery)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "6AQ5vsZY000167",
	    .child_id = "6AQ5vsEo000170",
	    .recipient = "x-21@gmail.com",
	    .orig_to = "marta@tienda.example",
	    .relay_ip = "127.0.0.1",
	    .dsn = "2.0.0",
	    .reply = "6AQ5vsEo000170 Message accepted for delivery",
	    .is_alias = true}},
    /* real: what a filter behind us says */
    {"sm-mta",
	"6AQ5vk3i000089: to=<q-9@firma-0001.example>, delay=00:00:01, "
	"xdelay=00:00:00, mailer=esmtp, pri=30079, "
	"relay=mx.firma-0001.example. [203.0.113.166], dsn=2.0.0, "
	"stat=Sent (Ok: queued as 4dDdPSkTmhcz1x)",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = "6AQ5vk3i000089",
	    .child_id = "4dDdPSkTmhcz1x",
	    .recipient = "q-9@firma-0001.example",
	    .relay = "mx.firma-0001.example",
	    .relay_ip = "203.0.113.166",
	    .dsn = "2.0.0",
	    .reply = "Ok: queued as 4dDdPSkTmhcz1x"}},
    /* real: a mailbox, an alias' file and program */
    {"sm-mta",
	"6AQ5vmII000107: to=<luis@tienda.example>, delay=00:00:01, "
	"xdelay=00:00:00, mailer=local, pri=60325, dsn=2.0.0, stat=Sent",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .queue_id = "6AQ5vmII000107",
	    .recipient = "luis@tienda.example",
	    .dsn = "2.0.0",
	    .reply = "Sent"}},
    {"sm-mta",
	"6AQ5vmIN000107: to=/dev/null, ctladdr=<nada@tienda.example> (8/0), "
	"delay=00:00:00, xdelay=00:00:00, mailer=*file*, pri=120325, "
	"dsn=2.0.0, stat=Sent",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .queue_id = "6AQ5vmIN000107",
	    .recipient = "/dev/null",
	    .orig_to = "nada@tienda.example",
	    .dsn = "2.0.0",
	    .reply = "Sent",
	    .is_alias = true}},
    {"sm-mta",
	"6AQ5vmIN000107: to=\"|/bin/cat >/dev/null\", "
	"ctladdr=<prog@tienda.example> (8/0), delay=00:00:00, "
	"xdelay=00:00:00, mailer=prog, pri=120325, dsn=2.0.0, stat=Sent",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_PIPE,
	    .queue_id = "6AQ5vmIN000107",
	    .recipient = "\"|/bin/cat >/dev/null\"",
	    .orig_to = "prog@tienda.example",
	    .dsn = "2.0.0",
	    .reply = "Sent",
	    .is_alias = true}},
    /* real, 8.17: the receiver's words */
    {"sm-mta",
	"6AQ5vpOi000130: to=<u-3@firma-0001.example>, delay=00:00:01, "
	"xdelay=00:00:01, mailer=esmtp, pri=180079, "
	"relay=mx.firma-0001.example. [203.0.113.166], dsn=5.1.1, reply=550 "
	"5.1.1 <u-3@firma-0001.example>: Recipient address rejected: User "
	"unknown in virtual mailbox table, stat=User unknown",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = "6AQ5vpOi000130",
	    .recipient = "u-3@firma-0001.example",
	    .relay = "mx.firma-0001.example",
	    .relay_ip = "203.0.113.166",
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "550 5.1.1 <u-3@firma-0001.example>: Recipient address "
		     "rejected: User unknown in virtual mailbox table"}},
    {"sm-mta",
	"6AQ5vpOh000130: to=<f-1@hotmail.com>, delay=1+02:00:02, "
	"xdelay=00:00:00, mailer=esmtp, pri=180079, "
	"relay=hotmail-com.olc.protection.outlook.com. [203.0.113.33], "
	"dsn=4.2.2, reply=452 4.2.2 The recipient's mailbox is full, "
	"stat=Deferred: 452 4.2.2 The recipient's mailbox is full",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "6AQ5vpOh000130",
	    .recipient = "f-1@hotmail.com",
	    .relay = "hotmail-com.olc.protection.outlook.com",
	    .relay_ip = "203.0.113.33",
	    .code = 452,
	    .dsn = "4.2.2",
	    .reply = "452 4.2.2 The recipient's mailbox is full"}},
    /* until 8.16 */
    {"sm-mta",
	"q0A1B2C3012345: to=<a@x>, delay=00:00:01, xdelay=00:00:01, "
	"mailer=esmtp, pri=120325, relay=mx.x. [192.0.2.9], dsn=4.7.1, "
	"stat=Deferred: 450 4.7.1 try later",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = "q0A1B2C3012345",
	    .recipient = "a@x",
	    .relay = "mx.x",
	    .relay_ip = "192.0.2.9",
	    .code = 450,
	    .dsn = "4.7.1",
	    .reply = "450 4.7.1 try later"}},
    {"sm-mta",
	"q0A1B2C3012345: to=<a@x>, delay=00:00:01, xdelay=00:00:01, "
	"mailer=esmtp, pri=120325, relay=mx.x. [192.0.2.9], dsn=5.0.0, "
	"stat=Service unavailable",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = "q0A1B2C3012345",
	    .recipient = "a@x",
	    .relay = "mx.x",
	    .relay_ip = "192.0.2.9",
	    .dsn = "5.0.0",
	    .reply = "Service unavailable"}},
    /* a receiver cannot make a success of a refusal */
    {"sm-mta",
	"q0A1B2C3012345: to=<a@x>, delay=00:00:01, xdelay=00:00:01, "
	"mailer=esmtp, pri=1, relay=mx.x. [192.0.2.9], dsn=5.1.1, reply=550 "
	"no, stat=Sent (ok), stat=User unknown",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = "q0A1B2C3012345",
	    .recipient = "a@x",
	    .relay = "mx.x",
	    .relay_ip = "192.0.2.9",
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "550 no"}},
    /* real: nobody was asked; the sender of a notice does not exist */
    {"sm-mta",
	"6AQ5vpOf000130: to=<ana@tienda.example>, delay=00:00:00, "
	"mailer=local, pri=30079, dsn=5.1.1, reply=550 5.1.1 User unknown, "
	"stat=User unknown",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_ERROR,
	    .queue_id = "6AQ5vpOf000130",
	    .recipient = "ana@tienda.example",
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "550 5.1.1 User unknown"}},
    {"sm-mta",
	"q0A1B2C3012345: to=<a@x>, delay=00:00:00, mailer=esmtp, pri=1, "
	"stat=queued",
	LINE_SKIP, {0}},
    {"sm-mta",
	"q0A1B2C3012345: to=<a@x>, delay=00:00:00, mailer=esmtp, pri=1, "
	"quarantine=spam, stat=quarantined",
	LINE_EVENT,
	{.kind = EVENT_HOLD,
	    .agent = AGENT_ERROR,
	    .queue_id = "q0A1B2C3012345",
	    .recipient = "a@x"}},
    {"sm-mta", "q0A1B2C3012345: to=<a@x>, delay=00:00:00", LINE_UNKNOWN, {0}},
};

static void
test_delivery(void **state)
{
	(void)state;
	CHECK(delivery_rows);
}

static const struct row other_rows[] = {
    /* real */
    {"sm-mta", "6AQ5vtFp000180: 6AQ5vuFo000182: DSN: User unknown", LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "6AQ5vuFo000182",
	    .parent_id = "6AQ5vtFp000180",
	    .sender = "",
	    .reply = "User unknown",
	    .nrcpt = 1,
	    .no_end = true}},
    {"sm-mta",
	"6AQ5vpOh000130: 6AQ5wHue000198: sender notify: Cannot send message "
	"for 25 seconds",
	LINE_MORE,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "6AQ5wHue000198",
	    .parent_id = "6AQ5vpOh000130",
	    .sender = "",
	    .reply = "Cannot send message for 25 seconds",
	    .nrcpt = 1,
	    .no_end = true}},
    {"sm-mta",
	"6AQ5vpOh000130: 6AQ5wHue000198: sender notify: Cannot send message "
	"for 25 seconds",
	LINE_EVENT,
	{.kind = EVENT_EXPIRED, .queue_id = "6AQ5vpOh000130", .from = 1}},
    {"sm-mta",
	"6AQ5vpOh000130: 6AQ5wHue000198: sender notify: Warning: could not "
	"send message for past 4 hours",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = "6AQ5wHue000198",
	    .parent_id = "6AQ5vpOh000130",
	    .sender = "",
	    .reply = "Warning: could not send message for past 4 hours",
	    .nrcpt = 1,
	    .no_end = true}},
    {"sm-mta", "6AQ5vmIJ000107: 6AQ5vnII000109: clone: owner=marta", LINE_EVENT,
	{.kind = EVENT_REQUEUED,
	    .queue_id = "6AQ5vmIJ000107",
	    .child_id = "6AQ5vnII000109"}},
    {"sm-mta",
	"6AQ5vmsE000105: ruleset=check_rcpt, arg1=<x@gmail.com>, "
	"relay=h.example [198.51.100.9], reject=550 5.7.1 <x@gmail.com>... "
	"Relaying denied. Proper authentication required.",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "6AQ5vmsE000105",
	    .client_name = "h.example",
	    .client = "198.51.100.9",
	    .recipient = "x@gmail.com",
	    .reply = "550 5.7.1 <x@gmail.com>... Relaying denied. Proper "
		     "authentication required."}},
    {"sm-mta",
	"ruleset=check_relay, arg1=host-198-18-3-3.pool3.isp.example, "
	"arg2=127.0.0.4, relay=host-198-18-3-3.pool3.isp.example "
	"[198.18.3.3], reject=550 5.7.1 rejected by zen",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "host-198-18-3-3.pool3.isp.example",
	    .client = "198.18.3.3",
	    .reply = "550 5.7.1 rejected by zen"}},
    {"sm-mta",
	"6AQ5vmIP000107: ruleset=check_mail, arg1=<\"a, relay=r [10.0.0.1], "
	"reject=no\"@x>, relay=h [203.0.113.150], reject=550 5.7.1 Access "
	"denied",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "6AQ5vmIP000107",
	    .client_name = "h",
	    .client = "203.0.113.150",
	    .sender = "\"a, relay=r [10.0.0.1], reject=no\"@x",
	    .reply = "550 5.7.1 Access denied"}},
    {"sm-mta", "6AQ5vmIL000107: <nadie@tienda.example>... User unknown",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "6AQ5vmIL000107",
	    .recipient = "nadie@tienda.example",
	    .reply = "User unknown"}},
    {"sm-mta", "6AQ5vpOh000130: done; delay=00:00:26, ntries=4", LINE_EVENT,
	{.kind = EVENT_REMOVED, .queue_id = "6AQ5vpOh000130"}},
    /* milters, of deliver.c and srvrsmtp.c */
    {"sm-mta", "6AQ5vmIL000107: Milter: data, reject=554 5.7.1 Spam",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = "6AQ5vmIL000107",
	    .reply = "554 5.7.1 Spam"}},
    {"sm-mta", "6AQ5vmIL000107: milter=clamav, quarantine=virus", LINE_EVENT,
	{.kind = EVENT_HOLD, .queue_id = "6AQ5vmIL000107"}},
    {"sm-mta", "6AQ5vmIL000107: Milter add: header: X-Spam: no", LINE_SKIP,
	{0}},
    {"sm-mta", "6AQ5vmIL000107: milter=x, action=mail, reject=550 no",
	LINE_SKIP, {0}},
    /* real */
    {"sm-mta",
	"STARTTLS=server, relay=[198.51.100.7], version=TLSv1.3, verify=NO, "
	"cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
	LINE_SKIP, {0}},
    {"sendmail",
	"6AQ5vsZY000167: Authentication-Warning: mx1.tienda.example: marta "
	"set sender to marta@tienda.example using -f",
	LINE_SKIP, {0}},
    {"sm-mta",
	"6AQ5vm7G000103: h.example [198.51.100.9] did not issue "
	"MAIL/EXPN/VRFY/ETRN during connection to MSP-v4",
	LINE_SKIP, {0}},
    {"sm-mta", "NOQUEUE: connect from h.example [198.51.100.9]", LINE_SKIP,
	{0}},
    {"sm-mta", "Reticulating 7 splines", LINE_UNKNOWN, {0}},
};

static void
test_other(void **state)
{
	(void)state;
	CHECK(other_rows);
}

/* What sm_syslog() of 8.17's source says beside the story of a message. */
static void
test_remarks(void **state)
{
	static const char *const remarks[] = {
	    "6AQC5vrQ6000163: SYSERR: putoutmsg (h [192.0.2.9]): error on "
	    "output channel sending \"250 x\": Broken pipe",
	    "6AQC5vrQ6000163: \"ETRN\" command from h [192.0.2.9] (192.0.2.9)",
	    "accepting connections again for daemon MTA",
	    "6AQC5vrQ6000163: aliasing/forwarding loop broken: ana (11 aliases "
	    "deep; 10 max)",
	    "6AQC5vrQ6000163: POSSIBLE ATTACK from h: newline in string \"x\"",
	    "6AQC5vrQ6000163: smtpquit: mailer prog exited with exit value 75",
	    "6AQC5vrQ6000163: Timeout.to_aconnect occurred before exhausting "
	    "all addresses",
	    "My unqualified host name (mx1) unknown; sleeping for retry",
	    "dangerous permissions=40777 on queue directory /var/spool/mqueue",
	    "6AQC5vrQ6000163: deferred: udbexpand: no",
	    "queue control process: lost all children: wait returned ECHILD",
	    "persistent queue runner=1 died, pid=12, signal=9",
	    "6AQC5vrQ6000163: server=mx.y [203.0.113.9] returned extensions "
	    "despite HELO command",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(remarks); i++) {
		struct row row = {"sm-mta", remarks[i], LINE_SKIP, {0}};

		check(&mta_sendmail, &row, 1);
	}
}

static void
test_names(void **state)
{
	static const struct str ours[] = {S0("sendmail"), S0("sm-mta"),
	    S0("sm-msp-queue"), S0("sm-que"), S0("sm-mta-in")};
	static const struct str others[] = {S0("sm-notify"), S0("sendmaild"),
	    S0("postfix/sendmail"), S0("smtpd")};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		assert_ptr_equal(mta_of_program(ours[i]), &mta_sendmail);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_ptr_not_equal(mta_of_program(others[i]), &mta_sendmail);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_coming),
	    cmocka_unit_test(test_delivery),
	    cmocka_unit_test(test_other),
	    cmocka_unit_test(test_remarks),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
