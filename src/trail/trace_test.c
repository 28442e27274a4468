/* SPDX-License-Identifier: ISC */
/* One filtered and forwarded message is found whole, by whatever is known. */
#include "trail/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define L(at, program, text)                                                   \
	"Nov 16 10:" at " mx1 postfix/" program "[12]: " text "\n"

#define PROXIED(at, text)                                                      \
	"Nov 16 10:" at " mx1 postfix/smtps/smtpd[77]: " text "\n"
#define FILTERED(at, id)                                                       \
	L(at, "smtpd", id ": client=localhost[127.0.0.1]")                     \
	L(at, "qmgr", id ": removed")

/* A1 goes through a filter as B1, an alias sends B1 on as C1; A1 is used again
 * by somebody else; D1 is a stranger to all of them. */
static const char log_text[] = L("00:00", "submission/smtpd",
    "3F2AA1: client=h[198.51.100.7], sasl_method=PLAIN, "
    "sasl_username=ana@a.example") L("00:00", "cleanup",
    "3F2AA1: message-id=<one@a.example>") L("00:00", "qmgr",
    "3F2AA1: from=<ana@a.example>, size=9, nrcpt=1 (queue active)") L("00:00",
    "smtpd", "3F2AD1: client=x[203.0.113.9]") L("00:01", "smtpd",
    "3F2AB1: client=localhost[127.0.0.1]") L("00:01", "qmgr",
    "3F2AB1: from=<ana@a.example>, size=9, nrcpt=1 "
    "(queue active)") L("00:01", "smtp",
    "3F2AA1: to=<eva@a.example>, relay=127.0.0.1[127.0.0.1]:10024, "
    "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued "
    "as 3F2AB1)") L("00:01", "qmgr", "3F2AA1: removed") L("00:02", "local",
    "3F2AB1: to=<eva@a.example>, relay=local, delay=1, "
    "delays=0/0/0/1, dsn=2.0.0, status=sent (forwarded as 3F2AC1)")
    L("00:02", "qmgr", "3F2AB1: removed") L("00:02", "qmgr",
	"3F2AC1: from=<ana@a.example>, size=9, nrcpt=1 (queue "
	"active)") L("00:03", "smtp",
	"3F2AC1: to=<eva@b.example>, relay=mx.b.example[192.0.2.25]:25, "
	"delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued "
	"as 3F2AD1)") L("00:03", "qmgr", "3F2AC1: removed")
	L("00:04", "qmgr", "3F2AD1: removed")
	    L("30:00", "pickup", "3F2AA1: uid=1004 from=<bob>")
		L("30:00", "qmgr",
		    "3F2AA1: from=<bob@mx1.example>, size=9, nrcpt=1 (queue "
		    "active)") L("30:01", "qmgr", "3F2AA1: removed")
    /* one process, two mails through a filter */
    PROXIED("40:00",
	"NOQUEUE: client=h[198.51.100.8], "
	"sasl_method=PLAIN, sasl_username=eli@c") FILTERED("40:01", "3F2AE1")
	PROXIED("40:02", "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: "
			 "queued as 3F2AE1; from=<a@c> to=<b@d> proto=ESMTP")
	    PROXIED("41:00", "NOQUEUE: client=h[198.51.100.9], "
			     "sasl_method=PLAIN, sasl_username=leo@c")
		FILTERED("41:01", "3F2AF1")
		    PROXIED("41:02", "proxy-accept: END-OF-MESSAGE: 250 2.0.0 "
				     "Ok: queued as 3F2AF1; from=<a@c> "
				     "to=<b@d> proto=ESMTP");

struct row {
	const char *pattern;
	uint32_t stories;
	size_t events;
	const char *ids[4]; /* of the stories, ends with NULL */
};

static const struct row rows[] = {
    {"one@a.example", 1, 12, {"3F2AA1", "3F2AB1", "3F2AC1"}},
    {"198.51.100.7", 1, 12, {"3F2AA1", "3F2AB1", "3F2AC1"}},
    {"ANA@a.example", 1, 12, {"3F2AA1", "3F2AB1", "3F2AC1"}},
    {"sasl_username=ana", 1, 12, {"3F2AA1", "3F2AB1", "3F2AC1"}},
    {"3f2ab1", 1, 12, {"3F2AA1", "3F2AB1", "3F2AC1"}},
    {"eva@b.example", 1, 12, {"3F2AA1", "3F2AB1", "3F2AC1"}},
    {"uid=1004", 1, 3, {"3F2AA1"}}, /* the id's second life alone */
    {"bob@", 1, 3, {"3F2AA1"}},
    {"203.0.113.9", 1, 2, {"3F2AD1"}}, /* the remote id is another's */
    {"3F2AA1", 2, 15, {"3F2AA1", "3F2AB1", "3F2AC1"}},
    {"eli@c", 1, 4, {"3F2AE1", ""}},
    {"198.51.100.8", 1, 4, {"3F2AE1", ""}},
    {"leo@c", 1, 4, {"3F2AF1", ""}},
    {"3F2AF1", 1, 4, {"3F2AF1", ""}},
    {"nobody@nowhere", 0, 0, {NULL}},
};

static bool
is_listed(const struct row *row, struct str id)
{
	for (size_t i = 0; i < ARRAY_LEN(row->ids); i++)
		if (row->ids[i] != NULL && str_eq(id, str_z(row->ids[i])))
			return true;
	return false;
}

static void
check_trace(const struct row *row, const struct trace *t)
{
	uint32_t story = 0;

	if (t->stories_n != row->stories || t->events_n != row->events)
		fail_msg("'%s': %u stories, %zu lines", row->pattern,
		    t->stories_n, t->events_n);
	assert_false(t->too_many);
	for (size_t i = 0; i < t->events_n; i++) {
		const struct trace_event *e = &t->events[i];
		const struct trace_half *h = &t->halves[e->half];

		if (!is_listed(row, e->event.queue_id))
			fail_msg("'%s': " STR_FMT " is not of it", row->pattern,
			    STR_ARG(e->event.queue_id));
		assert_true(h->wanted);
		assert_true(h->story >= story && h->story < t->stories_n);
		if (i > 0 && h->story == story)
			assert_true(e->event.at >= t->events[i - 1].event.at);
		story = h->story;
	}
}

static void
test_patterns(void **state)
{
	char path[] = "/tmp/trace.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(
	    write(fd, log_text, sizeof(log_text) - 1), sizeof(log_text) - 1);
	assert_int_equal(close(fd), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct source_set set = {0};
		struct reading reading = {.sources = &set,
		    .jobs = 1,
		    .since = WALL_NONE,
		    .until = WALL_NONE};
		struct trace trace;

		assert_true(source_add(&set, str_z(path), SOURCE_MAIL));
		source_order(&set, WALL_NONE, WALL_NONE, WALL_NONE);
		trace_run(&reading, str_z(rows[i].pattern), &trace);
		check_trace(&rows[i], &trace);
		trace_done(&trace);
		reading_done(&reading);
		source_set_done(&set);
	}
	(void)unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
