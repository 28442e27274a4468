/* SPDX-License-Identifier: ISC */
/*
 * One row per form of a line. "real" rows were written by Exim 4.96 and 4.98.2
 * on private servers; the others have the form that their comment names.
 */
#include "mta/row_test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TESTED mta_exim
#define OLD    "1xWScv-000AmZ-0W"
#define NEW    "1xWSiM-00000000AmM-0UvQ"

static const struct row received_rows[] = {
    /* real: everything that hosting panels switch on */
    {"exim",
	OLD " <= hans.lopez@bodega.example H=host-198-18-3-89.pool0.isp.example"
	    " ([192.168.1.51]) [198.18.3.89]:35743 P=esmtpsa "
	    "X=TLS1.3:ECDHE_X25519__ECDSA_SECP256R1_SHA256__AES_256_GCM:256 "
	    "CV=no A=dovecot_plain:hans.lopez@bodega.example S=3603 "
	    "id=000001dddacd$9d82e186$caf28cd0$@bodega.example T=\"mensaje\" "
	    "for anna.rossi-48@firma-0064.example hans.martin-45@gmx.de",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "hans.lopez@bodega.example",
	    .client_name = "host-198-18-3-89.pool0.isp.example",
	    .helo = "[192.168.1.51]",
	    .client = "198.18.3.89",
	    .account = "hans.lopez@bodega.example",
	    .method = "dovecot_plain",
	    .size = 3603,
	    .message_id = "000001dddacd$9d82e186$caf28cd0$@bodega.example",
	    .subject = "mensaje",
	    .recipient = "anna.rossi-48@firma-0064.example",
	    .nrcpt = 2}},
    /* real, 4.98: a web script */
    {"exim",
	NEW " <= pedidos@botiga.example U=www-data P=local S=491 T=\"Pedido\" "
	    "for jose.martin-61@hotmail.com",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = NEW,
	    .sender = "pedidos@botiga.example",
	    .user = "www-data",
	    .size = 491,
	    .subject = "Pedido",
	    .recipient = "jose.martin-61@hotmail.com",
	    .nrcpt = 1}},
    /* SpamAssassin hands it back: "exim -oMr spam-scanned -bS" */
    {"exim",
	OLD " <= a@x.example U=mail P=spam-scanned S=491 id=1@x.example for "
	    "ana@y.example",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "a@x.example",
	    .client = "127.0.0.1",
	    .size = 491,
	    .message_id = "1@x.example",
	    .recipient = "ana@y.example",
	    .nrcpt = 1}},
    /* Debian's own settings: no subject, no recipients, no port */
    {"exim",
	OLD " <= a@x.example H=mx.x.example [192.0.2.7] P=esmtps "
	    "X=TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256 CV=yes "
	    "DN=\"C=DE,O=A B A=plain:x S=1,CN=mx\" SNI=\"mx A=plain:y\" K "
	    "S=1234 DKIM=x.example id=1@x.example",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "a@x.example",
	    .client_name = "mx.x.example",
	    .client = "192.0.2.7",
	    .size = 1234,
	    .message_id = "1@x.example"}},
    /* a bounce */
    {"exim",
	OLD " <= <> R=" NEW " U=Debian-exim P=local S=1771 "
	    "T=\"Mail delivery failed: returning message to sender\" "
	    "for a@x.example",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .parent_id = NEW,
	    .user = "Debian-exim",
	    .sender = "",
	    .size = 1771,
	    .subject = "Mail delivery failed: returning message to sender",
	    .recipient = "a@x.example",
	    .nrcpt = 1}},
    /* an id behind the authenticator, and smtp_mailauth */
    {"exim", OLD " <= a@x H=[2001:db8::1] P=esmtpa A=login:ana@x:b@y S=1",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "a@x",
	    .client = "2001:db8::1",
	    .account = "ana@x",
	    .method = "login",
	    .size = 1}},
    /* no server_set_id: a login all the same */
    {"exim",
	OLD " <= a@x H=(h) [192.0.2.1]:5 I=[192.0.2.2]:587 P=esmtpsa "
	    "X=TLS1.3:A:256 A=cram S=1 M8S=0 RT=0.1s from <a@x> for b@y",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "a@x",
	    .client = "192.0.2.1",
	    .helo = "h",
	    .account = "cram",
	    .method = "cram",
	    .size = 1,
	    .recipient = "b@y",
	    .nrcpt = 1}},
    /* strangers who write fields: in the sender, the id, the subject */
    {"exim",
	OLD " <= \"x H=[9.9.9.9] P=esmtpa A=plain:v@x S=1\"@e.example "
	    "H=(h) [192.0.2.1] P=esmtp S=7 id=\"a A=plain:v@x\"@e "
	    "T=\"\\\" for v@x A=plain:v@x\\\\\" for b@y \"c d\"@z",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "\"x H=[9.9.9.9] P=esmtpa A=plain:v@x S=1\"@e.example",
	    .client = "192.0.2.1",
	    .helo = "h",
	    .size = 7,
	    .message_id = "\"a A=plain:v@x\"@e",
	    .subject = "\\\" for v@x A=plain:v@x\\\\",
	    .recipient = "b@y",
	    .nrcpt = 2}},
    /* an ident answer that says it was a login */
    {"exim",
	OLD " <= a@x H=(h) [192.0.2.1] U=x P=esmtpa A=plain:v@x P=esmtp S=7",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "a@x",
	    .client = "192.0.2.1",
	    .helo = "h",
	    .size = 7}},
    {"exim", OLD " <= a@x H=nonsense", LINE_UNKNOWN, {0}},
    {"exim", OLD " <=", LINE_UNKNOWN, {0}},
    /* the same by syslog, cut; how many recipients is not known then */
    {"exim",
	"[1/2] 2026-11-20 08:15:43.123 +0100 [47] " OLD
	" <= a@x H=[192.0.2.1] P=smtp S=7 T=\"s\" for b@y",
	LINE_EVENT,
	{.kind = EVENT_RECEIVED,
	    .queue_id = OLD,
	    .sender = "a@x",
	    .client = "192.0.2.1",
	    .size = 7,
	    .subject = "s",
	    .pid = 47,
	    .recipient = "b@y"}},
    {"exim", "[2\\2] c@y d@y", LINE_SKIP, {0}},
};

static const struct row sent_rows[] = {
    /* real */
    {"exim",
	OLD " => anna.rossi-48@firma-0064.example R=dnslookup T=remote_smtp "
	    "H=mx.firma-0064.example [203.0.113.238] "
	    "C=\"250 2.0.0 Ok: queued as 4JMhhRknhlGz1x\"",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "anna.rossi-48@firma-0064.example",
	    .relay = "mx.firma-0064.example",
	    .relay_ip = "203.0.113.238",
	    .code = 250,
	    .reply = "250 2.0.0 Ok: queued as 4JMhhRknhlGz1x"}},
    /* real: into a mailbox, by an alias */
    {"exim",
	OLD " => marta.lopez <root@mx1.tienda.example> R=virtual_user "
	    "T=virtual_delivery",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_MAILBOX,
	    .queue_id = OLD,
	    .recipient = "root@mx1.tienda.example"}},
    /* a forward, all selectors */
    {"exim",
	OLD " -> p@gmail.com (l@x, m@x) <pedro@x> F=<a@y> P=<a@y> "
	    "R=dnslookup T=remote_smtp S=22 H=gmail-smtp-in [203.0.113.26]:25* "
	    "I=[192.0.2.25]:4711 X=TLS1.3:A:256 CV=yes DN=\"C=US,O=G G\" A=up "
	    "K C=\"250 OK id=" NEW "\" QT=2s DT=1s",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .child_id = NEW,
	    .recipient = "p@gmail.com",
	    .orig_to = "pedro@x",
	    .relay = "gmail-smtp-in",
	    .relay_ip = "203.0.113.26",
	    .relay_port = 25,
	    .code = 250,
	    .reply = "250 OK id=" NEW}},
    {"exim",
	OLD " => |/usr/bin/filter -a <x> \"b c\" (l@x) <ana@x> F=<a@y> R=s T=p",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_PIPE,
	    .local = LOCAL_COMMAND,
	    .queue_id = OLD,
	    .recipient = "ana@x"}},
    {"exim", OLD " => /dev/null <nobody@x> R=s T=**bypassed**", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LOCAL,
	    .local = LOCAL_MAILBOX,
	    .queue_id = OLD,
	    .recipient = "nobody@x"}},
    {"exim", OLD " => ana@x R=virtual T=dovecot_lmtp C=\"250 2.0.0 Saved\"",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_SENT,
	    .agent = AGENT_LMTP,
	    .queue_id = OLD,
	    .recipient = "ana@x",
	    .code = 250,
	    .reply = "250 2.0.0 Saved"}},
    {"exim", OLD " *> ana@x R=virtual T=dovecot_lmtp", LINE_SKIP, {0}},
    /* real */
    {"exim", OLD " Completed", LINE_EVENT,
	{.kind = EVENT_REMOVED, .queue_id = OLD}},
    {"exim", OLD " Completed QT=2.5s", LINE_EVENT,
	{.kind = EVENT_REMOVED, .queue_id = OLD}},
    {"exim", OLD " Frozen (delivery error message)", LINE_EVENT,
	{.kind = EVENT_HOLD,
	    .queue_id = OLD,
	    .reply = "(delivery error message)"}},
    {"exim", OLD " removed by root", LINE_EVENT,
	{.kind = EVENT_DELETED, .queue_id = OLD}},
    {"exim", OLD " Unfrozen by errmsg timer", LINE_SKIP, {0}},
    /* real */
    {"exim", OLD " Spool file " OLD "-D not found", LINE_SKIP, {0}},
    {"exim",
	NEW " H=outlook-com.olc.protection.outlook.com [203.0.113.34] TLS "
	    "error on connection (recv): The TLS connection was non-properly "
	    "terminated.",
	LINE_SKIP, {0}},
};

static const struct row failed_rows[] = {
    {"exim",
	OLD " ** x@y.example R=dnslookup T=remote_smtp H=mx.y [203.0.113.9]"
	    " X=TLS1.3:A:256 CV=no: SMTP error from remote mail server after "
	    "RCPT TO:<x@y.example>: 550-5.1.1 no such\\n550 5.1.1 user",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "x@y.example",
	    .relay = "mx.y",
	    .relay_ip = "203.0.113.9",
	    .code = 550,
	    .dsn = "5.1.1",
	    .reply = "550-5.1.1 no such\\n550 5.1.1 user"}},
    /* with a port the colon is directly behind it */
    {"exim",
	OLD " ** x@y F=<a@x> R=d T=remote_smtp H=mx.y [203.0.113.9]:25: SMTP "
	    "error from remote mail server after initial connection: 554 no",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "x@y",
	    .relay = "mx.y",
	    .relay_ip = "203.0.113.9",
	    .relay_port = 25,
	    .code = 554,
	    .reply = "554 no"}},
    {"exim", OLD " ** x@gone.example: Unrouteable address", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_ERROR,
	    .queue_id = OLD,
	    .recipient = "x@gone.example",
	    .reply = "Unrouteable address"}},
    {"exim", OLD " ** x@gone <ana@x>: Unrouteable address", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_ERROR,
	    .queue_id = OLD,
	    .recipient = "x@gone",
	    .orig_to = "ana@x",
	    .reply = "Unrouteable address"}},
    {"exim", OLD " ** x@dead R=dnslookup T=remote_smtp: retry timeout exceeded",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_EXPIRED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "x@dead",
	    .reply = "retry timeout exceeded"}},
    {"exim",
	OLD " == x@y R=dnslookup T=remote_smtp defer (-44) H=mx.y "
	    "[203.0.113.9]: SMTP error from remote mail server after RCPT "
	    "TO:<x@y>: 450 4.2.0 <x@y>: Greylisted",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "x@y",
	    .relay = "mx.y",
	    .relay_ip = "203.0.113.9",
	    .code = 450,
	    .dsn = "4.2.0",
	    .reply = "450 4.2.0 <x@y>: Greylisted"}},
    {"exim",
	OLD " == x@y R=d T=remote_smtp defer (111): Connection refused "
	    "DT=0s",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "x@y",
	    .reply = "Connection refused"}},
    /* +deliver_time, +incoming_interface, +outgoing_port */
    {"exim",
	OLD " == x@y R=d T=t defer (-44) H=mx.y [203.0.113.9]:25 "
	    "I=[192.0.2.1]:50664 DT=0.1s: SMTP error from remote mail server "
	    "after RCPT TO:<x@y>: 450 later",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "x@y",
	    .relay = "mx.y",
	    .relay_ip = "203.0.113.9",
	    .relay_port = 25,
	    .code = 450,
	    .reply = "450 later"}},
    {"exim",
	OLD " == x@y R=d T=remote_smtp defer (-54) DT=0.000s: retry time not "
	    "reached for any host",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "x@y",
	    .reply = "retry time not reached for any host"}},
    {"exim", OLD " ** x@y F=<a@b>: Unrouteable address DT=0.000s", LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_ERROR,
	    .queue_id = OLD,
	    .recipient = "x@y",
	    .reply = "Unrouteable address"}},
    {"exim", OLD " == x@y routing defer (-51): retry time not reached",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_DEFERRED,
	    .agent = AGENT_ERROR,
	    .queue_id = OLD,
	    .recipient = "x@y",
	    .reply = "retry time not reached"}},
    /* a receiver that writes like Exim */
    {"exim",
	OLD " ** \"x: 250 ok\"@y R=d T=smtp H=m [203.0.113.9]: SMTP error from "
	    "remote mail server after RCPT TO:<\"x: 250 ok\"@y>: 550 a: 250 b",
	LINE_EVENT,
	{.kind = EVENT_DELIVERY,
	    .status = STATUS_BOUNCED,
	    .agent = AGENT_SMTP,
	    .queue_id = OLD,
	    .recipient = "\"x: 250 ok\"@y",
	    .relay = "m",
	    .relay_ip = "203.0.113.9",
	    .code = 550,
	    .reply = "550 a: 250 b"}},
    {"exim", OLD " == x@y later", LINE_UNKNOWN, {0}},
};

static const struct row session_rows[] = {
    /* real */
    {"exim",
	"H=host-198-19-186-127.pool6.isp.example (ylmf-pc) "
	"[198.19.186.127]:45295 F=<sara.weber@opfer-0033.example> rejected "
	"RCPT <nobodyc7@tienda.example>: 198.19.186.127 is listed at "
	"zen.spamhaus.org",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .client_name = "host-198-19-186-127.pool6.isp.example",
	    .helo = "ylmf-pc",
	    .client = "198.19.186.127",
	    .sender = "sara.weber@opfer-0033.example",
	    .recipient = "nobodyc7@tienda.example",
	    .reply = "198.19.186.127 is listed at zen.spamhaus.org"}},
    {"exim", "H=[192.0.2.1] rejected EHLO or HELO x: go away", LINE_EVENT,
	{.kind = EVENT_REJECT, .client = "192.0.2.1", .reply = "go away"}},
    {"exim", OLD " H=(h) [192.0.2.1] F=<a@x> rejected after DATA: spam",
	LINE_EVENT,
	{.kind = EVENT_REJECT,
	    .queue_id = OLD,
	    .client = "192.0.2.1",
	    .helo = "h",
	    .sender = "a@x",
	    .reply = "spam"}},
    {"exim", "H=(h) [192.0.2.1] Warning: odd", LINE_SKIP, {0}},
    /* real */
    {"exim",
	"dovecot_plain authenticator failed for host-198-19-162-227.pool1.isp"
	".example (WIN-4F60379202) [198.19.162.227]:52509: 535 Incorrect "
	"authentication data (set_id=admin)",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .client_name = "host-198-19-162-227.pool1.isp.example",
	    .helo = "WIN-4F60379202",
	    .client = "198.19.162.227",
	    .account = "admin",
	    .method = "dovecot_plain"}},
    {"exim",
	"login authenticator failed for (h) [192.0.2.1]: 535 Incorrect "
	"authentication data (set_id=a (set_id=b) c)",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .client = "192.0.2.1",
	    .helo = "h",
	    .account = "a (set_id=b) c",
	    .method = "login"}},
    /* real */
    {"exim",
	"SMTP connection from [198.19.162.227]:52509 (TCP/IP connection "
	"count = 1)",
	LINE_EVENT, {.kind = EVENT_CONNECT, .client = "198.19.162.227"}},
    {"exim",
	"SMTP connection from host-198-18-3-89.pool0.isp.example "
	"([192.168.1.51]) [198.18.3.89]:35743 closed by QUIT",
	LINE_EVENT,
	{.kind = EVENT_DISCONNECT,
	    .client_name = "host-198-18-3-89.pool0.isp.example",
	    .helo = "[192.168.1.51]",
	    .client = "198.18.3.89"}},
    {"exim", "Start queue run: pid=41422 -qff", LINE_SKIP, {0}},
    {"exim", "", LINE_UNKNOWN, {0}},
    {"exim", "the administrator's own words", LINE_UNKNOWN, {0}},
};

static const struct row called_rows[] = {
    /* real */
    {"exim",
	"cwd=/var/www/botiga.example/htdocs 4 args: /usr/sbin/sendmail -t -i "
	"-fpedidos@botiga.example",
	LINE_EVENT,
	{.kind = EVENT_CALL,
	    .script = "/var/www/botiga.example/htdocs",
	    .sender = "pedidos@botiga.example",
	    .text = "/usr/sbin/sendmail -t -i -fpedidos@botiga.example"}},
    {"exim", "cwd=/ 6 args: /usr/sbin/sendmail -i -f root -- root", LINE_EVENT,
	{.kind = EVENT_CALL,
	    .script = "/",
	    .sender = "root",
	    .recipient = "root",
	    .text = "/usr/sbin/sendmail -i -f root -- root"}},
    {"exim", "cwd=/a 3 args: b 5 args: /usr/sbin/sendmail -F \"A B\" -f <>",
	LINE_EVENT,
	{.kind = EVENT_CALL,
	    .script = "/a 3 args: b",
	    .sender = "",
	    .text = "/usr/sbin/sendmail -F \"A B\" -f <>"}},
    /* a recipient that looks like it, too; and no option behind one counts */
    {"exim", "cwd=/a 4 args: sendmail \"x 2 args: y\" b@x -Mc", LINE_EVENT,
	{.kind = EVENT_CALL,
	    .script = "/a",
	    .recipient = "x 2 args: y",
	    .text = "sendmail \"x 2 args: y\" b@x -Mc"}},
    {"exim", "cwd=/var/spool/exim4 3 args: /usr/sbin/exim4 -Mc " OLD, LINE_SKIP,
	{0}},
    {"exim", "cwd=/ 4 args: /usr/sbin/exim4 -bdf -oP /run/exim.pid", LINE_SKIP,
	{0}},
    {"exim", "cwd=/ 2 args: /usr/sbin/exim4 -qff", LINE_SKIP, {0}},
    /* real: its own notice */
    {"exim",
	"cwd=/var/spool/exim4 7 args: /usr/sbin/exim4 -t -oem -oi -f <> -E" OLD,
	LINE_SKIP, {0}},
    {"exim", "cwd=/ 2 args: /usr/sbin/sendmail -bs", LINE_EVENT,
	{.kind = EVENT_CALL, .script = "/", .text = "/usr/sbin/sendmail -bs"}},
    {"exim", "cwd=/tmp", LINE_UNKNOWN, {0}},
};

static void
test_lines(void **state)
{
	(void)state;
	CHECK(received_rows);
	CHECK(sent_rows);
	CHECK(failed_rows);
	CHECK(session_rows);
	CHECK(called_rows);
}

/* Stamps, zones and processes of the log that it writes itself. */
static void
test_split(void **state)
{
	static const struct {
		const char *raw, *text;
		int64_t second, milli;
		uint64_t pid;
	} rows[] = {
	    {"2026-11-20 08:15:43 " OLD " Completed", OLD " Completed",
		1795162543, 0, 0},
	    {"2026-11-20 08:15:43.123 [47] " OLD " Completed", OLD " Completed",
		1795162543, 123, 47},
	    {"2026-11-20 09:15:43 +0100 [47] End queue run: pid=47",
		"End queue run: pid=47", 1795162543, 0, 47},
	    {"2026-11-20 03:45:43.5 -0430 x", "x", 1795162543, 500, 0},
	    {"2026-11-20 08:15:44 [4x] y", "[4x] y", 1795162544, 0, 0},
	};

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct line_clock clock;
		struct line line;

		print_message("%s\n", rows[i].raw);
		line_clock_init(&clock, 0);
		for (int again = 0; again < 2; again++) {
			assert_true(
			    mta_exim.split(&clock, str_z(rows[i].raw), &line));
			assert_true(str_eq(line.text, str_z(rows[i].text)));
			assert_int_equal(line.at,
			    rows[i].second * US_SECOND + rows[i].milli * 1000);
			assert_int_equal(line.pid, rows[i].pid);
		}
	}
}

static void
test_owns(void **state)
{
	static const struct {
		const char *head;
		bool is_own;
	} rows[] = {
	    {"2026-11-20 08:15:43 " OLD " Completed\n", true},
	    {"2026-11-20 08:15:43.1 +0100 [4] " NEW " <= a@b", true},
	    {"cut off\n2026-11-20 08:15:43 cwd=/ 2 args: exim -q\n", true},
	    {"2026-11-20 08:15:43 x authenticator failed for [1.2.3.4]: 535\n",
		true},
	    {"Nov 20 08:15:43 mx1 exim[4]: " OLD " Completed\n", false},
	    {"2026-11-20T08:15:43Z mx1 exim[4]: " OLD " Completed\n", false},
	    {"2026-11-20 08:15:43 mx1 postfix/qmgr[1]: 1A2B3C: removed\n",
		false},
	    {"2026-11-20 08:15:43 lmtp(ana): Info: " OLD "\n", false},
	    {"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].head);
		assert_int_equal(
		    mta_exim.owns(str_z(rows[i].head)), rows[i].is_own);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_owns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
