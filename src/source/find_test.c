/* SPDX-License-Identifier: ISC */
#include "base/fd.h"
#include "source/test_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

/* A line of the time, in a log of everything among others. */
#define MAIL(time)    time " mx1 postfix/smtpd[7]: connect from x[192.0.2.1]\n"
#define DOVECOT(time) time " mx1 dovecot: imap-login: Login: user=<ana>\n"
#define CRON(time)    time " mx1 CRON[7]: (root) CMD (true)\n"

#define EXIM(time) time " 1xWScv-000AmZ-0W Completed\n"

/* As dockerd keeps it; the stamp inside has no year. */
#define DOCKER(day, program)                                                   \
	"{\"log\":\"Mar  " day " 01:00:00 mx1 " program "[7]: connect\\n\","   \
	"\"stream\":\"stdout\",\"time\":\"2026-03-0" day                       \
	"T01:00:00.123456789Z\"}\n"

struct find_row {
	const char *what;
	struct {
		const char *name, *text;
	} files[8];
	const char *want[8]; /* oldest first; by name when equally old */
	const char *gap;     /* part of a sentence, or NULL: no gap */
};

static const struct find_row find_rows[] = {
    {"nothing", {{"etc/hostname", "mx1\n"}}, {NULL}, "no log with a line"},
    {"Debian: the same lines thrice",
	{{"var/log/mail.log", MAIL("2026-03-02T01:00:00Z")},
	    {"var/log/mail.log.1", MAIL("2026-03-01T01:00:00Z")},
	    {"var/log/mail.info", MAIL("2026-03-02T01:00:00Z")},
	    {"var/log/syslog", MAIL("2026-03-02T01:00:00Z")},
	    {"var/log/syslog.1", MAIL("2026-03-01T01:00:00Z")}},
	{"var/log/mail.log.1", "var/log/mail.log"}, NULL},
    {"syslog only",
	{{"var/log/mail.log", ""},
	    {"var/log/syslog",
		CRON("2026-03-02T01:00:00Z") MAIL("2026-03-02T01:00:01Z")}},
	{"var/log/syslog"}, NULL},
    {"a syslog without mail",
	{{"var/log/syslog", CRON("2026-03-02T01:00:00Z")}}, {NULL},
	"no log with a line"},
    {"Red Hat with dates",
	{{"var/log/maillog", MAIL("2026-03-09T01:00:00Z")},
	    {"var/log/maillog-20260308", MAIL("2026-03-02T01:00:00Z")},
	    {"var/log/messages", CRON("2026-03-02T01:00:00Z")}},
	{"var/log/maillog-20260308", "var/log/maillog"}, NULL},
    {"a folder named mail",
	{{"var/log/mail/mail.log", MAIL("2026-03-09T01:00:00Z")}},
	{"var/log/mail/mail.log"}, NULL},
    {"olddir",
	{{"var/log/mail.log", MAIL("2026-03-09T01:00:00Z")},
	    {"var/log/old/mail.log.1", MAIL("2026-03-08T01:00:00Z")}},
	{"var/log/old/mail.log.1", "var/log/mail.log"}, NULL},
    {"gzip was interrupted",
	{{"var/log/mail.log.1", MAIL("2026-03-09T01:00:00Z")},
	    {"var/log/mail.log.1.gz", "\x1f\x8b\x08"}},
	{"var/log/mail.log.1"}, NULL},
    {"a log that nobody writes any more",
	{{"var/log/mail.log", MAIL("2024-03-09T01:00:00Z")},
	    {"var/log/messages", MAIL("2026-03-09T01:00:00Z")}},
	{"var/log/mail.log", "var/log/messages"}, NULL},
    {"an old log that overlaps",
	{{"var/log/mail.log",
	     MAIL("2024-03-09T01:00:00Z") MAIL("2026-02-01T01:00:00Z")},
	    {"var/log/messages",
		MAIL("2026-01-09T01:00:00Z") MAIL("2026-03-09T01:00:00Z")}},
	{"var/log/messages"}, NULL},
    {"instances",
	{{"etc/postfix/main.cf", "multi_instance_directories = /etc/pf-out,\n"
				 "  /opt/three\n"},
	    {"etc/pf-out/main.cf", "maillog_file = /var/log/out.log\n"},
	    {"opt/three/main.cf", "n = 3\nmaillog_file = /srv/log/$n.log\n"},
	    {"etc/postfix-old/main.cf", "maillog_file = /srv/log/old.log\n"},
	    {"var/log/out.log", MAIL("2026-03-03T01:00:00Z")},
	    {"srv/log/3.log.20260305-000000", MAIL("2026-03-04T01:00:00Z")},
	    {"srv/log/old.log", MAIL("2026-03-01T01:00:00Z")},
	    {"var/log/mail.log", DOVECOT("2026-03-05T01:00:00Z")}},
	{"srv/log/old.log", "var/log/out.log", "srv/log/3.log.20260305-000000",
	    "var/log/mail.log"},
	NULL},
    {"a container",
	{{"etc/postfix/main.cf", "maillog_file = /dev/stdout\n"},
	    {"var/log/mail.log", MAIL("2026-03-05T01:00:00Z")}},
	{"var/log/mail.log"}, "writes its log to '/dev/stdout'"},
    {"where rsyslog says",
	{{"etc/rsyslog.conf", "$IncludeConfig /etc/rsyslog.d/*.conf\n"},
	    {"etc/rsyslog.d/50-mail.conf", "mail.* -/srv/log/post\n"},
	    {"srv/log/post", MAIL("2026-03-05T01:00:00Z")},
	    {"srv/log/post.1", MAIL("2026-03-04T01:00:00Z")},
	    {"var/log/mail.log", MAIL("2026-03-05T01:00:00Z")},
	    {"var/log/syslog", MAIL("2026-03-05T01:00:00Z")}},
	{"srv/log/post.1", "srv/log/post"}, NULL},
    {"cPanel: Exim beside Dovecot",
	{{"var/log/exim_mainlog", "2026-03-05 01:00:00 Start queue run\n"},
	    {"var/log/exim_mainlog-20260301",
		"2026-03-01 01:00:00 Start queue run\n"},
	    {"var/log/maillog", DOVECOT("2026-03-05T01:00:01Z")}},
	{"var/log/exim_mainlog-20260301", "var/log/exim_mainlog",
	    "var/log/maillog"},
	NULL},
    {"qmail with multilog",
	{{"var/log/qmail/current", "@4000000069a8d7b41e8e4b34 status: exit\n"},
	    {"var/log/qmail/@4000000069a8d7b41e8e4b34.s",
		"@4000000069a78634000000c4 new msg 7\n"},
	    {"var/log/qmail/lock", ""}, {"var/log/qmail/state", ""},
	    {"var/log/qmail-smtpd/current",
		"@4000000069a8d7b500000000 tcpserver: status: 0/40\n"}},
	{"var/log/qmail/@4000000069a8d7b41e8e4b34.s", "var/log/qmail/current",
	    "var/log/qmail-smtpd/current"},
	NULL},
    {"Exim on Debian, beside a syslog",
	{{"var/log/exim4/mainlog", EXIM("2026-03-05 01:00:00")},
	    {"var/log/exim4/mainlog.1", EXIM("2026-03-04 01:00:00")},
	    {"var/log/exim4/rejectlog", EXIM("2026-03-05 01:00:00")},
	    {"var/log/syslog", CRON("2026-03-05T01:00:00Z")}},
	{"var/log/exim4/mainlog.1", "var/log/exim4/mainlog"}, NULL},
    {"Exim where its configuration says",
	{{"etc/exim.conf", "log_selector = +pid\n"
			   " log_file_path = syslog : /srv/%slog-%D\n"},
	    {"srv/mainlog-20260305", EXIM("2026-03-05 01:00:00")},
	    {"srv/mainlog-20260304", EXIM("2026-03-04 01:00:00")},
	    {"srv/paniclog-20260304", EXIM("2026-03-04 01:00:00")}},
	{"srv/mainlog-20260304", "srv/mainlog-20260305"}, NULL},
    {"containers of Docker: those with mail",
	{{"var/lib/docker/containers/a1/a1-json.log",
	     DOCKER("5", "postfix/smtpd")},
	    {"var/lib/docker/containers/a1/a1-json.log.1",
		DOCKER("4", "postfix/smtpd")},
	    {"var/lib/docker/containers/b2/b2-json.log", DOCKER("5", "CRON")},
	    {"var/log/mail.log", MAIL("2026-03-06T01:00:00Z")}},
	{"var/lib/docker/containers/a1/a1-json.log.1",
	    "var/lib/docker/containers/a1/a1-json.log", "var/log/mail.log"},
	NULL},
    {"a container beside nothing",
	{{"var/log/containers/postfix_default_x.log",
	    "2026-03-05T01:00:00.5Z stdout F " MAIL("2026-03-05T01:00:00Z")}},
	{"var/log/containers/postfix_default_x.log"}, NULL},
    {"a main.cf that names itself",
	{{"etc/postfix/main.cf",
	     "multi_instance_directories = /etc/postfix /etc/postfix/\n"
	     "maillog_file = /var/log/mail.log\n"},
	    {"var/log/mail.log", MAIL("2026-03-05T01:00:00Z")}},
	{"var/log/mail.log"}, NULL},
};

static void
find_logs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(find_rows); i++) {
		const struct find_row *row = &find_rows[i];
		struct source_set set = {0};
		struct test_folder folder;
		size_t n = 0;

		print_message("%s\n", row->what);
		test_folder_make(&folder);
		for (size_t k = 0; k < 8 && row->files[k].name != NULL; k++)
			test_put(&folder, row->files[k].name,
			    str_z(row->files[k].text));
		source_find(&set, str_z(folder.path));
		source_order(
		    &set, WALL_NONE, WALL_NONE, test_time("2026-04-01"));
		for (; n < 8 && row->want[n] != NULL; n++) {
			if (n < set.n && str_eq(str_skip(set.items[n].path,
						    strlen(folder.path) + 1),
					     str_z(row->want[n])))
				continue;
			fail_msg("place %zu of %zu: no '%s'", n, set.n,
			    row->want[n]);
		}
		assert_int_equal(set.n, n);
		assert_int_equal(set.gaps_n, row->gap != NULL);
		if (row->gap != NULL &&
		    strstr(set.gaps[0].err.text, row->gap) == NULL)
			fail_msg("gap: %s", set.gaps[0].err.text);
		source_set_done(&set);
		test_folder_remove(&folder);
	}
}

static void
find_mail_deep_in_syslog(void **state)
{
	static const struct str cron = S0(CRON("2026-03-02T01:00:00Z"));
	static const struct str mail = S0(MAIL("2026-03-02T01:00:00Z"));
	struct fixture *f = *state;
	char *p = arena_alloc(&f->arena, 1 << 20);
	size_t n = 0;

	for (int i = 0; n < 1000000; i++) {
		struct str line = i == 10000 ? mail : cron;

		memcpy(p + n, line.p, line.n);
		n += line.n;
	}
	test_put(&f->folder, "var/log/messages", (struct str){p, n});
	source_find(&f->set, str_z(f->folder.path));
	source_order(&f->set, WALL_NONE, WALL_NONE, test_time("2026-04-01"));
	assert_int_equal(f->set.n, 1);
	assert_int_equal(f->set.gaps_n, 0);
}

/* A kernel without openat2. */
static bool
forget_openat2(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool good = filter != NULL &&
		    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
			SCMP_SYS(openat2), 0) == 0 &&
		    seccomp_load(filter) == 0;

	seccomp_release(filter);
	return good;
}

/* 0 when the logs of the disk are found, and only these. */
static int
below_root_child(const struct fixture *f, bool old_kernel)
{
	const char *want =
	    old_kernel ? "/var/log/mail.log.2" : "/var/log/mail.log";
	struct source_set set = {0};

	if (old_kernel && !forget_openat2())
		return 1;
	source_find(&set, str_z(test_path(&f->folder, "disk/")));
	source_order(&set, WALL_NONE, WALL_NONE, test_time("2026-04-01"));
	if (set.n != (old_kernel ? 1 : 2))
		return 2;
	if (!str_ends(set.items[set.n - 1].path, str_z(want)))
		return 3;
	return set.items[0].first == test_time("2026-03-01T01:00:00Z") ? 0 : 4;
}

/* A link on a mounted disk leads to that disk, never to this machine. */
static void
stay_below_root(void **state)
{
	struct fixture *f = *state;
	int status;

	test_put(&f->folder, "outside.log", S(MAIL("2026-03-03T01:00:00Z")));
	test_put(
	    &f->folder, "disk/data/mail.log", S(MAIL("2026-03-02T01:00:00Z")));
	test_put(&f->folder, "disk/var/log/mail.log.2",
	    S(MAIL("2026-03-01T01:00:00Z")));
	assert_int_equal(symlink("/data/mail.log",
			     test_path(&f->folder, "disk/var/log/mail.log")),
	    0);
	assert_int_equal(symlink("../../../outside.log",
			     test_path(&f->folder, "disk/var/log/mail.log.1")),
	    0);
	assert_int_equal(symlink(test_path(&f->folder, "outside.log"),
			     test_path(&f->folder, "disk/var/log/maillog")),
	    0);
	for (int k = 0; k < 2; k++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(below_root_child(f, k == 1));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static void
refuse_what_is_no_file(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name, *why;
	} rows[] = {
	    {"fifo", "is a named pipe"},
	    {"folder", "is a folder"},
	    {"missing", "No such file"},
	    {"loop", "Too many levels"},
	    {"null", "is a device"},
	};

	assert_int_equal(mkfifo(test_path(&f->folder, "fifo"), 0600), 0);
	test_put(&f->folder, "folder/x", S(""));
	assert_int_equal(symlink("loop", test_path(&f->folder, "loop")), 0);
	assert_int_equal(
	    symlink("/dev/null", test_path(&f->folder, "null")), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_false(source_add(&f->set,
		    str_z(test_path(&f->folder, rows[i].name)), SOURCE_MAIL));
		assert_int_equal(f->set.gaps_n, i + 1);
		if (strstr(f->set.gaps[i].err.text, rows[i].why) == NULL)
			fail_msg(
			    "%s: %s", rows[i].name, f->set.gaps[i].err.text);
	}
	assert_int_equal(f->set.n, 0);
}

static void
take_a_file_once(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"log", "./log", "hard", "soft"};

	test_put(&f->folder, "log", S("x\n"));
	assert_int_equal(
	    link(test_path(&f->folder, "log"), test_path(&f->folder, "hard")),
	    0);
	assert_int_equal(symlink("log", test_path(&f->folder, "soft")), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_true(source_add(&f->set,
		    str_z(test_path(&f->folder, names[i])), SOURCE_MAIL));
	assert_int_equal(f->set.n, 1);
	assert_int_equal(f->set.gaps_n, 0);
}

/* Runs in a child that is nobody. */
static int
denied_child(const struct fixture *f)
{
	struct source_set set = {0};

	if (setgid(65534) != 0 || setuid(65534) != 0)
		return 77;
	source_find(&set, str_z(f->folder.path));
	if (set.n != 0 || set.gaps_n == 0)
		return 1;
	for (size_t i = 0; i < set.gaps_n; i++)
		if (set.gaps[i].err.kind == ERR_DENIED &&
		    strstr(set.gaps[i].err.text, "mail.log") != NULL &&
		    strstr(set.gaps[i].err.hint, "adm") != NULL)
			return 0;
	return 2;
}

static void
tell_what_is_denied(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	if (geteuid() != 0)
		skip();
	test_put(
	    &f->folder, "var/log/mail.log", S(MAIL("2026-03-02T01:00:00Z")));
	assert_int_equal(
	    chmod(test_path(&f->folder, "var/log/mail.log"), 0640), 0);
	pid = fork();
	if (pid == 0)
		_exit(denied_child(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Standard input from a pipe, in a child so that ours stays. */
static int
stdin_child(const struct fixture *f, struct str text)
{
	struct source_set set = {0};
	struct arena arena = {0};
	struct err err;
	int ends[2];
	struct str got;

	if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0 ||
	    setenv("TMPDIR", f->folder.path, 1) != 0)
		return 1;
	if (fork() == 0) {
		size_t n = 0;

		while (n < text.n) {
			ssize_t done = write(ends[1], text.p + n, text.n - n);

			if (done <= 0)
				_exit(1);
			n += (size_t)done;
		}
		_exit(0);
	}
	(void)close(ends[1]);
	if (!source_add(&set, S("-"), SOURCE_MAIL) ||
	    !source_add(&set, S("-"), SOURCE_MAIL) || set.n != 1 ||
	    set.gaps_n != 0)
		return 2;
	got = test_read(&arena, &set.items[0], 0, UINT64_MAX, &err);
	return str_eq(got, text) ? 0 : 3;
}

/* A disk that is full: what was read so far is used, and it is said. */
static int
full_child(const struct fixture *f, struct str text)
{
	struct rlimit limit = {.rlim_cur = 300000, .rlim_max = 300000};
	struct source_set set = {0};
	CLEANUP(fd_close)
	int fd = open(test_path(&f->folder, "in"), O_RDWR | O_CREAT, 0600);

	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n ||
	    lseek(fd, 1, SEEK_SET) != 1 || dup2(fd, STDIN_FILENO) < 0 ||
	    setenv("TMPDIR", f->folder.path, 1) != 0)
		return 1;
	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 2;
	if (!source_add(&set, S("-"), SOURCE_MAIL) || set.gaps_n != 1 ||
	    strstr(set.gaps[0].err.hint, "TMPDIR") == NULL)
		return 3;
	return set.items[0].size == 300000 ? 0 : 4;
}

static void
spool_standard_input(void **state)
{
	struct fixture *f = *state;
	struct str text = test_lines(&f->arena, "2026-03-01", 20000, US_SECOND);
	int status;
	pid_t pid;

	for (int k = 0; k < 2; k++) {
		pid = fork();
		if (pid == 0)
			_exit(k == 0 ? stdin_child(f, text)
				     : full_child(f, text));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(find_logs),
	    TEST(find_mail_deep_in_syslog),
	    TEST(stay_below_root),
	    TEST(refuse_what_is_no_file),
	    TEST(take_a_file_once),
	    TEST(tell_what_is_denied),
	    TEST(spool_standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
