/* SPDX-License-Identifier: ISC */
#include "source/inner.h"
#include "source/test_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

struct fixture {
	struct test_folder folder;
	struct arena arena;
	struct source_set set;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	assert_int_equal(setenv("TZ", "Europe/Madrid", 1), 0);
	tzset();
	test_folder_make(&f->folder);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	source_set_done(&f->set);
	arena_done(&f->arena);
	test_folder_remove(&f->folder);
	free(f);
	return 0;
}

/* A log of n lines from first on, step apart, and its time. */
struct file {
	const char *name, *first;
	size_t n;
	span_us step;
	const char *mtime;    /* NULL: this moment, as cp leaves it */
	const char *packer;   /* or NULL */
	const char *is_first; /* what must come out; NULL: it is dropped */
};

static void
put_file(struct fixture *f, const struct file *file)
{
	char name[64];

	if (file->name == NULL)
		return;
	(void)snprintf(name, sizeof(name), "%s", file->name);
	if (file->packer != NULL)
		name[strlen(name) - 3] = '\0';
	test_put(&f->folder, name,
	    test_lines(&f->arena, file->first, file->n, file->step));
	if (file->packer != NULL)
		(void)test_pack(&f->folder, name, file->packer, ".gz");
	if (file->mtime != NULL)
		test_touch(&f->folder, file->name, file->mtime);
}

/* Give the files, oldest first, in the order of turn, and expect them back
 * in their own. */
static void
expect_order(struct fixture *f, const struct file *files, size_t n,
    const char *now, size_t turn)
{
	source_set_done(&f->set);
	for (size_t i = 0; i < n; i++) {
		const struct file *file = &files[(i * turn + turn) % n];

		assert_true(source_add(&f->set,
		    str_z(test_path(&f->folder, file->name)), SOURCE_MAIL));
	}
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time(now));
	assert_int_equal(f->set.n, n);
	for (size_t i = 0; i < n; i++) {
		const struct source *s = &f->set.items[i];
		char text[TIME_TEXT] = "none";
		struct str name = str_skip(s->path, strlen(f->folder.path) + 1);

		if (s->first != WALL_NONE)
			(void)time_rfc3339(s->first, text);
		if (s->first != test_time(files[i].is_first) ||
		    !str_eq(name, str_z(files[i].name)))
			fail_msg("place %zu: " STR_FMT " of %s, not %s of %s",
			    i, STR_ARG(name), text, files[i].name,
			    files[i].is_first);
		assert_int_equal(
		    s->year, (int)strtoul(files[i].is_first, NULL, 10));
	}
	assert_int_equal(f->set.gaps_n, 0);
}

static const struct {
	const char *what, *now;
	struct file files[5];
} order_rows[] = {
    {"rotations across New Year", "2026-01-20",
	{{"mail.log.3.gz", "2025-12-14 06:25", 100, US_HOUR, "2025-12-18 10:00",
	     "gzip", "2025-12-14 06:25"},
	    {"mail.log.2.gz", "2025-12-21 06:25", 300, US_HOUR,
		"2026-01-02 18:00", "gzip", "2025-12-21 06:25"},
	    {"mail.log.1", "2026-01-04 06:25", 100, US_HOUR, "2026-01-08 12:00",
		NULL, "2026-01-04 06:25"},
	    {"mail.log", "2026-01-11 06:25", 100, US_HOUR, "2026-01-15 12:00",
		NULL, "2026-01-11 06:25"}}},
    {"copied: all times are of now", "2026-06-20",
	{{"mail.log.2.gz", "2025-06-25", 9, US_DAY, NULL, "gzip", "2025-06-25"},
	    {"mail.log.1", "2025-07-04", 350, US_DAY, NULL, NULL, "2025-07-04"},
	    {"mail.log", "2026-06-19", 20, US_HOUR, NULL, NULL, "2026-06-19"}}},
    {"copied, 60 weeks by number", "2026-06-20",
	{{"mail.log.9.gz", "2024-05-01", 300, US_DAY, NULL, "gzip",
	     "2024-05-01"},
	    {"mail.log.8", "2025-03-01", 300, US_DAY, NULL, NULL, "2025-03-01"},
	    {"mail.log.1", "2026-01-01", 100, US_DAY, NULL, NULL,
		"2026-01-01"}}},
    {"copied, dates in the names", "2026-11-20",
	{{"maillog-20231231.gz", "2023-12-24", 100, US_HOUR, NULL, "gzip",
	     "2023-12-24"},
	    {"maillog-20240107", "2023-12-31", 100, US_HOUR, NULL, NULL,
		"2023-12-31"},
	    {"maillog-20250101", "2024-12-25", 160, US_HOUR, NULL, NULL,
		"2024-12-25"}}},
    {"Postfix's own names", "2026-01-20",
	{{"mail.log.20251230-000000.gz", "2025-12-20", 99, US_HOUR, NULL,
	     "gzip", "2025-12-20"},
	    {"mail.log.20260110-000000", "2025-12-30", 99, US_HOUR, NULL, NULL,
		"2025-12-30"},
	    {"mail.log", "2026-01-10", 99, US_HOUR, NULL, NULL, "2026-01-10"}}},
    {"a copy of last December, alone", "2026-03-01",
	{{"mail.log", "2025-12-10", 100, US_HOUR, NULL, NULL, "2025-12-10"}}},
    {"a copy of this December last year", "2026-12-05",
	{{"mail.log", "2025-12-10", 100, US_HOUR, NULL, NULL, "2025-12-10"}}},
    {"copies of any name that follow each other", "2026-12-20 12:00",
	{{"b", "2025-12-01", 15 * 24, US_HOUR, "2026-12-20 11:00", NULL,
	     "2025-12-01"},
	    {"a", "2025-12-16", 40 * 24, US_HOUR, "2026-12-20 11:00", NULL,
		"2025-12-16"}}},
    {"29 February", "2026-03-20",
	{{"mail.log", "2024-02-29", 20, US_HOUR, NULL, NULL, "2024-02-29"}}},
    {"one line", "2026-03-20",
	{{"mail.log", "2026-03-19", 1, US_HOUR, NULL, NULL, "2026-03-19"}}},
    {"three years in one file", "2026-11-20",
	{{"mail.log", "2023-10-01", 1140, US_DAY, "2026-11-14 00:00", NULL,
	    "2023-10-01"}}},
    {"a time that some tool set to 1970", "2026-11-20",
	{{"mail.log", "2026-10-01", 10, US_DAY, "1970-01-01", NULL,
	    "2026-10-01"}}},
    {"months of copies, times kept", "2030-01-01",
	{{"x", "2020-02-01", 20, US_DAY, "2020-02-20 00:00", NULL,
	     "2020-02-01"},
	    {"y", "2021-01-01", 20, US_DAY, "2021-01-20 00:00", NULL,
		"2021-01-01"}}},
};

static void
order_files(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(order_rows); i++) {
		size_t n = 0;

		print_message("%s\n", order_rows[i].what);
		for (; n < 5 && order_rows[i].files[n].name != NULL; n++)
			put_file(f, &order_rows[i].files[n]);
		/* In any order: with 4 files steps of 2 repeat, so 1 and 3. */
		expect_order(f, order_rows[i].files, n, order_rows[i].now, 1);
		if (n > 1)
			expect_order(f, order_rows[i].files, n,
			    order_rows[i].now, n - 1);
	}
}

/* The clock of a server was set back three days, and on. */
static void
survive_clock_steps(void **state)
{
	struct fixture *f = *state;
	static const char *const firsts[] = {
	    "2026-03-10", "2026-03-07", "2026-03-12"};

	test_put(&f->folder, "mail.log", S(""));
	for (size_t i = 0; i < ARRAY_LEN(firsts); i++)
		test_append(&f->folder, "mail.log",
		    test_lines(&f->arena, firsts[i], 1000, US_MINUTE));
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "mail.log")), SOURCE_MAIL));
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time("2026-03-20"));
	assert_int_equal(f->set.items[0].year, 2026);
	assert_int_equal(f->set.items[0].turns_n, 0);
}

/* A machine without a clock boots in January of 1970. */
static void
survive_a_boot(void **state)
{
	struct fixture *f = *state;

	test_put(&f->folder, "mail.log",
	    S("Jan  1 00:00:05 mx1 postfix/master[1]: daemon started\n"));
	test_append(&f->folder, "mail.log",
	    test_lines(&f->arena, "2026-11-10", 3000, US_MINUTE));
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "mail.log")), SOURCE_MAIL));
	source_order(&f->set, WALL_NONE, test_time("2026-11-30"),
	    test_time("2026-12-20"));
	assert_int_equal(f->set.n, 1);
	assert_int_equal(source_year_at(&f->set.items[0], 100000), 2026);
}

static void
mix_stamps(void **state)
{
	struct fixture *f = *state;

	/* An upgrade to a syslog daemon that writes RFC 3339. */
	test_put(&f->folder, "mail.log",
	    test_lines(&f->arena, "2024-12-30", 100, US_HOUR));
	test_append(&f->folder, "mail.log",
	    S("2025-01-04T00:00:00.000001+01:00 mx1 postfix/qmgr[1]: x\n"));
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "mail.log")), SOURCE_MAIL));
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time("2026-11-20"));
	assert_int_equal(f->set.items[0].year, 2024);
	assert_true(f->set.items[0].first == test_time("2024-12-30"));
	assert_int_equal(f->set.items[0].last,
	    test_time("2025-01-04T00:00:00.000001+01:00"));
}

static void
find_year_turns(void **state)
{
	struct fixture *f = *state;
	struct str text =
	    test_lines(&f->arena, "2023-12-01", 1000 * 24, US_HOUR);
	const struct source *s;

	test_put(&f->folder, "mail.log", text);
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "mail.log")), SOURCE_MAIL));
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time("2026-11-20"));
	s = &f->set.items[0];
	assert_int_equal(s->year, 2023);
	assert_int_equal(s->turns_n, 3);
	for (size_t i = 0; i < s->turns_n; i++) {
		uint64_t at = s->turns[i].at;

		assert_memory_equal(text.p + at, "Jan  1 00:00:00", 15);
		assert_int_equal(source_year_at(s, at), 2024 + (int)i);
		assert_int_equal(source_year_at(s, at - 1), 2023 + (int)i);
	}
}

static void
drop_outside(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *since, *until;
		const char *left; /* digits of the files */
	} rows[] = {
	    {NULL, NULL, "321"},
	    {"2026-03-11 12:00", NULL, "21"},
	    {"2026-03-10", NULL, "321"},
	    {"2027-03-10", NULL, ""},
	    {NULL, "2026-03-11 12:00", "32"},
	    {NULL, "2026-03-01", ""},
	    {"2026-03-12 12:00", "2026-03-12 18:00", "2"},
	};
	static const struct file files[] = {
	    {"m.3.gz", "2026-03-10", 20, US_HOUR, "2026-03-10 20:00", "gzip",
		NULL},
	    {"m.2", "2026-03-11", 47, US_HOUR, "2026-03-12 23:00", NULL, NULL},
	    {"m.1", "2026-03-13", 20, US_HOUR, "2026-03-13 19:00", NULL, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		put_file(f, &files[i]);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		static const struct place here = {.fd = -1};
		char left[8] = "";

		source_set_done(&f->set);
		assert_int_equal(
		    rotations_take(&f->set, &here,
			str_z(test_path(&f->folder, "m")), SOURCE_MAIL, 0),
		    3);
		source_order(&f->set,
		    rows[i].since == NULL ? WALL_NONE
					  : test_time(rows[i].since),
		    rows[i].until == NULL ? WALL_NONE
					  : test_time(rows[i].until),
		    test_time("2026-03-20"));
		for (size_t k = 0; k < f->set.n; k++)
			left[k] =
			    f->set.items[k].path.p[strlen(f->folder.path) + 3];
		assert_string_equal(left, rows[i].left);
	}
}

static void
tell_what_has_no_stamps(void **state)
{
	struct fixture *f = *state;

	test_put(&f->folder, "text", S("hello\nworld\n"));
	test_put(&f->folder, "zeros", S("\0\0\0\0\0\0\n\0\n"));
	test_put(&f->folder, "empty", S(""));
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "text")), SOURCE_MAIL));
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "zeros")), SOURCE_MAIL));
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "empty")), SOURCE_MAIL));
	source_order(&f->set, WALL_NONE, WALL_NONE, WALL_NONE);
	assert_int_equal(f->set.n, 3);
	assert_int_equal(f->set.gaps_n, 2);
	assert_non_null(strstr(f->set.gaps[1].err.text, "binary"));
}

/* NULs of a crash in front: the stamps stand behind them. */
static void
look_behind_nuls(void **state)
{
	struct fixture *f = *state;
	static const char zeros[300 * 1024];

	test_put(&f->folder, "log", (struct str){zeros, sizeof(zeros)});
	test_append(&f->folder, "log",
	    test_lines(&f->arena, "2025-12-31 23:00", 4000, US_SECOND));
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, "log")), SOURCE_MAIL));
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time("2026-02-01"));
	assert_int_equal(f->set.gaps_n, 0);
	assert_int_equal(f->set.items[0].year, 2025);
	assert_int_equal(f->set.items[0].turns_n, 1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(order_files),
	    TEST(survive_clock_steps),
	    TEST(survive_a_boot),
	    TEST(mix_stamps),
	    TEST(find_year_turns),
	    TEST(drop_outside),
	    TEST(tell_what_has_no_stamps),
	    TEST(look_behind_nuls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
