/* SPDX-License-Identifier: ISC */
/* What stands behind the stamp: host, program, pid, text. */
#include "event/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

struct row {
	const char *raw;
	const char *host, *program;
	uint64_t pid;
	const char *text;
};

static void
same(const char *raw, const char *field, struct str got, const char *want)
{
	if (!str_eq(got, str_z(want)))
		fail_msg("%s\n%s is '" STR_FMT "', not '%s'", raw, field,
		    STR_ARG(got), want);
}

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		struct line_clock clock;
		struct line line;

		line_clock_init(&clock, 2025);
		/* twice: the second time from what the clock remembers */
		for (int again = 0; again < 2; again++) {
			if (!line_split(&clock, str_z(row->raw), &line))
				fail_msg("no stamp: %s", row->raw);
			same(row->raw, "host", line.host, row->host);
			same(row->raw, "program", line.program, row->program);
			same(row->raw, "text", line.text, row->text);
			same(row->raw, "raw", line.raw, row->raw);
			assert_int_equal(line.pid, row->pid);
			assert_int_equal(line.number, 0);
			assert_true(clock.last == line.at);
		}
	}
}

static void
test_syslog(void **state)
{
	static const struct row rows[] = {
	    {"Nov 16 00:04:24 mx1 postfix/smtpd[12]: connect from a[1.2.3.4]",
		"mx1", "postfix/smtpd", 12, "connect from a[1.2.3.4]"},
	    {"2025-11-16T00:04:24.123456+01:00 mx1.example.org "
	     "postfix/submission/smtpd[1234567]: x",
		"mx1.example.org", "postfix/submission/smtpd", 1234567, "x"},
	    {"Nov 16 00:04:24 mx1 kernel: Out of memory (a[b])", "mx1",
		"kernel", 0, "Out of memory (a[b])"},
	    {"Nov 16 00:04:24 192.0.2.1 dovecot: imap-login: Login: x",
		"192.0.2.1", "dovecot", 0, "imap-login: Login: x"},
	    {"Nov 16 00:04:24 2001:db8::1 a/b[7]: text of some length",
		"2001:db8::1", "a/b", 7, "text of some length"},
	    {"Nov 16 00:04:24 2001:db8:: a/b[7]: text of some length",
		"2001:db8::", "a/b", 7, "text of some length"},
	    {"Nov 16 00:04:24 a_very-long.name.of.a.host.in.a.deep.zone.example "
	     "instance-two/custom-service/smtpd[4294967295]: x y",
		"a_very-long.name.of.a.host.in.a.deep.zone.example",
		"instance-two/custom-service/smtpd", 4294967295, "x y"},
	    {"Nov 16 00:04:24 mx1 a[12345678]: x", "mx1", "a", 12345678, "x"},
	    {"Nov 16 00:04:24 mx1 a[1234567]: a long text behind it", "mx1",
		"a", 1234567, "a long text behind it"},
	    /* a few write no colon, or no blank behind it */
	    {"Nov 16 00:04:24 mx1 cron[12] (root) CMD", "mx1", "cron", 12,
		"(root) CMD"},
	    {"Nov 16 00:04:24 mx1 a[7]:", "mx1", "a", 7, ""},
	    {"Nov 16 00:04:24 mx1 a[7]: ", "mx1", "a", 7, ""},
	    {"Nov 16 00:04:24 mx1 a[7]: text\r", "mx1", "a", 7, "text"},
	    /* no host: busybox, Dovecot's and Postfix's own files */
	    {"Nov 16 00:04:24 postfix/smtpd[12]: text", "", "postfix/smtpd", 12,
		"text"},
	    {"Nov 16 00:04:24 imap-login: Info: Login: user=<a>", "",
		"imap-login", 0, "Info: Login: user=<a>"},
	    {"Nov 16 00:04:24 lmtp(ana)<7><x>: Info: text", "", "lmtp", 0,
		"(ana)<7><x>: Info: text"},
	    /* no program */
	    {"Nov 16 00:04:24 mx1 last message repeated 2 times", "mx1", "", 0,
		"last message repeated 2 times"},
	    {"Nov 16 00:04:24 mx1 ", "mx1", "", 0, ""},
	    {"Nov 16 00:04:24 mx1", "mx1", "", 0, ""},
	    {"Nov 16 00:04:24 ", "", "", 0, ""},
	    {"Nov 16 00:04:24 mx1 a[x]: text", "mx1", "", 0, "a[x]: text"},
	    {"Nov 16 00:04:24 mx1 a[12: text", "mx1", "", 0, "a[12: text"},
	    {"Nov 16 00:04:24 mx1 a[12]x: text", "mx1", "", 0, "a[12]x: text"},
	    {"Nov 16 00:04:24 mx1 [12]: some more text", "mx1", "", 0,
		"[12]: some more text"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
test_facility(void **state)
{
	static const struct row rows[] = {
	    /* with facility and priority: busybox, FreeBSD, AIX, templates */
	    {"Nov 16 00:04:24 mx1 mail.info postfix/smtpd[12]: text", "mx1",
		"postfix/smtpd", 12, "text"},
	    {"Nov 16 00:04:24 mx1 mail:info postfix/smtpd[12]: text", "mx1",
		"postfix/smtpd", 12, "text"},
	    {"Nov 16 00:04:24 mx1 local0.warn a: text", "mx1", "a", 0, "text"},
	    {"Nov 16 00:04:24 <mail.info> mx1 postfix/smtpd[12]: text", "mx1",
		"postfix/smtpd", 12, "text"},
	    {"Nov 16 00:04:24 <2.6> mx1 postfix/smtpd[12]: text", "mx1",
		"postfix/smtpd", 12, "text"},
	    {"2025-11-16T00:04:24Z mail.info mx1 postfix/smtpd[12]: text",
		"mx1", "postfix/smtpd", 12, "text"},
	    /* mail.info is a name that a host may have */
	    {"Nov 16 00:04:24 mail.info postfix/smtpd[12]: text", "mail.info",
		"postfix/smtpd", 12, "text"},
	    {"Nov 16 00:04:24 mail.info last message repeated: 2", "mail.info",
		"", 0, "last message repeated: 2"},
	    {"Nov 16 00:04:24 mx1 a.b.c d[1]: text", "mx1", "", 0,
		"a.b.c d[1]: text"},
	    {"Nov 16 00:04:24 mx1 .info d[1]: text", "mx1", "", 0,
		".info d[1]: text"},
	    {"Nov 16 00:04:24 <mail.info> ", "<mail.info>", "", 0, ""},
	    {"Nov 16 00:04:24 <", "<", "", 0, ""},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
test_others(void **state)
{
	static const struct row rows[] = {
	    /* RFC 5424 */
	    {"<22>1 2025-11-16T00:04:24Z mx1 postfix/smtpd 12 - - text", "mx1",
		"postfix/smtpd", 12, "text"},
	    {"<22>1 2025-11-16T00:04:24Z - - - - - text", "", "", 0, "text"},
	    {"<22>1 2025-11-16T00:04:24Z mx1 a 7 ID [x@1 a=\"] \\\" [\"][y] "
	     "\xef\xbb\xbftext",
		"mx1", "a", 7, "text"},
	    {"<22>1 2025-11-16T00:04:24Z mx1 a x - - text", "mx1", "a", 0,
		"text"},
	    {"<22>1 2025-11-16T00:04:24Z mx1", "mx1", "", 0, ""},
	    {"<22>Nov 16 00:04:24 mx1 a[7]: text", "mx1", "a", 7, "text"},
	    /* containers */
	    {"postfix-1  | Nov 16 00:04:24 mx1 a[7]: text", "mx1", "a", 7,
		"text"},
	    {"2025-11-16T00:04:24.123456789Z Nov 16 00:04:23 mx1 a[7]: text",
		"mx1", "a", 7, "text"},
	    {"2025-11-16T00:04:24.123456789Z 2025-11-16T00:04:23Z mx1 a[7]: x",
		"mx1", "a", 7, "x"},
	    {"2025-11-16T00:04:24.123456789Z stdout F Nov 16 00:04:23 mx1 "
	     "a[7]: text",
		"mx1", "a", 7, "text"},
	    {"2025-11-16T00:04:24.123456+01:00 Nov 16 00:04:23 mx1 a[7]: text",
		"mx1", "a", 7, "text"},
	    /* pasted; syslog-ng */
	    {"    Nov 16 00:04:24 mx1 a[7]: text", "mx1", "a", 7, "text"},
	    {"1763251464 mx1 a[7]: text", "mx1", "a", 7, "text"},
	    /* journalctl */
	    {"Sun 2025-11-16 00:04:24 UTC mx1 a[7]: text", "mx1", "a", 7,
		"text"},
	    {"1763251464.123456 mx1 a[7]: text", "mx1", "a", 7, "text"},
	    {"2025-11-16T00:04:24+0100 mx1 a[7]: text", "mx1", "a", 7, "text"},
	    /* hosts that look like the begin of a stamp */
	    {"Nov 16 00:04:24 Sun a[7]: a text that is long", "Sun", "a", 7,
		"a text that is long"},
	    {"Nov 16 00:04:24 Nov a[7]: a text that is long", "Nov", "a", 7,
		"a text that is long"},
	    {"Nov 16 00:04:24 2025-11-16 a[7]: a text that is long",
		"2025-11-16", "a", 7, "a text that is long"},
	    {"Nov 16 00:04:24 stdout F[7]: a text that is long", "stdout", "F",
		7, "a text that is long"},
	};

	(void)state;
	check(rows, ARRAY_LEN(rows));
}

static void
test_no_stamp(void **state)
{
	static const char *const lines[] = {"", " ", "text", "\tat Some.where",
	    "2025-11-16 a line of some other program", "Nov 16 00:04:24x mx1",
	    "Nov 16 00:04:24", "2025-11-16T00:04:24Z",
	    "mail.log:Nov 16 00:04:24 mx1 a[7]: text"};
	struct line_clock clock;
	struct line line;

	(void)state;
	line_clock_init(&clock, 2025);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct str raw = str_z(lines[i]);

		if (line_split(&clock, raw, &line))
			fail_msg("%s", lines[i]);
		assert_true(str_eq(line.raw, raw));
		assert_true(line.at == WALL_NONE && line.text.n == 0);
	}
	assert_true(clock.last == WALL_NONE);
}

/* Lines that begin alike. */
static const char *const alike[] = {
    "Nov 16 00:04:24 mx1 postfix/smtpd[12]: a text of some length",
    "Nov 16 00:04:24 mx1 postfix/smtpd[1234567]: other text than it",
    "Nov 16 00:04:24 mx12 postfix/smtpd[12]: a text of some length",
    "Nov 16 00:04:24 mx1 dovecot: auth: a text of some length",
    "Nov 16 00:04:24 mx1 dovecot:auth: a text of some length",
    "Nov 16 00:04:24 mx1 : auth: a text of some length and more",
    "Nov 16 00:04:24 mx1 2025-11-16T00:04:25Z a[12]: some text",
    "Nov 16 00:04:24 2025-11-16 00:04:25 mx1: a text of some length",
    "Nov 16 00:04:24 mx1: postfix/smtpd[12]: a text of some length",
    "Nov 16 00:04:24 2025 mx1 postfix/smtpd[12]: text of some length",
    "Nov 16 00:04:24 2025 Nov 16 00:04:24 a[12]: text of some length",
    "Nov 16 00:04:24 Nov postfix/smtpd[12]: a text of some length",
    "Nov 16 00:04:24 Nov 16 00:04:25 mx1 a[12]: a text of some length",
    "Nov 16 00:04:24 2025-11-16 a/b[12]: a text of some length",
    "Nov 16 00:04:24 2025-11-16T00:04:25Z mx1 a[12]: text and more",
    "Nov 16 00:04:24 stdout F[12]: a text of some length and more",
    "Nov 16 00:04:24 stdout F Nov 16 00:04:25 mx1 a[12]: some text",
    "Nov 16 00:04:24 1763251464 a[1]: a text of some length and more",
    "Nov 16 00:04:24 1763251464.123456 mx1 a[1]: text of some length",
    "Nov 16 00:04:25 mx1 postfix/smtpd[12]: a text of some length",
    "Nov 16 01:04:24 mx1 postfix/smtpd[12]: a text of some length",
    "Nov 16 00:04:24 mx1 postfix/smtpd[12]:a text of some length",
    "Nov 16 00:04:24 mx1 postfix/smtpd[12] a text of some length: x",
    "Nov 16 00:04:24 mx1 postfix/smtpd [12]: a text of some length",
    "Nov 16 00:04:24 mx1 postfix:smtpd[12]: a text of some length",
    "Nov 16 00:04:24 mx1 postfix/smtpd[12]: x",
    "Nov 16 00:04:24 mx1 a/postfix/smtpd[12]: text of some length",
    "Nov 16 00:04:24 mx1 postfix/a123456789/smtpd[11]: 30 bytes of it",
    "Nov 16 00:04:24 mx1 postfix/a123456789/smtpd[111]: 31 bytes of it",
    "Nov 16 00:04:24 mx1 postfix/a123456789/smtpd[1111]: 32 bytes of it",
    "Nov 16 00:04:24 mx1 postfix/a123456789/smtpd[11111]: 33 of text",
    "Nov 16 00:04:24 mx1 postfix/a123456789/smtpd[111111]: 34 of text",
    "Nov 16 00:04:24 mx1 postfix/a1234567890123/smtpd[111]: 35 of text",
    "Nov 16 00:04:24 mx1 postfix/a1234567890123/smtpd[1111]: 36 of it",
    "Nov 16 00:04:24 mx1 postfix/a1234567890123/smtpd[1111111]: 39",
    "Nov 16 00:04:24 mx1 postfix/a12345678901234/smtpd[1111111]: 40",
    "Nov 16 00:04:24 mx1 postfix/a123456789012345/smtpd[1111111]: 41",
    "Nov 16 00:04:24 mx1 postfix/a12345678901234567890/smtpd[11]: text",
    "Nov 16 00:04:24 mx1 postfix/submission/smtpd[1111111]: a text",
    "Nov 16 00:04:24 mx1 postfix/submission/smtpd[11111]: a text",
    "Nov 16 00:04:24 mx1 a[1]: a text of some length and some more",
    "Nov 16 00:04:24 mx1 a[1]:  a text of some length and some more",
    "Nov 16 00:04:24 mx1.a.long.name.of.it postfix/smtpd[12]: a text",
    "2025-11-16T00:04:24.123456+01:00 mx1 a/b[12]: text of some length",
};

/* What the clock keeps of one line must not show in the next, which may begin
 * with the same bytes and go on otherwise. */
static void
test_behind_another(void **state)
{
	struct line_clock clock, fresh;
	struct line line, want;
	struct line_tags tags;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(alike); i++)
		for (size_t k = 0; k < ARRAY_LEN(alike); k++) {
			memset(&tags, 0, sizeof(tags));
			line_clock_init(&clock, 2025);
			line_clock_init(&fresh, 2025);
			clock.tags = &tags;
			assert_true(line_split(&clock, str_z(alike[i]), &line));
			(void)line_split(&clock, str_z(alike[i]), &line);
			tags.at[line.tag].known = line.program.p;
			assert_true(line_split(&clock, str_z(alike[k]), &line));
			assert_true(line.tag == 0 || i != k ||
				    tags.at[line.tag].known == line.program.p);
			if (line.tag != 0 && tags.at[line.tag].known != NULL &&
			    !str_eq(line.program,
				(struct str){
				    tags.at[line.tag].known, line.program.n}))
				fail_msg(
				    "%s\nis known as\n%s", alike[k], alike[i]);
			assert_true(line_split(&fresh, str_z(alike[k]), &want));
			if (line.at != want.at || line.pid != want.pid ||
			    !str_eq(line.host, want.host) ||
			    !str_eq(line.program, want.program) ||
			    !str_eq(line.text, want.text))
				fail_msg("%s\nis read otherwise behind\n%s",
				    alike[k], alike[i]);
		}
}

/* As many processes as it takes for some to have the same number. */
static void
test_tags(void **state)
{
	static const char *const programs[] = {
	    "postfix/smtpd", "postfix/cleanup", "pop3", "imap-login"};
	struct line_tags tags = {0};
	struct line_clock clock;
	struct line line;
	char text[100];
	size_t kept = 0;

	(void)state;
	line_clock_init(&clock, 2025);
	clock.tags = &tags;
	for (size_t i = 0; i < 3000; i++) {
		const char *program = programs[i % ARRAY_LEN(programs)];
		unsigned pid = (unsigned)(i * i % 701 + 1);

		(void)snprintf(text, sizeof(text),
		    "Nov 16 00:04:24 mx1 %s[%u]: a text of some length",
		    program, pid);
		assert_true(line_split(&clock, str_z(text), &line));
		same(text, "program", line.program, program);
		same(text, "text", line.text, "a text of some length");
		assert_int_equal(line.pid, pid);
		if (line.tag == 0)
			continue;
		assert_true(tags.at[line.tag].known == NULL ||
			    tags.at[line.tag].known == program);
		tags.at[line.tag].known = program;
		kept++;
	}
	assert_true(kept > 2000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_behind_another),
	    cmocka_unit_test(test_tags),
	    cmocka_unit_test(test_syslog),
	    cmocka_unit_test(test_facility),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_no_stamp),
	};

	(void)setenv("TZ", "Europe/Madrid", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
