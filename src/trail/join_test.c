/* SPDX-License-Identifier: ISC */
/*
 * Short stories in the words of Postfix, and what a user must be told of
 * them. Each is also read in two and three parts, cut at every place.
 */
#include "trail/test_story.h"

#include "mail/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* One line: time within the hour, program, text. */
#define L(at, program, text)                                                   \
	"Nov 16 10:" at " mx1 postfix/" program "[12]: " text "\n"

#define LOGIN(at, id)                                                          \
	L(at, "submission/smtpd",                                              \
	    id ": client=h[198.51.100.7], sasl_method=PLAIN, "                 \
	       "sasl_username=ana@a.example")
#define STRANGER(at, id)         L(at, "smtpd", id ": client=h[203.0.113.9]")
#define MESSAGE_ID(at, id, name) L(at, "cleanup", id ": message-id=<" name ">")
#define QUEUED(at, id, from, n)                                                \
	L(at, "qmgr",                                                          \
	    id ": from=<" from ">, size=999, nrcpt=" n " (queue active)")
#define REMOVED(at, id) L(at, "qmgr", id ": removed")
#define TO(at, id, to, relay, rest)                                            \
	L(at, "smtp",                                                          \
	    id ": to=<" to ">, relay=" relay                                   \
	       ", delay=1, delays=0/0/1/0, " rest)
#define FAR  "mx.b.example[192.0.2.25]:25"
#define SENT "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F0000000000)"
#define UNKNOWN                                                                \
	"dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.25] said: 550 "  \
	"5.1.1 <x@b.example>: user unknown (in reply to RCPT TO command))"
#define LATER                                                                  \
	"dsn=4.4.1, status=deferred (connect to "                              \
	"mx.b.example[192.0.2.25]:25: Connection timed out)"
/* smtpd_proxy_filter: process 77 talks to the client, 12 to the filter */
#define PROXIED(at, ip, login)                                                 \
	"Nov 16 10:" at " mx1 postfix/smtps/smtpd[77]: NOQUEUE: client=h[" ip  \
	"]" login "\n"
#define PROXY_ACCEPT(at, id)                                                   \
	"Nov 16 10:" at " mx1 postfix/smtps/smtpd[77]: proxy-accept: "         \
	"END-OF-MESSAGE: 250 2.0.0 Ok: queued as " id                          \
	"; from=<a@a.example> to=<x@b.example> proto=ESMTP helo=<h>\n"
#define FILTER "127.0.0.1[127.0.0.1]:10024"
#define MAILBOX(at, id, to)                                                    \
	L(at, "lmtp",                                                          \
	    id ": to=<" to                                                     \
	       ">, relay=mx1[private/dovecot-lmtp], delay=1, delays=0/0/1/0, " \
	       "dsn=2.0.0, status=sent (250 2.0.0 <" to "> Saved)")

/* messages recipients accepted bounced deferred queued unknown spam */
struct want {
	enum origin_kind kind;
	const char *name;
	struct counts counts;
};

struct row {
	const char *title;
	const char *log;
	struct want want[4]; /* all that has counts; ends with a NULL name */
	struct counts inbound;
	uint32_t backscatter; /* notices made for strangers */
};

static const struct row rows[] = {
    {"an account, direct",
	LOGIN("00:00", "3F2AA1") MESSAGE_ID("00:00", "3F2AA1", "1@a.example")
	    QUEUED("00:00", "3F2AA1", "ana@a.example", "2")
		TO("00:01", "3F2AA1", "x@b.example", FAR, SENT)
		    TO("00:01", "3F2AA1", "y@b.example", FAR, UNKNOWN)
			REMOVED("00:01", "3F2AA1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 2, 1, 1, 0, 0, 1, 0}}}, {0}, 0},
    {"a filter before the queue, behind a login",
	PROXIED("00:00", "198.51.100.7",
	    ", sasl_method=PLAIN, sasl_username=ana@a.example")
	    L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]")
		QUEUED("00:01", "3F2AB1", "ana@a.example", "1")
		    PROXY_ACCEPT("00:01", "3F2AB1") TO("00:02", "3F2AB1",
			"x@b.example", FAR, SENT) REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"a filter before the queue, quicker than its answer",
	PROXIED("00:00", "198.51.100.7",
	    ", sasl_method=PLAIN, sasl_username=ana@a.example")
	    L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]")
		QUEUED("00:01", "3F2AB1", "ana@a.example", "1")
		    TO("00:01", "3F2AB1", "x@b.example", FAR, SENT) REMOVED(
			"00:01", "3F2AB1") PROXY_ACCEPT("00:01", "3F2AB1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"a filter before the queue, mail for us",
	PROXIED("00:00", "203.0.113.9", "")
	    L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]")
		QUEUED("00:01", "3F2AB1", "s@s.example", "1")
		    PROXY_ACCEPT("00:01", "3F2AB1") MAILBOX("00:02", "3F2AB1",
			"ana@a.example") REMOVED("00:02", "3F2AB1"),
	{{0}}, {1, 1, 1, 0, 0, 0, 0, 0}, 0},
    {"a filter that tells who the client was",
	LOGIN("00:00", "3F2AA1") MESSAGE_ID("00:00", "3F2AA1", "1@a.example")
	    QUEUED("00:00", "3F2AA1", "ana@a.example", "1") L("00:01", "smtpd",
		"3F2AB1: client=localhost[127.0.0.1], orig_queue_id=3F2AA1, "
		"orig_client=h[198.51.100.7]") MESSAGE_ID("00:01", "3F2AB1",
		"1@a.example") QUEUED("00:01", "3F2AB1", "ana@a.example",
		"1") TO("00:01", "3F2AA1", "x@b.example", FILTER,
		"dsn=2.0.0, status=sent (250 2.0.0 from "
		"MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3F2AB1)")
		REMOVED("00:01", "3F2AA1") TO("00:02", "3F2AB1", "x@b.example",
		    FAR, SENT) REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"a filter that only says queued as",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "1")
	    L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]")
		QUEUED("00:01", "3F2AB1", "ana@a.example", "1") TO("00:01",
		    "3F2AA1", "x@b.example", FILTER,
		    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 3F2AB1)")
		    REMOVED("00:01", "3F2AA1") TO("00:02", "3F2AB1",
			"x@b.example", FAR, UNKNOWN) REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 0, 1, 0, 0, 1, 0}}}, {0}, 0},
    {"the second half ends before the first one says its name",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "1")
	    L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]") QUEUED(
		"00:01", "3F2AB1", "ana@a.example", "1") TO("00:01", "3F2AB1",
		"x@b.example", FAR, SENT) REMOVED("00:01", "3F2AB1")
		TO("00:02", "3F2AA1", "x@b.example", FILTER,
		    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as "
		    "3F2AB1)") REMOVED("00:02", "3F2AA1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"an alias here sends a stranger's mail on (local)",
	STRANGER("00:00", "3F2AA1") MESSAGE_ID("00:00", "3F2AA1", "1@s.example")
	    QUEUED("00:00", "3F2AA1", "s@s.example", "1") MESSAGE_ID(
		"00:00", "3F2AB1", "1@s.example") L("00:00", "local",
		"3F2AA1: to=<eva@mx1.example>, orig_to=<eva@a.example>, "
		"relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, "
		"status=sent (forwarded as 3F2AB1)") REMOVED("00:00", "3F2AA1")
		QUEUED("00:00", "3F2AB1", "s@s.example", "1")
		    TO("00:01", "3F2AB1", "eva@b.example", FAR, SENT)
			REMOVED("00:01", "3F2AB1"),
	{{ORIGIN_FORWARD, "eva@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}},
	{1, 1, 0, 0, 0, 0, 0, 0}, 0},
    {"a virtual alias sends a stranger's mail on",
	STRANGER("00:00", "3F2AA1") MESSAGE_ID(
	    "00:00", "3F2AA1", "1@s.example") QUEUED("00:00", "3F2AA1",
	    "s@s.example", "1") L("00:01", "smtp",
	    "3F2AA1: to=<eva@b.example>, orig_to=<eva@a.example>, relay=" FAR
	    ", delay=1, delays=0/0/1/0, " SENT) REMOVED("00:01", "3F2AA1"),
	{{ORIGIN_FORWARD, "eva@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"mail of strangers for us",
	STRANGER("00:00", "3F2AA1") MESSAGE_ID("00:00", "3F2AA1", "1@s.example")
	    QUEUED("00:00", "3F2AA1", "s@s.example", "2")
		MAILBOX("00:01", "3F2AA1", "ana@a.example") MAILBOX("00:01",
		    "3F2AA1", "eva@a.example") REMOVED("00:01", "3F2AA1"),
	{{0}}, {1, 2, 2, 0, 0, 0, 0, 0}, 0},
    {"mail of strangers for us through a filter",
	STRANGER("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "s@s.example",
	    "1") L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]")
	    QUEUED("00:01", "3F2AB1", "s@s.example", "1")
		TO("00:01", "3F2AA1", "ana@a.example", FILTER,
		    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 3F2AB1)")
		    REMOVED("00:01", "3F2AA1") MAILBOX("00:02", "3F2AB1",
			"ana@a.example") REMOVED("00:02", "3F2AB1"),
	{{0}}, {1, 1, 1, 0, 0, 0, 0, 0}, 0},
    {"a public stranger relays through a filter, to two",
	STRANGER("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "s@s.example",
	    "2") L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]")
	    QUEUED("00:01", "3F2AB1", "s@s.example", "2")
		TO("00:01", "3F2AA1", "x@b.example", FILTER,
		    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 3F2AB1)")
		    TO("00:01", "3F2AA1", "y@b.example", FILTER,
			"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as "
			"3F2AB1)") REMOVED("00:01", "3F2AA1")
			TO("00:02", "3F2AB1", "x@b.example", FAR, SENT)
			    TO("00:02", "3F2AB1", "y@b.example", FAR, UNKNOWN)
				REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_CLIENT, "203.0.113.9", {1, 2, 1, 1, 0, 0, 1, 0}}}, {0}, 0},
    {"the same through a filter that tells who the client was",
	STRANGER("00:00", "3F2AA1")
	    QUEUED("00:00", "3F2AA1", "s@s.example", "1") L("00:01", "smtpd",
		"3F2AB1: client=localhost[127.0.0.1], orig_queue_id=3F2AA1, "
		"orig_client=h[203.0.113.9]") QUEUED("00:01", "3F2AB1",
		"s@s.example", "1") TO("00:01", "3F2AA1", "x@b.example", FILTER,
		"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 3F2AB1)")
		REMOVED("00:01", "3F2AA1") TO("00:02", "3F2AB1", "x@b.example",
		    FAR, SENT) REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_CLIENT, "203.0.113.9", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"a public stranger relays",
	STRANGER("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "s@s.example",
	    "1") TO("00:01", "3F2AA1", "x@b.example", FAR, SENT)
	    REMOVED("00:01", "3F2AA1"),
	{{ORIGIN_CLIENT, "203.0.113.9", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"a machine of the local network relays",
	L("00:00", "smtpd", "3F2AA1: client=scanner[10.1.2.3]")
	    QUEUED("00:00", "3F2AA1", "scan@a.example", "1") TO("00:01",
		"3F2AA1", "x@b.example", FAR, SENT) REMOVED("00:01", "3F2AA1"),
	{{ORIGIN_NETWORK, "10.1.2.3", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"put off until it was given up",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "2")
	    TO("00:01", "3F2AA1", "x@b.example", FAR, SENT)
		TO("00:01", "3F2AA1", "y@b.example", FAR, LATER) TO("09:01",
		    "3F2AA1", "y@b.example", FAR, LATER) L("10:00", "qmgr",
		    "3F2AA1: from=<ana@a.example>, status=expired, returned to "
		    "sender") REMOVED("10:00", "3F2AA1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 2, 1, 1, 0, 0, 0, 0}}}, {0}, 0},
    {"put off, then sent: one recipient, once",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "1")
	    TO("00:01", "3F2AA1", "y@b.example", FAR, LATER)
		QUEUED("09:00", "3F2AA1", "ana@a.example", "1")
		    TO("09:01", "3F2AA1", "y@b.example", FAR, SENT)
			REMOVED("09:01", "3F2AA1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"still waiting at the end",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "3")
	    TO("00:01", "3F2AA1", "x@b.example", FAR, SENT)
		TO("00:01", "3F2AA1", "y@b.example", FAR, LATER)
		    TO("00:01", "3F2AA1", "z@b.example", FAR, LATER)
			TO("09:01", "3F2AA1", "y@b.example", FAR, LATER),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 3, 1, 0, 2, 1, 0, 0}}}, {0}, 0},
    {"deleted by the administrator",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "1")
	    TO("00:01", "3F2AA1", "y@b.example", FAR, LATER)
		L("03:00", "postsuper", "3F2AA1: removed"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 0, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"on hold",
	LOGIN("00:00", "3F2AA1") L("00:00", "cleanup",
	    "3F2AA1: milter-hold: END-OF-MESSAGE from h[198.51.100.7]: milter "
	    "triggers HOLD action; from=<ana@a.example> to=<x@b.example> "
	    "proto=ESMTP helo=<h>") MESSAGE_ID("00:00", "3F2AA1", "1@a.example")
	    L("03:00", "postsuper", "3F2AA1: released from hold")
		QUEUED("03:01", "3F2AA1", "ana@a.example", "1")
		    TO("03:02", "3F2AA1", "x@b.example", FAR, SENT)
			REMOVED("03:02", "3F2AA1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"a stranger's mail comes back from here: backscatter",
	STRANGER("00:00", "3F2AA1") MESSAGE_ID("00:00", "3F2AA1", "1@s.example")
	    QUEUED("00:00", "3F2AA1", "forged@v.example", "1") L("00:01",
		"local",
		"3F2AA1: to=<nobody@a.example>, relay=local, delay=1, "
		"delays=0/0/0/1, dsn=5.1.1, status=bounced (unknown "
		"user: \"nobody\")") MESSAGE_ID("00:01", "3F2AB1",
		"n@mx1.example") QUEUED("00:01", "3F2AB1", "", "1") L("00:01",
		"bounce", "3F2AA1: sender non-delivery notification: 3F2AB1")
		REMOVED("00:01", "3F2AA1")
		    TO("00:02", "3F2AB1", "forged@v.example", FAR, UNKNOWN)
			REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_SYSTEM, "bounces", {1, 1, 0, 1, 0, 0, 1, 0}}},
	{1, 1, 0, 1, 0, 0, 0, 0}, 1},
    {"an own account is told that its mail failed: no backscatter",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "1")
	    TO("00:01", "3F2AA1", "x@b.example", FAR, UNKNOWN)
		MESSAGE_ID("00:01", "3F2AB1", "n@mx1.example")
		    QUEUED("00:01", "3F2AB1", "", "1") L("00:01", "bounce",
			"3F2AA1: sender non-delivery notification: 3F2AB1")
			REMOVED("00:01", "3F2AA1") MAILBOX("00:02", "3F2AB1",
			    "ana@a.example") REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 0, 1, 0, 0, 1, 0}},
	    {ORIGIN_SYSTEM, "bounces", {1, 1, 1, 0, 0, 0, 0, 0}}},
	{0}, 0},
    {"told so behind a filter: no backscatter either",
	LOGIN("00:00", "3F2AA1") MESSAGE_ID(
	    "00:00", "3F2AA1", "1@a.example") QUEUED("00:00", "3F2AA1",
	    "ana@a.example", "1") L("00:01", "smtpd",
	    "3F2AB1: client=localhost[127.0.0.1]") MESSAGE_ID("00:01", "3F2AB1",
	    "1@a.example") QUEUED("00:01", "3F2AB1", "ana@a.example", "1")
	    TO("00:01", "3F2AB1", "x@b.example", FAR, UNKNOWN) MESSAGE_ID(
		"00:01", "3F2AC1", "n@mx1.example") L("00:01", "bounce",
		"3F2AB1: sender non-delivery notification: 3F2AC1")
		QUEUED("00:01", "3F2AC1", "", "1") REMOVED("00:01",
		    "3F2AB1") TO("00:02", "3F2AA1", "x@b.example", FILTER,
		    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 3F2AB1)")
		    REMOVED("00:02", "3F2AA1") MAILBOX("00:02", "3F2AC1",
			"ana@a.example") REMOVED("00:02", "3F2AC1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 0, 1, 0, 0, 1, 0}},
	    {ORIGIN_SYSTEM, "bounces", {1, 1, 1, 0, 0, 0, 0, 0}}},
	{0}, 0},
    {"a program of a user",
	L("00:00", "pickup", "3F2AA1: uid=1004 from=<bob>")
	    MESSAGE_ID("00:00", "3F2AA1", "1@mx1.example")
		QUEUED("00:00", "3F2AA1", "bob@mx1.example", "1")
		    TO("00:01", "3F2AA1", "x@b.example", FAR, SENT)
			REMOVED("00:01", "3F2AA1"),
	{{ORIGIN_LOCAL_USER, "uid=1004", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
    {"its first lines were rotated away",
	TO("00:01", "3F2AA1", "x@b.example", FAR, SENT) REMOVED("00:01",
	    "3F2AA1") QUEUED("00:02", "3F2AB1", "s@s.example", "1") TO("00:03",
	    "3F2AB1", "y@b.example", FAR, SENT) REMOVED("00:03", "3F2AB1"),
	{{ORIGIN_UNKNOWN, "", {1, 1, 2, 0, 0, 0, 0, 0}}}, {0}, 0},
};

/* Read in one go only: in a part of its own nothing tells that the id was in
 * use before, or that a filter which hides its ids had the Message-ID. */
static const struct row whole_rows[] = {
    {"the same queue id once more, its end was not seen",
	LOGIN("00:00", "3F2AA1") QUEUED("00:00", "3F2AA1", "ana@a.example", "1")
	    TO("00:01", "3F2AA1", "x@b.example", FAR, SENT)
		L("05:00", "pickup", "3F2AA1: uid=1004 from=<bob>")
		    MESSAGE_ID("05:00", "3F2AA1", "2@mx1.example")
			QUEUED("05:00", "3F2AA1", "bob@mx1.example", "1")
			    TO("05:01", "3F2AA1", "z@b.example", FAR, UNKNOWN)
				REMOVED("05:01", "3F2AA1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}},
	    {ORIGIN_LOCAL_USER, "uid=1004", {1, 1, 0, 1, 0, 0, 1, 0}}},
	{0}, 0},
    {"a filter that hides its ids",
	LOGIN("00:00", "3F2AA1") MESSAGE_ID("00:00", "3F2AA1", "1@a.example")
	    QUEUED("00:00", "3F2AA1", "ana@a.example", "1")
		L("00:01", "smtpd", "3F2AB1: client=localhost[127.0.0.1]")
		    MESSAGE_ID("00:01", "3F2AB1", "1@a.example") QUEUED("00:01",
			"3F2AB1", "ana@a.example", "1") L("00:01", "pipe",
			"3F2AA1: to=<x@b.example>, relay=spamd, delay=1, "
			"delays=0/0/0/1, dsn=2.0.0, status=sent (delivered "
			"via spamd service)") REMOVED("00:01", "3F2AA1")
			TO("00:02", "3F2AB1", "x@b.example", FAR, SENT)
			    REMOVED("00:02", "3F2AB1"),
	{{ORIGIN_ACCOUNT, "ana@a.example", {1, 1, 1, 0, 0, 0, 0, 0}}}, {0}, 0},
};

static void
same_counts(const char *where, struct str who, const struct counts *got,
    const struct counts *want)
{
	if (memcmp(got, want, sizeof(*got)) != 0)
		fail_msg("%s: '" STR_FMT "' has messages=%u recipients=%u "
			 "accepted=%u bounced=%u deferred=%u queued=%u "
			 "unknown=%u spam=%u",
		    where, STR_ARG(who), got->messages, got->recipients,
		    got->accepted, got->bounced, got->deferred, got->queued,
		    got->unknown, got->spam);
}

static const struct want *
find_want(const struct row *row, const struct origin *o)
{
	for (size_t i = 0; i < ARRAY_LEN(row->want); i++)
		if (row->want[i].name != NULL && row->want[i].kind == o->kind &&
		    str_eq(o->name, str_z(row->want[i].name)))
			return &row->want[i];
	return NULL;
}

static void
check_tally(const struct row *row, const char *where, const struct tally *t)
{
	static const struct counts none;
	size_t found = 0, wanted = 0;

	for (size_t i = 0; i < ARRAY_LEN(row->want); i++)
		wanted += row->want[i].name != NULL;
	for (uint32_t i = 0; i < t->origins_n; i++) {
		const struct origin *o = t->origins[i];
		const struct want *want = find_want(row, o);

		same_counts(where, o->name, &o->counts,
		    want == NULL ? &none : &want->counts);
		found += want != NULL;
	}
	if (found != wanted)
		fail_msg("%s: %zu of %zu origins", where, found, wanted);
	same_counts(where, S("inbound"), &t->inbound, &row->inbound);
	if (t->backscatter.made != row->backscatter)
		fail_msg("%s: backscatter of %u", where, t->backscatter.made);
}

static void
run(const struct row *row, const struct scripts *scripts, bool cut)
{
	struct story s = {0};
	size_t to = 0;

	story_read(&s, str_z(row->log));
	to = cut ? s.n : 0;
	for (size_t a = 0; a <= to; a++)
		for (size_t b = a; b <= to; b++) {
			size_t cuts[] = {a, b};
			struct join *join =
			    story_join(&s, scripts, cuts, cut ? 2 : 0);
			char where[128];

			(void)snprintf(where, sizeof(where),
			    "%s, cut at %zu and %zu of %zu", row->title, a, b,
			    s.n);
			check_tally(row, where, &join->tally);
			join_free(join);
		}
	story_done(&s);
}

static void
test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		run(&rows[i], NULL, false);
	for (size_t i = 0; i < ARRAY_LEN(whole_rows); i++)
		run(&whole_rows[i], NULL, false);
}

static void
test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		run(&rows[i], NULL, true);
}

/* The web server's user, and PHP's own log of its mails. */
static void
test_web(void **state)
{
	static const char log[] =
	    L("00:05", "pickup", "3F2AA1: uid=33 from=<www-data>")
		MESSAGE_ID("00:05", "3F2AA1", "1@mx1.example") QUEUED("00:05",
		    "3F2AA1", "www-data@mx1.example", "1") TO("00:06", "3F2AA1",
		    "x@b.example", FAR, SENT) REMOVED("00:06", "3F2AA1")
		    L("30:00", "pickup", "3F2AB1: uid=33 from=<www-data>")
			QUEUED("30:00", "3F2AB1", "www-data@mx1.example", "1")
			    TO("30:01", "3F2AB1", "y@b.example", FAR, UNKNOWN)
				REMOVED("30:01", "3F2AB1");
	static const struct row with = {"which script", log,
	    {{ORIGIN_SCRIPT, "/var/www/a/x.php", {1, 1, 1, 0, 0, 0, 0, 0}},
		{ORIGIN_SCRIPT, "uid=33", {1, 1, 0, 1, 0, 0, 1, 0}}},
	    {0}, 0};
	static const struct row without = {"no PHP log", log,
	    {{ORIGIN_SCRIPT, "uid=33", {2, 2, 1, 1, 0, 0, 1, 0}}}, {0}, 0};
	struct scripts *scripts = scripts_new();

	(void)state;
	assert_true(scripts_add_php(scripts,
	    S("[16-Nov-2026 10:00:04 UTC] mail() on [/var/www/a/x.php:12]: To: "
	      "X@b.example -- Headers: From: x"),
	    (struct ref){2, 0}));
	scripts_ready(scripts);
	run(&with, scripts, true);
	run(&without, NULL, true);
	scripts_free(scripts);
}

/* What is only seen in sums: passwords, refusals at the door, circles. */
static void
test_doors(void **state)
{
	static const char log[] =
	    "Nov 16 10:00:00 mx1 postfix/smtpd[12]: NOQUEUE: reject: RCPT from "
	    "h[203.0.113.9]: 554 5.7.1 <x@b.example>: Relay access denied; "
	    "from=<s@s.example> to=<x@b.example> proto=ESMTP helo=<h>\n"
	    "Nov 16 10:00:01 mx1 postfix/smtpd[12]: NOQUEUE: reject: RCPT from "
	    "h[203.0.113.9]: 550 5.1.1 <q@a.example>: Recipient address "
	    "rejected: User unknown; from=<s@s.example> to=<q@a.example> "
	    "proto=ESMTP helo=<h>\n"
	    "Nov 16 10:00:02 mx1 postfix/smtpd[12]: warning: h[203.0.113.9]: "
	    "SASL LOGIN authentication failed: UGFzc3dvcmQ6, "
	    "sasl_username=ana@a.example\n"
	    "Nov 16 10:00:03 mx1 postfix/smtpd[12]: warning: h[203.0.113.9]: "
	    "SASL LOGIN authentication failed: UGFzc3dvcmQ6, "
	    "sasl_username=eva@a.example\n";
	struct story s = {0};

	(void)state;
	story_read(&s, str_z(log));
	for (size_t cut = 0; cut <= s.n; cut++) {
		struct join *join = story_join(&s, NULL, &cut, 1);
		const struct tally *t = &join->tally;
		struct ip ip;
		const struct auth *auth;

		assert_int_equal(t->rejected, 2);
		assert_int_equal(t->relay_denied, 1);
		assert_true(ip_parse(S("203.0.113.9"), &ip));
		auth = tally_auth(&join->tally, ip_hash(&ip), S(""), &ip);
		assert_int_equal(auth->failures, 2);
		assert_int_equal(sketch_count(&auth->others), 2);
		auth =
		    tally_auth(&join->tally, str_hash_fold(S("ANA@a.example")),
			S("ANA@a.example"), NULL);
		assert_int_equal(auth->failures, 1);
		assert_int_equal(t->auths_n, 3);
		join_free(join);
	}
	story_done(&s);
}

enum {
	MANY = 40000
};

/* Recipient i of the one message is put off or taken. */
static void
attempt(struct join *join, uint32_t i, enum event_status status)
{
	char to[32];
	int n = snprintf(to, sizeof(to), "r%u@b.example", i);
	struct event e = {.kind = EVENT_DELIVERY,
	    .host = S("mx1"),
	    .queue_id = S("3F2AA1"),
	    .uid = -1,
	    .at = 1800000000 * US_SECOND,
	    .recipient = {to, (size_t)n},
	    .agent = AGENT_SMTP,
	    .status = status,
	    .code = status == STATUS_SENT ? 250 : 450,
	    .reply = S("450 4.2.0 later")};

	join_event(join, &e, (struct ref){1, i});
}

static struct join *
many_waiting(void)
{
	struct join *join = join_new(true, NULL, BY_ORIGIN);
	struct event e = {.kind = EVENT_ACCEPT,
	    .host = S("mx1"),
	    .queue_id = S("3F2AA1"),
	    .account = S("ana@a.example"),
	    .uid = -1,
	    .at = 1800000000 * US_SECOND};

	join_event(join, &e, (struct ref){1, 0});
	e.kind = EVENT_QUEUED;
	e.nrcpt = MANY;
	join_event(join, &e, (struct ref){1, 0});
	for (uint32_t i = 0; i < MANY; i++)
		attempt(join, i, STATUS_DEFERRED);
	return join;
}

/* Each waits once however often it is put off, in whatever order they are
 * taken; quickly, too: a list of them would need minutes. */
static void
test_many_waiting(void **state)
{
	for (int cut = 0; cut < 2; cut++) {
		struct join *join = many_waiting(), *part = join;
		const struct origin *o;

		(void)state;
		if (cut == 1)
			part = join_new(false, NULL, BY_ORIGIN);
		for (uint32_t i = 0; i < MANY; i++)
			attempt(part, i * 7919 % MANY,
			    i % 4 == 0 ? STATUS_DEFERRED : STATUS_SENT);
		if (cut == 1)
			join_append(join, part);
		join_finish(join);
		o = tally_find(
		    &join->tally, ORIGIN_ACCOUNT, S("ana@a.example"));
		assert_non_null(o);
		assert_int_equal(o->counts.accepted, MANY / 4 * 3);
		assert_int_equal(o->counts.deferred, MANY / 4);
		assert_int_equal(o->counts.queued, 1);
		assert_int_equal(o->counts.bounced, 0);
		assert_int_equal(join->waits.used, 0);
		join_free(join);
	}
}

/* What was put off before a part ended waits in the next. */
static void
test_waiting_later(void **state)
{
	struct join *first = join_new(true, NULL, BY_ORIGIN);
	struct join *later = many_waiting();
	const struct origin *o;

	(void)state;
	later->is_first = false;
	join_append(first, later);
	for (uint32_t i = 0; i < MANY; i += 2)
		attempt(first, i, STATUS_SENT);
	join_finish(first);
	o = tally_find(&first->tally, ORIGIN_ACCOUNT, S("ana@a.example"));
	assert_non_null(o);
	assert_int_equal(o->counts.accepted, MANY / 2);
	assert_int_equal(o->counts.deferred, MANY / 2);
	assert_int_equal(first->waits.used, 0);
	join_free(first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_web),
	    cmocka_unit_test(test_doors),
	    cmocka_unit_test(test_many_waiting),
	    cmocka_unit_test(test_waiting_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
