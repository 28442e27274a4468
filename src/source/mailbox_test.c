/* SPDX-License-Identifier: ISC */
#include "source/feeder.h"
#include "source/mailbox.h"
#include "source/test_folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FROM "From a@x Sat Nov 21 03:41:00 2026\n"

/* What a file becomes: its messages, each with '|' behind it. */
static const struct {
	const char *file, *want;
} cases[] = {
    {"A: b\n\nbody\n", "A: b\n\nbody\n|"},
    {"", ""},
    {FROM "A: b\n\none\n\n" FROM "A: c\n\ntwo\n", "A: b\n\none\n\n|"
						  "A: c\n\ntwo\n|"},
    {FROM "A: b\n\none\n\n" FROM, "A: b\n\none\n\n|"},
    {FROM, ""},
    /* prose, and a line that is not behind an empty one */
    {FROM "A: b\n\none\n\nFrom here on\n" FROM "two\n",
	"A: b\n\none\n\nFrom here on\n" FROM "two\n|"},
    /* quoted: mboxo, mboxrd */
    {FROM "A: b\n\none\n\n>From x\n>>From y\n> From z\n",
	"A: b\n\none\n\nFrom x\n>From y\n> From z\n|"},
    /* mboxcl2: nothing is quoted, the length tells */
    {FROM "A: b\nContent-Length: 43\n\n\n" FROM "in text\n" FROM
	  "A: c\n\ntwo\n",
	"A: b\nContent-Length: 43\n\n\n" FROM "in text\n|A: c\n\ntwo\n|"},
    /* a length that leads nowhere */
    {FROM "A: b\nContent-Length: 2\n\none\n\n" FROM "A: c\n\ntwo\n",
	"A: b\nContent-Length: 2\n\none\n\n|A: c\n\ntwo\n|"},
    {FROM "A: b\nContent-Length: 99999\n\none\n\n" FROM "A: c\n\ntwo\n",
	"A: b\nContent-Length: 99999\n\none\n\n|A: c\n\ntwo\n|"},
    {"From a@x Sat Nov 21 03:41:00 2026\r\nA: b\r\n\r\none\r\n\r\n"
     "From a@x Sat Nov 21 03:41:00 2026\r\nA: c\r\n\r\n",
	"A: b\r\n\r\none\r\n\r\n|A: c\r\n\r\n|"},
};

static size_t
collect(const struct str *paths, size_t n, char *to, size_t cap)
{
	struct feeder feeder;
	struct mailbox *mailbox;
	struct letter_place place;
	struct str message;
	struct err err;
	size_t used = 0;

	assert_true(feeder_start(&feeder, paths, n, NULL, &err));
	mailbox = mailbox_open_fd(feeder.fd);
	to[0] = '\0';
	while (mailbox_next(mailbox, &message, &place))
		used += (size_t)snprintf(
		    to + used, cap - used, STR_FMT "|", STR_ARG(message));
	mailbox_close(mailbox);
	feeder_stop(&feeder);
	return used;
}

static void
test_forms(void **state)
{
	struct test_folder f;

	(void)state;
	test_folder_make(&f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str path = str_z(test_path(&f, "box"));
		char got[2000];

		test_put(&f, "box", str_z(cases[i].file));
		(void)collect(&path, 1, got, sizeof(got));
		assert_string_equal(got, cases[i].want);
	}
	test_folder_remove(&f);
}

static void
test_folders(void **state)
{
	struct test_folder f;
	struct str path;
	char got[1000];

	(void)state;
	test_folder_make(&f);
	test_put(&f, "M/cur/1", S("S: cur\n"));
	test_put(&f, "M/new/1", S("S: new\n"));
	test_put(&f, "M/tmp/1", S("S: tmp\n"));
	test_put(&f, "M/dovecot.index", S("S: index\n"));
	test_put(&f, "M/.Junk/cur/1", S("S: junk\n"));
	test_put(&f, "M/.Junk/new/x", S("S: junknew\n"));
	path = str_z(test_path(&f, "M"));
	(void)collect(&path, 1, got, sizeof(got));
	assert_non_null(strstr(got, "S: cur\n|"));
	assert_non_null(strstr(got, "S: new\n|"));
	assert_non_null(strstr(got, "S: junk\n|"));
	assert_non_null(strstr(got, "S: junknew\n|"));
	assert_null(strstr(got, "tmp"));
	assert_null(strstr(got, "index"));

	/* a plain folder; links and pipes in it are left alone */
	test_put(&f, "P/a/b.eml", S("S: b\n"));
	test_put(&f, "P/c.mbox", S(FROM "S: c\n\n" FROM "S: d\n"));
	test_put(&f, "secret", S("S: secret\n"));
	assert_int_equal(symlink("../secret", test_path(&f, "P/link")), 0);
	assert_int_equal(mkfifo(test_path(&f, "P/pipe"), 0600), 0);
	path = str_z(test_path(&f, "P"));
	(void)collect(&path, 1, got, sizeof(got));
	assert_non_null(strstr(got, "S: b\n|"));
	assert_non_null(strstr(got, "S: c\n\n|S: d\n|"));
	assert_null(strstr(got, "secret"));
	test_folder_remove(&f);
}

static size_t gaps;

static void
on_gap(void *arg, struct str path, struct str sentence)
{
	(void)arg;
	gaps += path.n > 0 && sentence.n > 0;
}

static void
test_gap(void **state)
{
	struct str path = S("/nonexistent/box");
	struct feeder feeder;
	struct mailbox *mailbox;
	struct letter_place place;
	struct str message;
	struct err err;

	(void)state;
	assert_true(feeder_start(&feeder, &path, 1, NULL, &err));
	mailbox = mailbox_open_fd(feeder.fd);
	mailbox_on_gap(mailbox, on_gap, NULL);
	assert_false(mailbox_next(mailbox, &message, &place));
	assert_int_equal(gaps, 1);
	mailbox_close(mailbox);
	feeder_stop(&feeder);
}

/* A message of any size is kept by its head, and the next is found. */
static void
test_large(void **state)
{
	static const size_t sizes[] = {MAILBOX_MESSAGE - 70,
	    MAILBOX_MESSAGE - 60, MAILBOX_MESSAGE, MAILBOX_MESSAGE + 1,
	    MAILBOX_MESSAGE + 65536, MAILBOX_MESSAGE + 131072 + 500,
	    5 * MAILBOX_MESSAGE + 77};
	char *text = xcalloc(1, 6 * MAILBOX_MESSAGE);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct test_folder f;
		struct str path;
		struct feeder feeder;
		struct mailbox *mailbox;
		struct letter_place place;
		struct str message;
		struct err err;
		size_t n = (size_t)snprintf(text, 100, FROM "A: b\n\n"),
		       head = n;

		for (; n < sizes[i]; n++)
			text[n] = n % 71 == 0 ? '\n' : 'x';
		n += (size_t)snprintf(
		    text + n, 100, "\n\n" FROM "A: c\n\ntwo\n");
		test_folder_make(&f);
		test_put(&f, "box", (struct str){text, n});
		path = str_z(test_path(&f, "box"));
		assert_true(feeder_start(&feeder, &path, 1, NULL, &err));
		mailbox = mailbox_open_fd(feeder.fd);
		assert_true(mailbox_next(mailbox, &message, &place));
		assert_true(str_starts(message, S("A: b\n\nx")));
		assert_int_equal(place.number, 1);
		if (place.cut)
			assert_int_equal(message.n, MAILBOX_MESSAGE);
		else
			assert_int_equal(
			    message.n, sizes[i] + 2 - head + S("A: b\n\n").n);
		assert_true(mailbox_next(mailbox, &message, &place));
		assert_true(str_eq(message, S("A: c\n\ntwo\n")));
		assert_int_equal(place.number, 2);
		assert_false(place.cut);
		assert_false(mailbox_next(mailbox, &message, &place));
		mailbox_close(mailbox);
		feeder_stop(&feeder);
		test_folder_remove(&f);
	}
	free(text);
}

/* None is lost where one window ends and the next begins. */
static void
test_many(void **state)
{
	enum {
		MANY = 5000
	};
	char *text = xcalloc(MANY, 700);
	struct test_folder f;
	struct str path;
	struct feeder feeder;
	struct mailbox *mailbox;
	struct letter_place place;
	struct str message;
	struct err err;
	size_t n = 0, count = 0;

	(void)state;
	for (int i = 0; i < MANY; i++)
		n += (size_t)snprintf(text + n, 700, FROM "N: %d\n\n%*s\n\n", i,
		    100 + i % 500, "x");
	test_folder_make(&f);
	test_put(&f, "box", (struct str){text, n});
	path = str_z(test_path(&f, "box"));
	assert_true(feeder_start(&feeder, &path, 1, NULL, &err));
	mailbox = mailbox_open_fd(feeder.fd);
	for (; mailbox_next(mailbox, &message, &place); count++) {
		char want[20];

		snprintf(want, sizeof(want), "N: %zu\n\n ", count);
		assert_true(str_starts(message, str_z(want)));
	}
	assert_int_equal(count, MANY);
	assert_int_equal(mailbox_consumed(mailbox), n);
	mailbox_close(mailbox);
	feeder_stop(&feeder);
	test_folder_remove(&f);
	free(text);
}

/* While a Maildir is read, its owner reads it, too: messages go from new to
 * cur, and get flags. */
static void
test_maildir_changes(void **state)
{
	enum {
		MESSAGES = 6,
		SIZE = 2 * 1024 * 1024
	};
	struct test_folder f;
	struct feeder feeder;
	struct mailbox *mailbox;
	struct letter_place place;
	struct str message, path;
	struct err err;
	char *text = malloc(SIZE), name[64], to[64];
	size_t count = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', SIZE);
	memcpy(text, "A: b\n\n", 6);
	test_folder_make(&f);
	for (int i = 0; i < 2 * MESSAGES; i++) {
		snprintf(name, sizeof(name), "M/%s/%d.M1.mx1",
		    i % 2 ? "cur" : "new", i);
		test_put(&f, name, (struct str){text, SIZE});
	}
	path = str_z(test_path(&f, "M"));
	assert_true(feeder_start(&feeder, &path, 1, NULL, &err));
	mailbox = mailbox_open_fd(feeder.fd);
	/* then the feeder waits in the one behind it: its pipe is full */
	assert_true(mailbox_next(mailbox, &message, &place));
	for (int i = 0; i < 2 * MESSAGES; i++) {
		char from[300];

		snprintf(name, sizeof(name), "M/%s/%d.M1.mx1",
		    i % 2 ? "cur" : "new", i);
		snprintf(to, sizeof(to), "M/cur/%d.M1.mx1:2,S", i);
		snprintf(from, sizeof(from), "%s", test_path(&f, name));
		assert_int_equal(rename(from, test_path(&f, to)), 0);
	}
	for (count = 1; mailbox_next(mailbox, &message, &place); count++)
		;
	assert_int_equal(count, 2 * MESSAGES);
	mailbox_close(mailbox);
	feeder_stop(&feeder);
	test_folder_remove(&f);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_folders),
	    cmocka_unit_test(test_gap),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_maildir_changes),
	};

	return cmocka_run_group_tests_name("source/mailbox", tests, NULL, NULL);
}
