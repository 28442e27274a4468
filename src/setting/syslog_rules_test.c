/* SPDX-License-Identifier: ISC */
#include "setting/syslog_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define RS "/etc/rsyslog.conf"
#define NG "/etc/syslog-ng/syslog-ng.conf"

static const struct {
	const char *path, *text;
	const char *want; /* "path:line+" ...; + : mail alone */
} rows[] = {
    {RS,
	"# x\nauth,authpriv.*\t/var/log/auth.log\n"
	"*.*;auth,authpriv.none\t-/var/log/syslog\n"
	"mail.*\t\t-/var/log/mail.log\n"
	"mail.err\t/var/log/mail.err\n",
	"/var/log/mail.log:4+ /var/log/syslog:3"},
    {RS,
	"*.info;mail.none;authpriv.none  /var/log/messages\n"
	"mail.*  -/var/log/maillog\n",
	"/var/log/maillog:2+"},
    {"/etc/syslog.conf",
	"mail,news.*\t/var/log/mn\n"
	"mail.*\t@@loghost\n",
	"/var/log/mn:1"},
    {RS,
	"mail.* action(type=\"omfile\" sync=\"off\" "
	"file=\"/srv/mail\")\n",
	"/srv/mail:1+"},
    {RS, "mail.*;mail.!err /a\nmail.=err /b\nmail.warn /c\n", "/a:1+"},
    {RS,
	"if $syslogfacility-text == 'mail' then {\n"
	"  action(type=\"omfile\"\n"
	"  File=\"/srv/mail\")\n}\n"
	"action(type=\"omfile\" file=\"/srv/other\")\n",
	"/srv/mail:3+"},
    {RS,
	"mail.* ?PerHost\nmail.* /srv/%HOSTNAME%/mail\n"
	"mail.* action(dynaFile=\"x\")\n",
	""},
    {RS, "$IncludeConfig " RS "\nmail.* /a\n", "/a:2+"},
    {RS, "kern.* /var/log/kern.log\n.* /b\nmail /c\n", ""},
    {NG,
	"@version: 3.38\n"
	"destination d_mail { file(\"/var/log/mail.log\"); };\n"
	"destination d_sys { file(\"/var/log/syslog\"); };\n"
	"destination d_k { file(\"/var/log/kern.log\"); };\n"
	"filter f_mail { facility(mail) and not filter(f_d); };\n"
	"filter f_k { facility(kern); };\n"
	"log { source(s_src); destination(d_sys); };\n"
	"log { source(s_src); filter(f_k); destination(d_k); };\n"
	"log {\n  source(s_src);\n  filter(f_mail);\n"
	"  destination(d_mail);\n};\n",
	"/var/log/mail.log:9+ /var/log/syslog:7"},
    {NG, "log { filter(f); destination(d\n", ""},
};

static void
find_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena a = {0};
		struct file_text text = {
		    str_z(rows[i].path), str_z(rows[i].text)};
		struct str got = S("");
		struct syslog_rules rules;
		struct files files;

		files_init_texts(&files, &a, &text, 1);
		syslog_rules_find(&files, &rules);
		for (size_t k = 0; k < rules.n; k++)
			got = arena_printf(&a, "%.*s%s%.*s:%u%s", STR_ARG(got),
			    k > 0 ? " " : "", STR_ARG(rules.items[k].path),
			    rules.items[k].line,
			    rules.items[k].mail_only ? "+" : "");
		if (!str_eq(got, str_z(rows[i].want)))
			fail_msg("row %zu: " STR_FMT, i, STR_ARG(got));
		arena_done(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(find_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
