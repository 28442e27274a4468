/* SPDX-License-Identifier: ISC */
#include "setting/files.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "setting/put_test.h"

static char folder[] = "/tmp/sereno-files.XXXXXX";

static void
put(const char *name, struct str text, mode_t mode)
{
	put_in(folder, name, text, mode);
}

static int
set_up(void **state)
{
	static char big[100000];
	char path[256];

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/sub", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	memset(big, 'x', sizeof(big));
	put("main.cf", S("relayhost =\n"), 0644);
	put("empty", S(""), 0644);
	put("big", (struct str){big, sizeof(big)}, 0644);
	put("sasl_passwd", S("secret"), 0600);
	put("group", S("for a group"), 0640);
	put("shadow", S("root:x"), 0640);
	put("sub/b", S("2"), 0644);
	put("sub/a", S("1"), 0644);
	(void)snprintf(path, sizeof(path), "%s/exe", folder);
	assert_int_equal(symlink("/usr/sbin/master", path), 0);
	(void)snprintf(path, sizeof(path), "%s/out", folder);
	assert_int_equal(symlink("/main.cf", path), 0);
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"main.cf", "empty", "big",
	    "sasl_passwd", "group", "shadow", "sub/a", "sub/b", "exe", "out",
	    "sub", ""};
	char path[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)remove(path);
	}
	return 0;
}

/* What both ways must answer alike. */
static void
questions(struct files *f)
{
	struct str got, name;

	assert_true(files_text(f, S("/main.cf"), &got));
	assert_true(str_eq(got, S("relayhost =\n")));
	assert_true(files_text(f, S("/out"), &got));
	assert_true(str_eq(got, S("relayhost =\n")));
	assert_true(files_text(f, S("/empty"), &got));
	assert_int_equal(got.n, 0);
	assert_true(files_text(f, S("/big"), &got));
	assert_int_equal(got.n, 100000);
	assert_int_equal(got.p[99999], 'x');
	assert_true(files_text(f, S("/group"), &got));
	assert_int_equal(f->gaps_n, 0);

	assert_false(files_text(f, S("/none"), &got));
	assert_false(files_text(f, S("main.cf"), &got));
	assert_false(files_text(f, S(""), &got));
	assert_int_equal(f->gaps_n, 0);
	assert_false(files_try(f, FILE_TEXT, S("/shadow"), &got));
	assert_int_equal(f->gaps_n, 0);
	assert_false(files_text(f, S("/shadow"), &got));
	assert_false(files_text(f, S("/sasl_passwd"), &got));
	assert_false(files_text(f, S("/sub"), &got));
	assert_int_equal(f->gaps_n, 3);
	assert_int_equal(f->gaps[1].error, EACCES);
	assert_true(str_eq(f->gaps[1].path, S("/sasl_passwd")));

	assert_true(files_get(f, FILE_NAMES, S("/sub"), &got));
	name = files_name(&got);
	assert_true(str_eq(name, S("a")));
	name = files_name(&got);
	assert_true(str_eq(name, S("b")));
	assert_int_equal(files_name(&got).n, 0);
	assert_true(files_get(f, FILE_LINK, S("/exe"), &got));
	assert_true(str_eq(got, S("/usr/sbin/master")));
	assert_false(files_try(f, FILE_LINK, S("/main.cf"), &got));
}

static void
read_in_place(void **state)
{
	struct arena a = {0};
	struct place place;
	struct files f;
	struct err err;

	(void)state;
	assert_true(place_open(&place, str_z(folder), &err));
	files_init_place(&f, &a, &place);
	questions(&f);
	place_done(&place);
	arena_done(&a);
}

static void
read_by_another_process(void **state)
{
	struct arena a = {0};
	int ends[2], status;
	struct files f;
	pid_t child;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct place place;
		struct err err;

		close(ends[0]);
		if (!place_open(&place, str_z(folder), &err))
			_exit(2);
		while (files_serve(ends[1], &place))
			;
		_exit(0);
	}
	close(ends[1]);
	files_init_socket(&f, &a, ends[0]);
	questions(&f);
	files_done(&f);
	assert_false(files_text(&f, S("/main.cf"), &(struct str){NULL, 0}));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	arena_done(&a);
}

static void
refuse_nonsense(void **state)
{
	struct place here = {.fd = -1};
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	assert_int_equal(write(ends[0], "x", 1), 1);
	assert_false(files_serve(ends[1], &here));
	close(ends[0]);
	assert_false(files_serve(ends[1], &here));
	close(ends[1]);
}

static void
ask_no_more_than_the_limit(void **state)
{
	struct arena a = {0};
	struct place place;
	struct str got;
	struct files f;
	struct err err;

	(void)state;
	assert_true(place_open(&place, str_z(folder), &err));
	files_init_place(&f, &a, &place);
	for (int i = 0; i < FILES_MAX; i++)
		assert_true(files_text(&f, S("/empty"), &got));
	assert_false(files_text(&f, S("/main.cf"), &got));
	assert_int_equal(f.gaps[0].error, EMFILE);
	place_done(&place);
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(read_in_place),
	    cmocka_unit_test(read_by_another_process),
	    cmocka_unit_test(refuse_nonsense),
	    cmocka_unit_test(ask_no_more_than_the_limit),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
