/* SPDX-License-Identifier: ISC */
#include "source/imap_reply.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct feed {
	struct str rest;
	size_t step;
};

static size_t
read_some(void *arg, char *to, size_t n)
{
	struct feed *feed = arg;

	if (n > feed->step)
		n = feed->step;
	if (n > feed->rest.n)
		n = feed->rest.n;
	if (n > 0)
		memcpy(to, feed->rest.p, n);
	feed->rest = str_skip(feed->rest, n);
	return n;
}

/* However the bytes are cut. */
static void
test_stream(void **state)
{
	(void)state;
	for (size_t step = 1; step < 40; step++) {
		struct feed feed = {
		    S("* 2 EXISTS\r\n* 1 FETCH (UID 7 BODY[]<0> {5}\r\n"
		      "a\r\nbc)\r\nA1 OK done\r\n"),
		    step};
		struct imap_in *in = xcalloc(1, sizeof(*in));
		struct str line, bytes;
		uint64_t n, uid, size;
		char body[8];
		size_t got = 0;

		in->read = read_some;
		in->arg = &feed;
		assert_true(imap_line(in, &line));
		assert_true(imap_exists(line, &n));
		assert_int_equal(n, 2);
		assert_true(imap_line(in, &line));
		assert_true(imap_fetch(line, &n, &uid));
		assert_int_equal(n, 1);
		assert_int_equal(uid, 7);
		assert_true(imap_literal(line, &size));
		while ((bytes = imap_bytes(in, &size)).n > 0) {
			memcpy(body + got, bytes.p, bytes.n);
			got += bytes.n;
		}
		assert_int_equal(got, 5);
		assert_memory_equal(body, "a\r\nbc", 5);
		assert_true(imap_line(in, &line));
		assert_true(str_eq(line, S(")")));
		assert_true(imap_line(in, &line));
		assert_true(str_eq(line, S("A1 OK done")));
		assert_false(imap_line(in, &line));
		free(in);
	}
}

static const struct {
	const char *line, *name;
} lists[] = {
    {"* LIST (\\HasNoChildren) \"/\" INBOX", "INBOX"},
    {"* list () \".\" \"Sent Items\"", "Sent Items"},
    {"* LIST (\\Marked) NIL \"a\\\"b\\\\c\"", "a\"b\\c"},
    {"* LIST () \"\\\\\" x", "x"},
    {"* LIST (\\Noselect) \"/\" \"[Gmail]\"", NULL},
    {"* LIST () \"/\" {3}", ""}, /* the name follows */
    {"* LIST () \"/\" {3", NULL},
    {"* LIST () \"/\" \"\"", NULL},
    {"* LIST (", NULL},
    {"* LSUB () \"/\" x", NULL},
    {"", NULL},
};

static void
test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		size_t n = strlen(lists[i].line);
		char *line = xcalloc(1, n + 1);
		struct str name;
		uint64_t literal = 0;

		memcpy(line, lists[i].line, n);
		assert_int_equal(
		    imap_list(line, n, &name, &literal), lists[i].name != NULL);
		if (lists[i].name != NULL)
			assert_true(str_eq(name, str_z(lists[i].name)));
		free(line);
	}
}

static const struct {
	const char *line;
	enum imap_body body;
	const char *text; /* quoted */
	uint64_t size;
} bodies[] = {
    {"* 1 FETCH (UID 7 BODY[]<0> {5}", IMAP_BODY_LITERAL, NULL, 5},
    {"* 1 FETCH (UID 7 body[] {5}", IMAP_BODY_LITERAL, NULL, 5},
    {"* 1 FETCH (BODY[]<0> \"Subject: \\\"x\\\"\" UID 7)", IMAP_BODY_QUOTED,
	"Subject: \"x\"", 0},
    {"* 1 FETCH (UID 7 BODY[] \"\")", IMAP_BODY_QUOTED, "", 0},
    {"* 1 FETCH (UID 7 BODY[] NIL)", IMAP_BODY_NIL, NULL, 0},
    {" UID 7 BODY[]<0> {5}", IMAP_BODY_LITERAL, NULL, 5},
    {"* 1 FETCH (X-LABELS ({5}", IMAP_BODY_NONE, NULL, 0},
    {"* 1 FETCH (UID 7 BODY[]<x> {5}", IMAP_BODY_NONE, NULL, 0},
    {"* 1 FETCH (UID 7 BODY[] {5", IMAP_BODY_NONE, NULL, 0},
    {"* 1 FETCH (UID 7 BODY[]", IMAP_BODY_NONE, NULL, 0},
    {"", IMAP_BODY_NONE, NULL, 0},
};

static void
test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		size_t n = strlen(bodies[i].line);
		char *line = xcalloc(1, n + 1);
		struct str text = {NULL, 0};
		uint64_t size = 0;

		memcpy(line, bodies[i].line, n);
		assert_int_equal(
		    imap_body(line, n, &text, &size), bodies[i].body);
		assert_int_equal(size, bodies[i].size);
		if (bodies[i].text != NULL)
			assert_true(str_eq(text, str_z(bodies[i].text)));
		free(line);
	}
}

static void
test_odd(void **state)
{
	uint64_t n, uid;

	(void)state;
	assert_false(imap_literal(S("* 1 FETCH (BODY[] NIL)"), &n));
	assert_false(imap_literal(S("{}"), &n));
	assert_false(imap_literal(S("{5} x"), &n));
	assert_true(imap_literal(S("~{5+}"), &n));
	assert_true(imap_fetch(S("* 3 fetch (BODY[] {5}"), &n, &uid));
	assert_int_equal(uid, 0);
	assert_false(imap_fetch(S("* 3 EXPUNGE"), &n, &uid));
	assert_false(imap_exists(S("* x EXISTS"), &n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stream),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_bodies),
	    cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
