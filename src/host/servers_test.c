/* SPDX-License-Identifier: ISC */
#include "host/servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
	const char *what;
	struct {
		const char *path, *text;
	} files[6];
	bool live;
	const char *want; /* "name version: why; why", a '\n' between */
};

static const struct row rows[] = {
    {"nothing", {{"/etc/hosts", ""}}, true, ""},
    {"Debian's Postfix and Dovecot",
	{{"/etc/postfix/main.cf", ""}, {"/etc/dovecot/dovecot.conf", ""},
	    {"/var/spool/postfix/pid/master.pid", "         812\n"},
	    {"/proc/812/comm", "master\n"},
	    {"/var/lib/dpkg/status",
		"Package: postfix\nStatus: install ok installed\n"
		"Version: 3.7.11-0+deb12u1\n\n"
		"Package: dovecot-core\nStatus: deinstall ok config-files\n"
		"Version: 1:2.3.19.1+dfsg1-2.1\n\n"
		"Package: opensmtpd\nStatus: install ok installed\n"
		"Version: 6.8.0p2-4\n"}},
	true,
	"Postfix 3.7.11: /etc/postfix/main.cf is there; it runs as process "
	"812\nDovecot : /etc/dovecot/dovecot.conf is there"},
    {"the pid is another's now",
	{{"/etc/exim.conf", ""}, {"/var/run/exim.pid", "7\n"},
	    {"/proc/7/comm", "bash\n"}},
	true, "Exim : /etc/exim.conf is there"},
    {"another disk has no processes",
	{{"/etc/exim.conf", ""}, {"/var/run/exim.pid", "7\n"},
	    {"/proc/7/comm", "exim\n"}},
	false, "Exim : /etc/exim.conf is there"},
    {"panels",
	{{"/usr/local/psa/version", "18.0.57 Debian 12.0 1800231"},
	    {"/usr/local/cpanel/version", "11.110.0.12\n"},
	    {"/etc/iredmail-release", "1.6.8 MARIADB edition.\n"},
	    {"/usr/local/hestia/conf/hestia.conf",
		"MAIL_SYSTEM='exim4'\nVERSION='1.8.11'\n"},
	    {"/usr/local/CyberCP/version.txt",
		"{\"version\":\"2.3\",\"build\":9}"},
	    {"/usr/local/vesta/conf/vesta.conf", "x\x1b[1m"}},
	false,
	"Plesk 18.0.57: /usr/local/psa/version is there\n"
	"cPanel 11.110.0.12: /usr/local/cpanel/version is there\n"
	"iRedMail 1.6.8: /etc/iredmail-release is there\n"
	"HestiaCP 1.8.11: /usr/local/hestia/conf/hestia.conf is there\n"
	"VestaCP : /usr/local/vesta/conf/vesta.conf is there\n"
	"CyberPanel 2.3: /usr/local/CyberCP/version.txt is there"},
};

static struct str
line_of(struct arena *a, const struct server *s)
{
	struct str line = arena_printf(
	    a, "%.*s %.*s:", STR_ARG(s->name), STR_ARG(s->version));

	for (size_t i = 0; i < s->why_n; i++)
		line = arena_printf(a, "%.*s%s %.*s", STR_ARG(line),
		    i > 0 ? ";" : "", STR_ARG(s->why[i]));
	return line;
}

static void
find_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena a = {0};
		struct servers *servers = arena_alloc(&a, sizeof(*servers));
		struct file_text texts[6];
		struct files files;
		struct str got = S("");
		size_t n = 0;

		for (; n < 6 && rows[i].files[n].path != NULL; n++)
			texts[n] =
			    (struct file_text){str_z(rows[i].files[n].path),
				str_z(rows[i].files[n].text)};
		files_init_texts(&files, &a, texts, n);
		servers_find(servers, &files, S(""), rows[i].live);
		for (size_t k = 0; k < servers->n; k++)
			got = arena_printf(&a, "%.*s%s%.*s", STR_ARG(got),
			    k > 0 ? "\n" : "",
			    STR_ARG(line_of(&a, &servers->items[k])));
		if (!str_eq(got, str_z(rows[i].want)))
			fail_msg("%s: " STR_FMT, rows[i].what, STR_ARG(got));
		arena_done(&a);
	}
}

static void
add_what_only_a_log_tells(void **state)
{
	struct arena a = {0};
	struct servers *servers = arena_alloc(&a, sizeof(*servers));
	struct server *one = servers_of(servers, &a, S("exim"));

	(void)state;
	assert_true(str_eq(one->name, S("Exim")));
	assert_ptr_equal(servers_of(servers, &a, S("exim")), one);
	assert_true(str_eq(
	    servers_of(servers, &a, S("newcomer"))->name, S("newcomer")));
	for (int i = 0; i < 100; i++)
		(void)servers_of(servers, &a, arena_printf(&a, "x%d", i));
	assert_int_equal(servers->n, SERVERS_MAX);
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(find_servers),
	    cmocka_unit_test(add_what_only_a_log_tells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
