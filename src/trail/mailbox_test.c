/* SPDX-License-Identifier: ISC */
/* Mailboxes that are reached by LMTP at a public address: mail for them stays
 * here, and what their server hands in without a login is ours; wherever the
 * log is cut. */
#include "trail/test_story.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define L(at, program, text)                                                   \
	"Nov 16 10:" at " mx1 postfix/" program "[12]: " text "\n"
#define FROM(at, id, client)                                                   \
	L(at, "smtpd", id ": client=" client)                                  \
	L(at, "qmgr",                                                          \
	    id ": from=<ana@a.example>, size=999, nrcpt=1 (queue active)")
#define TO(at, id, agent, to, relay, rest)                                     \
	L(at, agent,                                                           \
	    id ": to=<" to ">, relay=" relay                                   \
	       ", delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (" rest ")") \
	L(at, "qmgr", id ": removed")
#define BOXES "mail.a.example[203.0.113.5]"

/* Cut nowhere and at every event. */
static void
in_parts(const char *log, void check(const struct tally *tally))
{
	struct story s = {0};

	story_read(&s, str_z(log));
	for (size_t cut = 0; cut <= s.n; cut++) {
		struct join *join = story_join(&s, NULL, &cut, cut > 0);

		check(&join->tally);
		join_free(join);
	}
	story_done(&s);
}

static void
is_inbound(const struct tally *t)
{
	assert_int_equal(t->inbound.messages, 1);
	assert_int_equal(t->inbound.accepted, 1);
	assert_null(tally_find(t, ORIGIN_CLIENT, S("198.51.100.9")));
	assert_true(tally_is_ours(t, S("a.example")));
}

static void
test_mail_for_us(void **state)
{
	(void)state;
	in_parts(FROM("00:00", "3F2AA1", "h[198.51.100.9]")
		     TO("00:01", "3F2AA1", "lmtp", "eva@a.example",
			 BOXES ":7025", "250 2.1.5 Delivery OK"),
	    is_inbound);
}

static void
is_webmail(const struct tally *t)
{
	const struct origin *o =
	    tally_find(t, ORIGIN_NETWORK, S("203.0.113.5"));

	assert_non_null(o);
	assert_int_equal(o->kind, ORIGIN_NETWORK);
	assert_int_equal(o->counts.messages, 1);
	assert_int_equal(o->counts.accepted, 1);
	o = tally_find(t, ORIGIN_CLIENT, S("198.51.100.9"));
	assert_non_null(o);
	assert_int_equal(o->kind, ORIGIN_CLIENT);
}

/* It comes before the first mail for us; somebody else relays, too. */
static void
test_webmail(void **state)
{
	(void)state;
	in_parts(FROM("00:00", "3F2AA1", BOXES) TO("00:01", "3F2AA1", "smtp",
		     "x@b.example", "mx.b.example[192.0.2.25]:25", "250 OK")
		     FROM("00:02", "3F2AA2", "h[198.51.100.9]")
			 TO("00:03", "3F2AA2", "smtp", "y@b.example",
			     "mx.b.example[192.0.2.25]:25", "250 OK")
			     FROM("00:04", "3F2AA3", "h[198.51.100.10]")
				 TO("00:05", "3F2AA3", "lmtp", "eva@a.example",
				     BOXES ":7025", "250 2.1.5 Delivery OK"),
	    is_webmail);
}

static void
is_behind(const struct tally *t)
{
	const struct origin *o =
	    tally_find(t, ORIGIN_NETWORK, S("203.0.113.5"));

	assert_non_null(o);
	assert_int_equal(o->counts.messages, 1);
	/* A message that is cut in two is counted by its origin alone. */
	assert_in_range(t->passed_on.recipients, 24, 25);
	assert_int_equal(t->passed_on.free_mail, 0);
	assert_true(tally_is_ours(t, S("a.example")));
	assert_false(tally_is_ours(t, S("gmail.com")));
	assert_non_null(tally_find(t, ORIGIN_CLIENT, S("198.51.100.9")));
}

#define FIVE(n) IN(n "1") IN(n "2") IN(n "3") IN(n "4") IN(n "5")
#define IN(n)                                                                  \
	FROM(n ":00", "3F2A" n, "h[198.51.100.9]")                             \
	TO(n ":01", "3F2A" n, "smtp", "eva@a.example", BOXES ":25", "250 OK")

/* What all strangers' mail is passed on to by SMTP is a gateway's own. */
static void
test_behind(void **state)
{
	(void)state;
	in_parts(FIVE("1") FIVE("2") FROM("30:00", "3F2AA3", BOXES)
		     TO("30:00", "3F2AA3", "smtp", "x@gmail.com",
			 "mx.b.example[192.0.2.25]:25", "250 OK") FIVE("4")
			 FIVE("5") FIVE("0"),
	    is_behind);
}

static void
is_beside(const struct tally *t)
{
	assert_int_equal(t->mailboxes.n, 0);
	assert_non_null(tally_find(t, ORIGIN_CLIENT, S("203.0.113.5")));
}

/* A few are no evidence. */
static void
test_too_few(void **state)
{
	(void)state;
	in_parts(FIVE("1") FIVE("2") FIVE("4") FROM("30:00", "3F2AA3", BOXES)
		     TO("30:00", "3F2AA3", "smtp", "x@gmail.com",
			 "mx.b.example[192.0.2.25]:25", "250 OK"),
	    is_beside);
}

static void
is_not_ours(const struct tally *t)
{
	assert_false(tally_is_ours(t, S("b.example")));
	assert_int_equal(t->mailboxes.n, 0);
}

/* amavis by LMTP keeps nothing: it hands the message in again. */
static void
test_filter(void **state)
{
	(void)state;
	in_parts(FROM("00:00", "3F2AA1", "h[10.0.0.5]") FROM("00:01", "3F2AA2",
		     "localhost[127.0.0.1]") TO("00:01", "3F2AA1", "lmtp",
		     "x@b.example", "127.0.0.1[127.0.0.1]:10024",
		     "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 "
		     "Ok: queued as 3F2AA2") TO("00:02", "3F2AA2", "smtp",
		     "x@b.example", "mx.b.example[192.0.2.25]:25", "250 OK"),
	    is_not_ours);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mail_for_us),
	    cmocka_unit_test(test_webmail),
	    cmocka_unit_test(test_behind),
	    cmocka_unit_test(test_too_few),
	    cmocka_unit_test(test_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
