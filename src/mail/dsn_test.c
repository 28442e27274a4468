/* SPDX-License-Identifier: ISC */
#include "mail/dsn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ONE                                                                    \
	"Final-Recipient: rfc822; bob@other.example\n"                         \
	"Original-Recipient: rfc822;robert@other.example\n"                    \
	"Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.other.example\n"   \
	"Diagnostic-Code: smtp; 550 5.1.1 no\n"

/* want: "reporter/sender" and "final,original,action,status,remote,text" for
 * each recipient. */
static const struct {
	const char *body, *want;
} cases[] = {
    {"Reporting-MTA: dns; mx1.x.example\nX-Postfix-Sender: rfc822; "
     "ana@x.example\n\n" ONE,
	"mx1.x.example/ana@x.example bob@other.example,robert@other.example,"
	"failed,5.1.1,mx.other.example,550 5.1.1 no "},
    {"\r\nReporting-MTA: dns;mx1\r\n\r\nFinal-Recipient: RFC822; "
     "<a@b>\r\nAction: delayed (still)\r\nStatus: 4.0.0 (x)\r\n\r\n"
     "Final-Recipient: c@d\r\nAction: failed\r\nStatus: 5.0.0\r\n",
	"mx1/ a@b,,delayed,4.0.0,, c@d,,failed,5.0.0,, "},
    /* no group about the message; no empty line between two recipients */
    {ONE ONE, "none bob@other.example,robert@other.example,failed,5.1.1,"
	      "mx.other.example,550 5.1.1 no bob@other.example,"
	      "robert@other.example,failed,5.1.1,mx.other.example,550 5.1.1 "
	      "no "},
    /* an empty line inside of a group */
    {"Reporting-MTA: mx1\n\nFinal-Recipient: rfc822;a@b\n\nAction: failed\n"
     "Status: 5.2.2\n",
	"mx1/ a@b,,failed,5.2.2,, "},
    {"", "none "},
    {"some text\nthat is none: of those\n", "none "},
};

static void
test_body(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str rest = str_z(cases[i].body);
		struct dsn_message m;
		struct dsn_recipient r;
		char got[500];
		size_t n;

		if (dsn_message(&rest, &m) && m.reporter.n > 0)
			n = (size_t)snprintf(got, sizeof(got),
			    STR_FMT "/" STR_FMT " ", STR_ARG(m.reporter),
			    STR_ARG(m.sender));
		else
			n = (size_t)snprintf(got, sizeof(got), "none ");
		while (dsn_recipient(&rest, &r))
			n += (size_t)snprintf(got + n, sizeof(got) - n,
			    STR_FMT "," STR_FMT "," STR_FMT "," STR_FMT
				    "," STR_FMT "," STR_FMT " ",
			    STR_ARG(r.final), STR_ARG(r.original),
			    STR_ARG(r.action), STR_ARG(r.status),
			    STR_ARG(r.remote), STR_ARG(r.diagnostic));
		assert_string_equal(got, cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_body),
	};

	return cmocka_run_group_tests_name("mail/dsn", tests, NULL, NULL);
}
