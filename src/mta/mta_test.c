/* SPDX-License-Identifier: ISC */
/* Whose line it is, and what a reader may ask once instead of each time. */
#include "mta/mta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; mtas[i] != NULL; i++)
		assert_ptr_equal(mta_find(str_z(mtas[i]->name)), mtas[i]);
	assert_null(mta_find(S("")));
	assert_null(mta_find(S("postfi")));
	assert_ptr_equal(
	    mta_of_program(S("postfix/lmtp")), mta_find(S("postfix")));
	assert_ptr_equal(mta_of_program(S("lmtp")), mta_find(S("dovecot")));
	assert_null(mta_of_program(S("kernel")));
}

/* A line with the number is read as it is without. */
static void
test_number(void **state)
{
	static const char *const programs[] = {"postfix/smtpd",
	    "postfix-in/submission/smtpd", "a/b/c/qmgr", "postfix/smtp",
	    "postfix/anvil", "kernel", "/smtpd", ""};
	static const char *const texts[] = {"connect from h[192.0.2.1]",
	    "3F2A1C: removed", "3F2A1C: client=h[192.0.2.1]", "words"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
			struct line line = {.program = str_z(programs[i]),
			    .text = str_z(texts[k])};
			struct event with = {0}, without = {0};
			enum line_result result =
			    mta_postfix.line(&line, &without);

			line.number = mta_postfix.number(line.program);
			assert_int_equal(
			    mta_postfix.claims(line.program), line.number != 0);
			assert_int_equal(
			    mta_postfix.line(&line, &with), result);
			if (result != LINE_EVENT)
				continue;
			assert_int_equal(with.kind, without.kind);
			assert_true(str_eq(with.service, without.service));
		}
}

/* Whichever of them it is. */
static void
test_details(void **state)
{
	struct mta mta = {.name = "x"};

	(void)state;
	assert_false(mta_has_details(&mta));
	mta.details[DETAILS - 1].setting = "log";
	assert_true(mta_has_details(&mta));
	assert_true(mta_has_details(mta_find(S("exim"))));
	assert_false(mta_has_details(mta_find(S("postfix"))));
}

static void
test_no_sessions(void **state)
{
	static const struct {
		const char *text;
		enum line_result asked, not_asked;
	} rows[] = {
	    {"connect from h[192.0.2.1]", LINE_EVENT, LINE_SKIP},
	    {"disconnect from h[192.0.2.1] quit=1", LINE_EVENT, LINE_SKIP},
	    {"Anonymous TLS connection established from h[192.0.2.1]: x",
		LINE_SKIP, LINE_SKIP},
	    {"3F2A1C: client=h[192.0.2.1]", LINE_EVENT, LINE_EVENT},
	    {"warning: h[192.0.2.1]: SASL LOGIN authentication failed: no",
		LINE_EVENT, LINE_EVENT},
	    {"connect", LINE_UNKNOWN, LINE_UNKNOWN},
	    {"", LINE_UNKNOWN, LINE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct line line = {
		    .program = S("postfix/smtpd"), .text = str_z(rows[i].text)};
		struct event e;

		assert_int_equal(mta_postfix.line(&line, &e), rows[i].asked);
		line.no_sessions = true;
		assert_int_equal(
		    mta_postfix.line(&line, &e), rows[i].not_asked);
	}
}

/* What TLS says of a host's certificate is no line of ours. */
static void
test_remarks(void **state)
{
	static const struct {
		const char *program, *text;
		enum line_result want;
	} rows[] = {
	    {"postfix/smtp", "mx.x[192.0.2.1]:25: subject_CN=x, issuer_CN=y",
		LINE_SKIP},
	    {"postfix/smtp", "mx.x[2001:db8::1]:25: Matched subjectAltName: x",
		LINE_SKIP},
	    {"postfix/smtpd", "h[192.0.2.1]: subject_CN=x, issuer=y",
		LINE_SKIP},
	    {"postfix/smtp", "mx.x[192.0.2.1]:25 words", LINE_UNKNOWN},
	    {"postfix/smtp", "[192.0.2.1]: words", LINE_UNKNOWN},
	    {"postfix/smtp", "3F2A1C: words", LINE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct line line = {.program = str_z(rows[i].program),
		    .text = str_z(rows[i].text)};
		struct event e;

		if (mta_postfix.line(&line, &e) != rows[i].want)
			fail_msg("%s", rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_number),
	    cmocka_unit_test(test_details),
	    cmocka_unit_test(test_no_sessions),
	    cmocka_unit_test(test_remarks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
