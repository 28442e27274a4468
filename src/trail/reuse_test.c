/* SPDX-License-Identifier: ISC */
/* Queue ids that are used again although the end of the first message is not
 * in the log: what it was stays what it was, wherever the log is cut. */
#include "trail/test_story.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define L(at, program, text)                                                   \
	"Nov 16 10:" at " mx1 postfix/" program "[12]: " text "\n"
#define FROM(at, id, ip)                                                       \
	L(at, "smtpd", id ": client=h[" ip "]")                                \
	L(at, "qmgr",                                                          \
	    id ": from=<s@s.example>, size=999, nrcpt=1 (queue active)")
#define TO(at, id, agent, relay, rest)                                         \
	L(at, agent,                                                           \
	    id ": to=<ana@a.example>, relay=" relay                            \
	       ", delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (" rest ")")
#define MAILBOX(at, id)                                                        \
	TO(at, id, "lmtp", "mx1[private/dovecot-lmtp]", "250 2.0.0 Saved")
#define FILTER(at, id, child)                                                  \
	TO(at, id, "smtp", "127.0.0.1[127.0.0.1]:10024",                       \
	    "250 2.0.0 Ok: queued as " child)
#define REMOVED(at, id) L(at, "qmgr", id ": removed")

/* Both messages are strangers' mail for us. */
static void
two_inbound(const char *first, const char *second)
{
	struct story s = {0};
	size_t cut;

	story_read(&s, str_z(first));
	cut = s.n;
	story_read(&s, str_z(second));
	for (size_t cuts = 0; cuts <= 1; cuts++) {
		struct join *join = story_join(&s, NULL, &cut, cuts);
		const struct tally *t = &join->tally;

		assert_int_equal(t->inbound.messages, 2);
		assert_int_equal(t->inbound.accepted, 2);
		for (uint32_t i = 0; i < t->origins_n; i++)
			assert_int_equal(t->origins[i]->counts.messages, 0);
		join_free(join);
	}
	story_done(&s);
}

static void
test_delivered_here(void **state)
{
	(void)state;
	two_inbound(FROM("00:00", "3F2AA1", "203.0.113.9")
			MAILBOX("00:01", "3F2AA1"),
	    FROM("30:00", "3F2AA1", "203.0.113.10") MAILBOX("30:01", "3F2AA1"));
}

/* Its second half counts in its place, once. */
static void
test_handed_on(void **state)
{
	(void)state;
	two_inbound(FROM("00:00", "3F2AA1", "203.0.113.9")
			FROM("00:01", "3F2AB1", "127.0.0.1")
			    FILTER("00:01", "3F2AA1", "3F2AB1") MAILBOX(
				"00:02", "3F2AB1") REMOVED("00:02", "3F2AB1"),
	    FROM("30:00", "3F2AA1", "203.0.113.10") MAILBOX("30:01", "3F2AA1")
		REMOVED("30:01", "3F2AA1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_delivered_here),
	    cmocka_unit_test(test_handed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
