/* SPDX-License-Identifier: ISC */
#include "mail/bounce_form.h"
#include "mail/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DSN                                                                    \
	"Reporting-MTA: dns; mx1.x.example\n\n"                                \
	"Final-Recipient: rfc822; bob@other.example\nAction: failed\n"         \
	"Status: 5.1.1\nRemote-MTA: dns; mx.other.example\n"                   \
	"Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
#define ORIGINAL "Subject: hello\nMessage-ID: <1@pc>\n\nbody\n"
#define REPORT                                                                 \
	"Content-Type: multipart/report; boundary=r\n\n--r\n\n"                \
	"It failed.\n--r\nContent-Type: message/delivery-status\n\n" DSN       \
	"--r\nContent-Type: message/rfc822\n\n" ORIGINAL "--r--\n"
#define DAEMON "From: MAILER-DAEMON@mx1.x.example\nSubject: failure notice\n"

/*
 * want: kind form reporter [original's header without its line ends] and
 * "recipient action status code remote class" for each.
 */
static const struct {
	const char *message, *want;
} cases[] = {
    {"From: bob@x.example\nSubject: hello\n\nhow are you?\n", "ordinary"},
    {DAEMON REPORT,
	"bounce RFC 3464 mx1.x.example 3 bob@other.example failed 5.1.1 0 "
	"mx.other.example unknown-user"},
    /* in a list's wrapping, and forwarded by somebody */
    {"From: list@x.example\nContent-Type: multipart/mixed; boundary=m\n\n--m\n" REPORT
     "--m\n\nthe list\n--m--\n",
	"bounce RFC 3464 mx1.x.example 3 nested bob@other.example failed "
	"5.1.1 0 mx.other.example unknown-user"},
    {"From: ana@x.example\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\n"
     "look!\n--m\nContent-Type: message/rfc822\n\n" DAEMON REPORT "--m--\n",
	"bounce RFC 3464 mx1.x.example 3 nested bob@other.example failed "
	"5.1.1 0 mx.other.example unknown-user"},
    /* cut in the middle of the original's header, or before it */
    {DAEMON "Content-Type: multipart/report; boundary=r\n\n--r\n"
	    "Content-Type: message/delivery-status\n\n" DSN
	    "--r\nContent-Type: message/rfc822\n\nSubject: hel",
	"bounce RFC 3464 mx1.x.example 3 cut bob@other.example failed 5.1.1 "
	"0 mx.other.example unknown-user"},
    {DAEMON "Content-Type: multipart/report; boundary=r\n\n--r\n"
	    "Content-Type: message/delivery-status\n\n" DSN,
	"bounce RFC 3464 mx1.x.example 0 cut bob@other.example failed 5.1.1 "
	"0 mx.other.example unknown-user"},
    /* only a header came back; the report stands in the text */
    {DAEMON "Content-Type: multipart/report; boundary=r\n\n--r\n"
	    "Content-Type: message/delivery-status\n\n" DSN
	    "--r\nContent-Type: text/rfc822-headers\n\nSubject: x\n--r--",
	"bounce RFC 3464 mx1.x.example 2 bob@other.example failed 5.1.1 0 "
	"mx.other.example unknown-user"},
    {DAEMON "\nIt failed.\n\n" DSN,
	"bounce RFC 3464 mx1.x.example 0 nested bob@other.example failed "
	"5.1.1 0 mx.other.example unknown-user"},
    /* a delay is none, nor is a success */
    {DAEMON "Content-Type: multipart/report; boundary=r\n\n--r\n"
	    "Content-Type: message/delivery-status\n\nReporting-MTA: mx\n\n"
	    "Final-Recipient: a@b.example\nAction: delayed\nStatus: 4.4.1\n",
	"delay RFC 3464 mx 0 cut a@b.example delayed 4.4.1 0 - network"},
    {DAEMON "Content-Type: multipart/report; boundary=r\n\n--r\n"
	    "Content-Type: message/delivery-status\n\nReporting-MTA: mx\n\n"
	    "Final-Recipient: a@b.example\nAction: relayed\nStatus: 2.0.0\n",
	"delivered RFC 3464 mx 0 cut a@b.example relayed 2.0.0 0 - accepted"},
    /* the reply stands only in the text */
    {DAEMON "Content-Type: multipart/report; boundary=r\n\n--r\n\n"
	    "<a@b.example>: host mx.b.example[192.0.2.1] said: 552 5.2.2 "
	    "Mailbox full\n--r\nContent-Type: message/delivery-status\n\n"
	    "Reporting-MTA: mx\n\nFinal-Recipient: a@b.example\n"
	    "Action: failed\nStatus: 5.0.0\n--r--",
	"bounce RFC 3464 mx 0 a@b.example failed 5.0.0 0 mx.b.example "
	"mailbox-full"},
    /* free forms */
    {DAEMON "\nHi. This is the qmail-send program at mx1.x.example.\n"
	    "I'm afraid I wasn't able to deliver your message to the "
	    "following addresses.\n\n<bob@other.example>:\n192.0.2.1 does "
	    "not like recipient.\nRemote host said: 550 5.1.1 no such user\n"
	    "Giving up on 192.0.2.1.\n\n--- Below this line is a copy of the "
	    "message.\n\nReturn-Path: <ana@x.example>\n" ORIGINAL,
	"bounce qmail mx1.x.example 1 bob@other.example failed 5.1.1 550 - "
	"unknown-user"},
    {DAEMON "\nThis message was created automatically by mail delivery "
	    "software.\n\nA message that you sent could not be delivered to "
	    "one or more of its\nrecipients. This is a permanent error. The "
	    "following address(es) failed:\n\n  bob@other.example\n    host "
	    "mx.other.example [192.0.2.1]\n    SMTP error from remote mail "
	    "server after RCPT TO:<bob@other.example>:\n    550 5.1.1 User "
	    "unknown\n\n------ This is a copy of the message, including all "
	    "the headers. ------\n\n" ORIGINAL,
	"bounce Exim  1 bob@other.example failed 5.1.1 550 mx.other.example "
	"unknown-user"},
    {DAEMON "\nThe original message was received at Sat, 21 Nov 2026\n\n   "
	    "----- The following addresses had permanent fatal errors -----\n"
	    "<bob@other.example>\n\n   ----- Transcript of session follows "
	    "-----\n... while talking to mx.other.example.:\n>>> RCPT "
	    "To:<bob@other.example>\n<<< 550 5.1.1 <bob@other.example>... User "
	    "unknown\n550 5.1.1 <bob@other.example>... User unknown\n\n   "
	    "----- Original message follows -----\n\n" ORIGINAL,
	"bounce Sendmail  1 bob@other.example failed 5.1.1 550 mx.other.example "
	"unknown-user"},
    {"From: System Administrator <postmaster@x.example>\nSubject: "
     "Undeliverable: hello\n\nYour message\n\n  To:      Bob\n  Subject: "
     "hello\n\ndid not reach the following recipient(s):\n\n"
     "bob@other.example on Sat, 21 Nov 2026 03:41:00 +0000\n    The e-mail "
     "account does not exist at the organization.\n    <mx1.x.example "
     "#5.1.1>\n",
	"bounce Exchange  0 bob@other.example failed 5.1.1 0 - unknown-user"},
    {"From: postmaster@x.example\nSubject: x\nX-Failed-Recipients: "
     "bob@other.example, eve@other.example\n\nno words that are known\n",
	"bounce Exim  0 bob@other.example failed - 0 - other "
	"eve@other.example failed - 0 - other"},
    /* two recipients with one reply below them */
    {DAEMON "\nHi. This is the qmail-send program at mx1.x.example.\n\n"
	    "<bob@other.example>:\n<eve@other.example>:\n"
	    "Sorry, no mailbox here by that name. (#5.1.1)\n",
	"bounce qmail mx1.x.example 0 bob@other.example failed 5.1.1 0 - "
	"unknown-user eve@other.example failed 5.1.1 0 - unknown-user"},
    /* a person quotes a bounce: no bounce */
    {"From: bob@x.example\nSubject: Re: failure notice\n\n> Hi. This is the "
     "qmail-send program at mx1.x.example.\n> <eve@other.example>:\n> Sorry\n",
	"ordinary"},
    {"From: postmaster@x.example\nSubject: Welcome\n\nYour account "
     "ana@x.example is ready.\n",
	"ordinary"},
    /* complaints */
    {"Content-Type: multipart/report; boundary=r\n\n--r\n\ntext\n--r\n"
     "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
     "Reporting-MTA: dns; mx\n--r\nContent-Type: message/rfc822\n\n" ORIGINAL
     "--r--",
	"complaint RFC 5965 mx 3"},
    {"Content-Type: multipart/report; boundary=r\n\n--r\n"
     "Content-Type: message/feedback-report\n\nFeedback-Type: auth-failure\n",
	"authentication-failure RFC 5965  0"},
    /* the bounce of a complaint is a bounce */
    {DAEMON "Content-Type: multipart/report; boundary=r\n\n--r\n"
	    "Content-Type: message/delivery-status\n\n" DSN
	    "--r\nContent-Type: message/rfc822\n\nContent-Type: "
	    "multipart/report; boundary=s\n\n--s\nContent-Type: "
	    "message/feedback-report\n\nFeedback-Type: abuse\n--s--\n--r--",
	"bounce RFC 3464 mx1.x.example 3 bob@other.example failed 5.1.1 0 "
	"mx.other.example unknown-user"},
    /* answering machines, a read receipt */
    {"From: bob@x.example\nSubject: Re: x\nAuto-Submitted: auto-replied\n\n"
     "away\n",
	"autoreply"},
    {"From: bob@x.example\nSubject: Automatische Antwort: x\n\nweg\n",
	"autoreply"},
    {"From: bob@x.example\nSubject: =?utf-8?q?Respuesta_autom=C3=A1tica?=: "
     "x\n\nfuera\n",
	"autoreply"},
    {"From: bob@x.example\nSubject: Please confirm your message\n\nclick\n",
	"challenge"},
    {"From: bob@x.example\nContent-Type: multipart/report; boundary=r\n\n--r\n"
     "Content-Type: message/disposition-notification\n\nA: b\n--r--",
	"delivered"},
    {"", "ordinary"},
};

static struct str
or_hyphen(struct str s)
{
	return s.n > 0 ? s : S("-");
}

static void
show(const struct notice *notice, char *to, size_t cap)
{
	size_t n =
	    (size_t)snprintf(to, cap, "%s", notice_kind_name(notice->kind));

	if (notice->form != NULL)
		n += (size_t)snprintf(to + n, cap - n, " %s " STR_FMT " %d%s%s",
		    notice->form, STR_ARG(notice->reporter), notice->original,
		    notice->nested ? " nested" : "", notice->cut ? " cut" : "");
	for (size_t i = 0; i < notice->recipients_n; i++) {
		const struct notice_recipient *r = &notice->recipients[i];

		n += (size_t)snprintf(to + n, cap - n,
		    " " STR_FMT " " STR_FMT " " STR_FMT " %u " STR_FMT " %s",
		    STR_ARG(r->address), STR_ARG(or_hyphen(r->action)),
		    STR_ARG(or_hyphen(r->status)), r->code,
		    STR_ARG(or_hyphen(r->remote)),
		    reply_class_name(r->reading.class));
	}
}

static void
test_kinds(void **state)
{
	struct reply_cache *cache = reply_cache_new();
	static struct notice notice;
	bool good = true;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		char got[1000];

		notice_read(&a, cache, str_z(cases[i].message), &notice);
		show(&notice, got, sizeof(got));
		if (strcmp(got, cases[i].want) != 0) {
			print_error(
			    "%zu: %s\n   want %s\n", i, got, cases[i].want);
			good = false;
		}
		arena_done(&a);
	}
	assert_true(good);
	reply_cache_free(cache);
}

static void
test_crowd(void **state)
{
	static char text[40000];
	static struct notice notice;
	struct arena a = {0};
	size_t n;

	(void)state;
	n = (size_t)snprintf(text, sizeof(text),
	    DAEMON "Content-Type: message/delivery-status\n\n");
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "Final-Recipient: rfc822; u%d@x.example\nAction: failed\n"
		    "Status: 5.1.1\n\n",
		    i);
	notice_read(&a, NULL, (struct str){text, n}, &notice);
	assert_int_equal(notice.kind, NOTICE_BOUNCE);
	assert_int_equal(notice.recipients_n, NOTICE_RECIPIENTS);
	assert_int_equal(notice.recipients_missed, 100 - NOTICE_RECIPIENTS);
	arena_done(&a);
}

/* The tables are compared with lower case. */
static void
test_tables(void **state)
{
	const struct bounce_form *form;

	(void)state;
	for (size_t i = 0; (form = bounce_form_at(i)) != NULL; i++) {
		const char *lists[] = {form->opening, form->from, form->subject,
		    form->label, form->reply, form->original, form->host};

		for (size_t k = 0; k < ARRAY_LEN(lists); k++)
			for (const char *c = lists[k]; c != NULL && *c; c++)
				assert_false(*c >= 'A' && *c <= 'Z');
		assert_true(form->opening != NULL || form->from != NULL ||
			    form->subject != NULL || form->header != NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_crowd),
	    cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests_name("mail/notice", tests, NULL, NULL);
}
