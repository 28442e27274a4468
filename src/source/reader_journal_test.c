/* SPDX-License-Identifier: ISC */
#include "build_config.h"
#include "source/test_folder.h"

#include <errno.h>
#include <seccomp.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MACHINE "var/log/journal/0123456789abcdef0123456789abcdef/"
#define MAKER   "/lib/systemd/systemd-journal-remote"

enum {
	ENTRIES = 3000,
	BEGIN = 1772323200, /* 2026-03-01T00:00:00Z */
	JOURNAL_BYTES = 16 * 1024 * 1024,
};

struct fixture {
	struct test_folder folder;
	struct arena arena;
	struct source_set set;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

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

/* One entry of the export format (systemd.io/JOURNAL_EXPORT_FORMATS). */
static void
put_entry(FILE *out, unsigned i, const char *facility, const char *program,
    const char *message)
{
	uint64_t n = strlen(message);

	(void)fprintf(out,
	    "__REALTIME_TIMESTAMP=%u%06u\n__MONOTONIC_TIMESTAMP=%u\n"
	    "_BOOT_ID=0123456789abcdef0123456789abcdef\n_HOSTNAME=mx1\n"
	    "_PID=%u\nSYSLOG_IDENTIFIER=%s\nSYSLOG_FACILITY=%s\nMESSAGE\n",
	    BEGIN + i, i, 1000000 + i, i + 1, program, facility);
	/* A field of any bytes: its length, little endian, in front. */
	(void)fwrite(&n, sizeof(n), 1, out);
	(void)fprintf(out, "%s\n\n", message);
}

static void
need_maker(void)
{
#ifndef HAVE_JOURNAL
	skip();
#endif
	if (access(MAKER, X_OK) != 0) {
		print_message("systemd-journal-remote is not installed\n");
		skip();
	}
}

/* A journal file of what is in the file "export". */
static void
convert(const struct fixture *f, const char *name)
{
	char in[256], out[300];
	char *argv[] = {(char[]){MAKER}, (char[]){"-o"}, out, in, NULL};
	pid_t pid;
	int status;

	(void)snprintf(in, sizeof(in), "%s", test_path(&f->folder, "export"));
	(void)snprintf(out, sizeof(out), "%s", test_path(&f->folder, name));
	assert_int_equal(
	    posix_spawn(&pid, MAKER, NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Three journal files of the machine; skips when they cannot be made. */
static void
make_journal(const struct fixture *f)
{
	need_maker();
	test_put(&f->folder, MACHINE "x", S(""));
	for (unsigned k = 0; k < 3; k++) {
		char name[128];
		FILE *file = fopen(test_path(&f->folder, "export"), "w");

		assert_non_null(file);
		for (unsigned i = k; i < ENTRIES; i += 3)
			put_entry(file, i, i % 2 == 0 ? "2" : "16",
			    i % 5 == 0 ? "kernel" : "postfix-x/smtpd",
			    i == 7 ? "one\n2026-03-01T00:00:00Z mx1 forged"
				   : "connect");
		assert_int_equal(fclose(file), 0);
		(void)snprintf(
		    name, sizeof(name), MACHINE "system%u.journal", k);
		convert(f, name);
	}
}

/* Of every ten, one is of another facility and no mail program. */
enum {
	WANTED = ENTRIES - ENTRIES / 10
};

static size_t
count_lines(struct str text)
{
	size_t n = 0;

	while (text.n > 0) {
		(void)str_take(&text, '\n');
		n++;
	}
	return n;
}

static void
read_as_lines(void **state)
{
	struct fixture *f = *state;
	const struct source *s;
	struct str text;
	struct err err;

	make_journal(f);
	source_find(&f->set, str_z(f->folder.path));
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time("2026-04-01"));
	assert_int_equal(f->set.gaps_n, 0);
	assert_int_equal(f->set.n, 1);
	s = &f->set.items[0];
	assert_int_equal(s->form, SOURCE_JOURNAL);
	assert_true(s->first == BEGIN * US_SECOND);
	assert_true(s->last == (BEGIN + ENTRIES - 1) * US_SECOND + ENTRIES - 1);
	/* Twice: a reader leaves the files open for the next. */
	for (int k = 0; k < 2; k++) {
		text = test_read(&f->arena, s, 0, UINT64_MAX, &err);
		assert_string_equal(err.text, "");
		assert_int_equal(count_lines(text), WANTED);
	}
	assert_true(str_starts(
	    text, S("2026-03-01T00:00:00.000000Z mx1 kernel[1]: connect\n"
		    "2026-03-01T00:00:01.000001Z mx1 postfix-x/smtpd[2]: "
		    "connect\n")));
	assert_true(
	    str_has(text, S(": one#0122026-03-01T00:00:00Z mx1 forged\n")));
}

static void
keep_to_the_window(void **state)
{
	struct fixture *f = *state;
	wall_us from = (BEGIN + 1000) * US_SECOND;
	struct str text;
	struct err err;

	make_journal(f);
	source_find(&f->set, str_z(f->folder.path));
	source_order(&f->set, from, from + 100 * US_SECOND, WALL_NONE);
	assert_int_equal(f->set.n, 1);
	text = test_read(&f->arena, &f->set.items[0], 0, UINT64_MAX, &err);
	assert_in_range(count_lines(text), 85, 95);
	assert_true(str_starts(text, S("2026-03-01T00:16:40")));
}

static void
prefer_text(void **state)
{
	/* Long ago, and with lines of today. */
	static const char *const nows[] = {"2026-04-01", "2026-03-01 02:00"};
	struct fixture *f = *state;

	make_journal(f);
	test_put(&f->folder, "var/log/mail.log",
	    S("2026-03-01T00:40:00Z mx1 postfix/smtpd[1]: connect\n"));
	for (size_t i = 0; i < ARRAY_LEN(nows); i++) {
		source_set_done(&f->set);
		source_find(&f->set, str_z(f->folder.path));
		source_order(&f->set, WALL_NONE, WALL_NONE, test_time(nows[i]));
		assert_int_equal(f->set.n, 1);
		assert_int_equal(f->set.items[0].form, SOURCE_PLAIN);
	}
}

/* No file can be opened any more, as behind the sandbox. */
static int
confined_child(struct fixture *f)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	static const int calls[] = {SCMP_SYS(open), SCMP_SYS(openat),
	    SCMP_SYS(openat2), SCMP_SYS(socket), SCMP_SYS(connect)};
	struct str text;
	struct err err;
	bool bad = filter == NULL;

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		bad |= seccomp_rule_add(
			   filter, SCMP_ACT_ERRNO(EACCES), calls[i], 0) != 0;
	if (bad || seccomp_load(filter) != 0)
		return 1;
	seccomp_release(filter);
	source_order(&f->set, WALL_NONE, WALL_NONE, WALL_NONE);
	if (f->set.n != 1 || access("/proc/self/exe", F_OK) != 0 ||
	    fopen("/dev/null", "r") != NULL)
		return 2;
	text = test_read(&f->arena, &f->set.items[0], 0, UINT64_MAX, &err);
	return count_lines(text) == WANTED ? 0 : 3;
}

static void
read_confined(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	make_journal(f);
	source_find(&f->set, str_z(f->folder.path));
	assert_int_equal(f->set.n, 1);
	pid = fork();
	if (pid == 0)
		_exit(confined_child(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
survive_damage(void **state)
{
	struct fixture *f = *state;
	static const long places[] = {0, 16, 100, 240, 5000, 70000, 200000};

	make_journal(f);
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		const char *path =
		    test_path(&f->folder, MACHINE "system1.journal");
		FILE *file = fopen(path, "r+");
		struct str text;
		struct err err;

		assert_non_null(file);
		assert_int_equal(fseek(file, places[i], SEEK_SET), 0);
		for (int k = 0; k < 64; k++)
			(void)fputc(0xa5, file);
		assert_int_equal(fclose(file), 0);
		source_set_done(&f->set);
		source_find(&f->set, str_z(f->folder.path));
		source_order(&f->set, WALL_NONE, WALL_NONE, WALL_NONE);
		assert_int_equal(f->set.n, 1);
		text =
		    test_read(&f->arena, &f->set.items[0], 0, UINT64_MAX, &err);
		assert_in_range(
		    count_lines(text), WANTED * 2 / 3, WANTED + ENTRIES);
		/* Its head is gone: two of the three are read. */
		if (i > 0)
			continue;
		assert_int_equal(count_lines(text), WANTED * 2 / 3);
		assert_non_null(strstr(err.text, "1 of 3 files"));
	}
}

/* One file of 1000 entries, all of them mail; returns its bytes up to those that
 * were not used yet. */
static struct str
make_one(struct fixture *f)
{
	char *p = arena_alloc(&f->arena, JOURNAL_BYTES);
	struct str bytes = {p, 0};
	FILE *file;

	test_put(&f->folder, MACHINE "x", S(""));
	file = fopen(test_path(&f->folder, "export"), "w");
	assert_non_null(file);
	for (unsigned i = 0; i < ENTRIES / 3; i++)
		put_entry(file, i, "2", "postfix/smtpd", "connect");
	assert_int_equal(fclose(file), 0);
	convert(f, MACHINE "x.journal");
	file = fopen(test_path(&f->folder, MACHINE "x.journal"), "r");
	assert_non_null(file);
	bytes.n = fread(p, 1, JOURNAL_BYTES, file);
	assert_int_equal(fclose(file), 0);
	while (bytes.n > 0 && bytes.p[bytes.n - 1] == '\0')
		bytes.n--;
	return bytes;
}

/* The same with eight bytes damaged here and there, always the same places. */
static void
put_damaged(const struct fixture *f, struct str bytes, unsigned round)
{
	FILE *file = fopen(test_path(&f->folder, MACHINE "x.journal"), "r+");
	unsigned seed = round * 7919 + 1;

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
	for (int i = 0; i < 20 && round > 0; i++) {
		unsigned at;

		seed = seed * 1103515245 + 12345;
		at = 300 + (seed >> 8) % ((unsigned)bytes.n - 400) / 8 * 8;
		assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
		assert_int_equal(
		    fwrite("\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5", 1, 8, file), 8);
	}
	assert_int_equal(fclose(file), 0);
}

/* The library ends early without a word: that must not be taken for the end. */
static void
say_that_entries_are_missing(void **state)
{
	struct fixture *f = *state;
	struct str bytes;
	size_t cut = 0, told = 0;

	need_maker();
	bytes = make_one(f);
	for (unsigned round = 0; round < 60; round++) {
		struct err err = {0};
		size_t n;

		put_damaged(f, bytes, round);
		source_set_done(&f->set);
		source_find(&f->set, str_z(f->folder.path));
		source_order(&f->set, WALL_NONE, WALL_NONE, WALL_NONE);
		if (f->set.n == 0)
			continue;
		n = count_lines(test_read(
		    &f->arena, &f->set.items[0], 0, UINT64_MAX, &err));
		if (n == ENTRIES / 3)
			continue;
		cut++;
		told += err.kind != ERR_NONE;
	}
	/* Which chains break differs from file to file, and one may be broken
	 * where nothing tells of its other half. */
	assert_true(cut > 0);
	assert_true(told * 2 >= cut);
}

/* Docker's "journald": the identifier is the container's, the message a line
 * of the syslog inside, in its own zone. */
static void
read_containers(void **state)
{
	struct fixture *f = *state;
	struct str text;
	struct err err;

	need_maker();
	test_put(&f->folder, "export",
	    S("__REALTIME_TIMESTAMP=1772323200000001\n_HOSTNAME=host\n"
	      "SYSLOG_IDENTIFIER=0a1b\nCONTAINER_NAME=x-postfix-mailcow-1\n"
	      "MESSAGE=Mar  1 01:00:00 mx1 postfix/smtpd[7]: connect\n\n"
	      "__REALTIME_TIMESTAMP=1772323201000002\n_HOSTNAME=host\n"
	      "SYSLOG_IDENTIFIER=0a1c\nCONTAINER_NAME=web-1\n"
	      "MESSAGE=Mar  1 01:00:00 mx1 postfix/smtpd[7]: forged\n\n"
	      "__REALTIME_TIMESTAMP=1772323202000003\n_HOSTNAME=host\n"
	      "SYSLOG_IDENTIFIER=0a1d\nCONTAINER_NAME=mailu-smtp-1\n"
	      "MESSAGE=postfix/master[1]: started\n\n"));
	test_put(&f->folder, MACHINE "x", S(""));
	convert(f, MACHINE "system.journal");
	source_find(&f->set, str_z(f->folder.path));
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time("2026-04-01"));
	assert_int_equal(f->set.n, 1);
	text = test_read(&f->arena, &f->set.items[0], 0, UINT64_MAX, &err);
	if (!str_eq(text, S("2026-03-01T00:00:00.000001Z mx1 "
			    "postfix/smtpd[7]: connect\n"
			    "2026-03-01T00:00:02.000003Z - "
			    "postfix/master[1]: started\n")))
		fail_msg(STR_FMT, STR_ARG(text));
}

/* --log X.journal, the folder of a machine, or the one above it. */
static void
read_named(void **state)
{
	static const struct {
		const char *paths[3];
		size_t lines;
		bool refused; /* a gap beside it */
	} rows[] = {
	    {{MACHINE "system0.journal", MACHINE "system1.journal",
		 MACHINE "system2.journal"},
		WANTED, false},
	    {{MACHINE "system0.journal", MACHINE "system0.journal", NULL},
		WANTED / 3, false},
	    {{MACHINE, NULL, NULL}, WANTED, false},
	    {{"var/log/journal", MACHINE "system1.journal", NULL}, WANTED,
		false},
	    {{MACHINE "system1.journal", "var/log", NULL}, WANTED / 3, true},
	    {{"var/log", NULL, NULL}, 0, true},
	};
	struct fixture *f = *state;

	make_journal(f);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct source_set set = {0};
		struct err err = {0};

		for (size_t k = 0; k < 3 && rows[i].paths[k] != NULL; k++)
			(void)source_add(&set,
			    str_z(test_path(&f->folder, rows[i].paths[k])),
			    SOURCE_MAIL);
		source_order(
		    &set, WALL_NONE, WALL_NONE, test_time("2026-04-01"));
		assert_int_equal(set.gaps_n, rows[i].refused);
		assert_int_equal(set.n, rows[i].lines > 0);
		if (set.n > 0)
			assert_int_equal(
			    count_lines(test_read(
				&f->arena, &set.items[0], 0, UINT64_MAX, &err)),
			    rows[i].lines);
		source_set_done(&set);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(read_as_lines),
	    TEST(read_named),
	    TEST(read_containers),
	    TEST(say_that_entries_are_missing),
	    TEST(keep_to_the_window),
	    TEST(prefer_text),
	    TEST(read_confined),
	    TEST(survive_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
