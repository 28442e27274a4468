/* SPDX-License-Identifier: ISC */
/* What Exim says of connections and of itself: the words of log_write() in the
 * source of 4.98. */
#include "mta/row_test.h"

#define TESTED mta_exim
#define OLD    "1xWScv-000AmZ-0W"

static const struct row session_rows[] = {
    /* +smtp_no_mail: somebody logged in and sent nothing */
    {"exim",
	"no MAIL in SMTP connection from h.isp.example (pc) [192.0.2.9]:50 "
	"D=1.2s A=dovecot_login:ana@x.example X=TLS1.3:x:256 CV=no "
	"SNI=\"m D=1s A=login:eva@x\" C=EHLO,STARTTLS,EHLO,AUTH,QUIT",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .client_name = "h.isp.example",
	    .helo = "pc",
	    .client = "192.0.2.9",
	    .account = "ana@x.example",
	    .method = "dovecot_login"}},
    /* an ident answer that would like to be one */
    {"exim",
	"no MAIL in SMTP connection from (pc) [192.0.2.9] U=x D=1s "
	"A=login:eva@x D=2s C=EHLO,QUIT",
	LINE_SKIP, {0}},
    {"exim",
	OLD " rejected from <a@x.example> H=h.isp.example (pc) [192.0.2.9]: "
	    "Too many \"Received\" headers",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = OLD,
	    .client_name = "h.isp.example",
	    .helo = "pc",
	    .client = "192.0.2.9",
	    .sender = "a@x.example",
	    .reply = "Too many \"Received\" headers"}},
    {"exim",
	OLD " rejected from <a@x.example> U=ana: message too big: read=53 "
	    "max=52",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = OLD,
	    .sender = "a@x.example",
	    .reply = "message too big: read=53 max=52"}},
    {"exim", OLD " F=<a@x.example> rejected by non-SMTP ACL: not from here",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = OLD,
	    .sender = "a@x.example",
	    .reply = "not from here"}},
    {"exim", OLD " frozen by root", LINE_EVENT,
	{.kind = EVENT_HOLD, .queue_id = OLD, .reply = "root"}},
    {"exim", OLD " cancelled by timeout_frozen_after", LINE_EVENT,
	{.kind = EVENT_DELETED, .queue_id = OLD}},
    {"exim", OLD " Message removed because older than 14d", LINE_EVENT,
	{.kind = EVENT_DELETED, .queue_id = OLD}},
};

/* real: a filter's answer, and a router's */
static const struct row reply_rows[] = {
    {"exim",
	OLD " => >x@far.example <marta@mx1.example> R=filt T=address_reply",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_PIPE,
	    .local = LOCAL_REPLY,
	    .queue_id = OLD,
	    .recipient = "marta@mx1.example"}},
    {"exim", OLD " => luis <luis@mx1.example> R=vac T=uservacation", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_REPLY,
	    .queue_id = OLD,
	    .recipient = "luis@mx1.example"}},
};

/* No story of a message. */
static const char *const noise[] = {
    OLD " unfrozen by root",
    OLD " Unfrozen by forced delivery",
    OLD " recipient <q@y.example> added by root",
    OLD " address <q@y.example> marked delivered by root",
    OLD " sender address changed to <q@y.example> by root",
    OLD " original recipients ignored (system filter)",
    OLD " b@y.example: error ignored",
    OLD
    " <b@y.example>: error ignored: RFC 3461 DSN, failure notify not requested",
    OLD " Error reading spool file " OLD "-H: No such file or directory",
    OLD " Format error in spool file " OLD "-H: size=0",
    OLD
    " DMARC results: spf_domain=y.example dmarc_domain=y.example spf_align=yes dkim_align=yes enforcement='Accept'",
    OLD " \"a@x.example\" from env-from rewritten as \"b@x.example\" by rule 1",
    OLD " moved from input, msglog to Q/input, Q/msglog",
    OLD " routing loop for b@y.example",
    OLD " y.example: remote host address is the local host",
    OLD
    " Child process of address_pipe transport (running command \"/usr/bin/x\") was terminated by signal 9",
    OLD
    " virtual_delivery transport process returned non-zero status 0x0001: exit code 1",
    OLD " Process failed (1) when writing error message to a@x.example",
    OLD
    " [203.0.113.9] SSL verify error: depth=0 error=self signed certificate cert=/CN=mx",
    OLD " no immediate delivery: queued by ACL",
    "Start 'foo' queue run: pid=12",
    "End 'foo' queue run: pid=12",
    "Abandon queue run: pid=12 (load 9.00, max 8.00)",
    "listen backlog 20 I=[0.0.0.0]:25",
    "notify triggered queue run",
    "no MAIL in SMTP connection from h.isp.example (pc) [192.0.2.9]:50 D=0.1s C=EHLO,QUIT",
    "no MAIL in TFO SMTP connection from (pc) [192.0.2.9] D=1s X=TLS1.3:x:256 CV=no SNI=\"m A=login:ana@x\" C=EHLO,QUIT",
    "no MAIL in SMTP connection from (pc) [192.0.2.9] D=1s A=gssapi C=EHLO,AUTH,QUIT",
    "connection from [192.0.2.9] refused (IP options)",
    "unqualified sender rejected: <root> H=(x) [192.0.2.9]",
    "too many recipients: message rejected: sender=<a@x> H=(x) [192.0.2.9]",
    "ignoring AUTH=a@x.example from H=(x) [192.0.2.9] (client not authenticated)",
    "(x) [192.0.2.9] incomplete transaction (RSET) from <a@x.example>",
    "TLS error on H=(x) [192.0.2.9] (SSL_read): error",
    "TLS error (SSL_read): on connection from (x) [192.0.2.9] error:0A000126:SSL routines::unexpected eof while reading",
    "Long A lookup for y.example: 12000 msec",
    "dnssec fail on SRV for x",
    "Message abandoned: data timeout: no input for 5m",
    "overlong message header line received from (x) [192.0.2.9] (more than 1000 characters): message abandoned",
    "spool directory space check failed: space=1000 inodes=20",
    "PRDR R=<b@x.example> accept",
    /* cPanel's */
    "Sender ana@x.example has an outgoing mail hold",
    "Domain x.example has an outgoing mail hold",
    OLD " Sender identification U=ana D=x.example S=ana@x.example",
    "peer close after all rcpt responses; converting i/o-error to no-error",
};

static void
test_lines(void **state)
{
	(void)state;
	CHECK(session_rows);
	CHECK(reply_rows);
}

static void
test_noise(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(noise); i++) {
		struct row row = {"exim", noise[i], LINE_SKIP, {0}};

		check(&mta_exim, &row, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
