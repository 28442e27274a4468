/* SPDX-License-Identifier: ISC */
#include "source/unwrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define T  "2026-11-26T05:41:16.123456789Z"
#define U  "2026-11-26T05:41:16.123456Z"
#define B  "Nov 26 05:41:17 "
#define PF "mx1 postfix/qmgr[9]: 4Y: from="

static const struct {
	const char *what;
	enum source_wrap wrap;
	const char *text, *want;
} rows[] = {
    {"docker, stamp replaced", WRAP_DOCKER,
	"{\"log\":\"" B PF "\\u003ca@b.example\\u003e, size=1\\n\","
	"\"stream\":\"stdout\",\"time\":\"" T "\"}\n",
	U " " PF "<a@b.example>, size=1\n"},
    {"docker with labels, several lines", WRAP_DOCKER,
	"{\"log\":\"" B PF "a\\n\",\"stream\":\"stdout\",\"attrs\":{\"a\":"
	"\"b\"},\"time\":\"" T "\"}\n{\"log\":\"" B "b\\tc \\\"d\\\" \\\\e\\n\""
	",\"stream\":\"stderr\",\"time\":\"" T "\"}\n",
	U " " PF "a\n" U " b\tc \"d\" \\e\n"},
    {"docker: Exim has stamps of its own", WRAP_DOCKER,
	"{\"log\":\"2026-11-26 05:41:16 1xyz <= a\\n\",\"stream\":\"stdout\","
	"\"time\":\"" T "\"}\n",
	"2026-11-26 05:41:16 1xyz <= a\n"},
    {"docker: no stamp at all", WRAP_DOCKER,
	"{\"log\":\"postfix/master[1]: daemon started\\n\",\"stream\":"
	"\"stdout\",\"time\":\"" T "\"}\n",
	U " - postfix/master[1]: daemon started\n"},
    {"docker: letters, and a line break that is no end", WRAP_DOCKER,
	"{\"log\":\"" B "x \\u00e9 \\u20ac \\ud83d \\u000a y\\n\",\"time\":\"" T
	"\"}\n",
	U " x \xc3\xa9 \xe2\x82\xac ?   y\n"},
    {"docker: cut off", WRAP_DOCKER, "{\"log\":\"" B "x \\u00", B "x ?"},
    {"docker: something else between", WRAP_DOCKER, "x\n\n{\"a\":1}\n",
	"x\n\n{\"a\":1}\n"},
    {"CRI", WRAP_TIMES, T " stdout F " B PF "a\n" T " stderr P x: y\n",
	U " " PF "a\n" U " - x: y\n"},
    {"docker logs -t", WRAP_TIMES, T " " B PF "a\n", U " " PF "a\n"},
    {"two stamps with a year", WRAP_TIMES, T " 2026-11-26T06:41:16+01:00 x\n",
	"2026-11-26T06:41:16+01:00 x\n"},
    {"compose", WRAP_COMPOSE,
	"postfix-mailcow-1  | " B PF "a\nAttaching to x\n",
	B PF "a\nAttaching to x\n"},
    {"compose with times", WRAP_COMPOSE, "smtp-1 | " T " " B PF "a\n",
	U " " PF "a\n"},
    {"grep in several files", WRAP_GREP,
	"/var/log/mail.log.1:" B PF "a: b:c\nmail.log:12:" B PF "a\n" B PF
	"a\n--\nx: y:z\n",
	B PF "a: b:c\n" B PF "a\n" B PF "a\n--\nx: y:z\n"},
    {"grep -n", WRAP_GREP, "7:2026-11-26 05:41:16 1xyz <= a\n7:\n7",
	"2026-11-26 05:41:16 1xyz <= a\n7:\n7"},
};

static void
unwrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char buf[1000];
		size_t n = strlen(rows[i].text);

		memcpy(buf, rows[i].text, n);
		n = unwrap_block(rows[i].wrap, buf, n);
		if (!str_eq((struct str){buf, n}, str_z(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].what, (int)n, buf);
	}
}

static void
know_by_the_first_lines(void **state)
{
	static const struct {
		const char *head;
		enum source_wrap wrap;
	} heads[] = {
	    {"", WRAP_NONE},
	    {B PF "a\n", WRAP_NONE},
	    {U " " PF "a\n", WRAP_NONE},
	    {B "mx1 x: a | b\n", WRAP_NONE},
	    {"2026-11-26 05:41:16 1xyz <= a\n", WRAP_NONE},
	    {"2026-11-26 05:41:16 | x\n", WRAP_NONE},
	    {"{\"log\":\"x\\n\"", WRAP_DOCKER},
	    {"\nwelcome\n{\"log\":\"x\\n\"", WRAP_DOCKER},
	    {T " stdout F x\n", WRAP_TIMES},
	    {T " stdout x: y\n", WRAP_NONE},
	    {T " " B "x\n", WRAP_TIMES},
	    {"a-1 | " B "x\n", WRAP_COMPOSE},
	    {"a-1 | x\na-1 | " T " x\n", WRAP_COMPOSE},
	    {"mail.log:" B "x\n", WRAP_GREP},
	    {"mail log.1:7:" T " x\n", WRAP_GREP},
	    {"12:@400000006919014d075bca00 x\n", WRAP_GREP},
	    {":" B "x\n", WRAP_NONE},
	    {"#Date: " T "\n", WRAP_NONE}, /* Exchange */
	    {"mail.log:7:x\n", WRAP_NONE},
	    {"mail.log:7", WRAP_NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		if (unwrap_find(str_z(heads[i].head)) != heads[i].wrap)
			fail_msg("%s", heads[i].head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unwrap),
	    cmocka_unit_test(know_by_the_first_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
