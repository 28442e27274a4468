/* SPDX-License-Identifier: ISC */
#include "trail/envelopes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct event
event_for(enum event_kind kind, const char *id)
{
	static const struct line line = {.host = S0("")};
	struct event e = event_of(kind, &line);

	e.queue_id = str_z(id);
	e.endless = true;
	return e;
}

static void
sender(struct envelopes *v, const char *id, struct str from)
{
	struct event e = event_for(EVENT_HANDED, id);

	e.sender = from;
	e.has_sender = true;
	e.account = S("ana@x");
	assert_true(envelopes_fill(v, &e));
}

static void
recipient(struct envelopes *v, const char *id)
{
	struct event e = event_for(EVENT_HANDED, id);

	e.recipient = S("b@y");
	assert_true(envelopes_fill(v, &e));
}

static void
what_comes_in(void **state)
{
	struct envelopes *v = envelopes_new();
	struct event e;

	(void)state;
	sender(v, "1.MAI", S("a@x"));
	sender(v, "2.MAI", S("c@z"));
	recipient(v, "1.MAI");
	recipient(v, "2.MAI");
	recipient(v, "1.MAI");
	e = event_for(EVENT_RECEIVED, "1.MAI");
	assert_true(envelopes_fill(v, &e));
	assert_true(str_eq(e.sender, S("a@x")) && e.has_sender);
	assert_true(str_eq(e.account, S("ana@x")));
	assert_int_equal(e.nrcpt, 2);
	/* once only; and what began before the log stays unknown */
	e = event_for(EVENT_RECEIVED, "1.MAI");
	assert_true(envelopes_fill(v, &e));
	assert_false(e.has_sender);
	envelopes_free(v);
}

/* What the n-th event about the end of the transaction on a socket says. */
static bool
end_of(struct envelopes *v, const char *socket, uint32_t n, struct event *ret)
{
	*ret = event_for(EVENT_DELIVERY, "");
	ret->handle = str_z(socket);
	ret->more = n + 1;
	return envelopes_fill(v, ret);
}

static void
attempt(struct envelopes *v, const char *socket, const char *id, const char *to)
{
	struct event e = event_for(EVENT_ATTEMPT, id);

	e.handle = str_z(socket);
	e.recipient = str_z(to);
	assert_true(envelopes_fill(v, &e));
}

static void
what_goes_out(void **state)
{
	struct envelopes *v = envelopes_new();
	struct event e, other;

	(void)state;
	assert_false(end_of(v, "7", 0, &e));
	attempt(v, "7", "1.MAI", "a@x");
	attempt(v, "8", "2.MAI", "c@z");
	attempt(v, "7", "1.MAI", "b@y");
	assert_true(end_of(v, "7", 0, &e));
	assert_true(end_of(v, "7", 1, &other));
	assert_true(str_eq(e.queue_id, S("1.MAI")));
	assert_true(str_eq(e.recipient, S("a@x"))); /* still */
	assert_true(str_eq(other.recipient, S("b@y")));
	assert_false(end_of(v, "7", 2, &e));
	assert_false(end_of(v, "7", 0, &e)); /* it is told */
	/* the socket's next message: what the last one left is gone */
	attempt(v, "8", "3.MAI", "d@w");
	assert_true(end_of(v, "8", 0, &e));
	assert_true(str_eq(e.queue_id, S("3.MAI")));
	assert_true(str_eq(e.recipient, S("d@w")));
	envelopes_free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_in),
	    cmocka_unit_test(what_goes_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
