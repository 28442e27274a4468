/* SPDX-License-Identifier: ISC */
#include "trail/scripts.h"

#include "mail/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* 2026-11-16 10:00:04 UTC */
#define AT 1794823204u

struct php_row {
	const char *line;
	const char *to; /* asked for; NULL: the line is not understood */
	int64_t apart;  /* seconds from AT */
	const char *path;
};

#define PHP "[16-Nov-2026 10:00:04 UTC] mail() on [/w/a.php:12]: To: "

static const struct php_row php_rows[] = {
    {PHP "x@b.example -- Headers: From: s", "x@b.example", 0, "/w/a.php"},
    {PHP "x@b.example -- Headers: From: s", "X@B.example", 3, "/w/a.php"},
    {PHP "x@b.example -- Headers: From: s", "y@b.example", 0, ""},
    {PHP "x@b.example", "x@b.example", 0, "/w/a.php"},
    /* several, with names */
    {PHP "x@b.example, \"Y\" <y@b.example>,z@b.example -- Headers: ",
	"x@b.example", 0, "/w/a.php"},
    {PHP "x@b.example, \"Y\" <y@b.example>,z@b.example -- Headers: ",
	"y@b.example", 0, "/w/a.php"},
    {PHP "x@b.example, \"Y\" <y@b.example>,z@b.example -- Headers: ",
	"z@b.example", 0, "/w/a.php"},
    /* since PHP 7.? the subject follows */
    {PHP "x@b.example -- Headers: From: s -- Subject: hi", "x@b.example", 0,
	"/w/a.php"},
    /* a path with a colon, a blank and brackets */
    {"[16-Nov-2026 10:00:04 UTC] mail() on [/w/a: [b].php:12]: To: "
     "x@b.example -- Headers: ",
	"x@b.example", 0, "/w/a: [b].php"},
    {"[16-Nov-2026 10:00:04 UTC] mail() on [/w/a.php(3) : eval()'d code:1]: "
     "To: x@b.example -- Headers: ",
	"x@b.example", 0, "/w/a.php(3) : eval()'d code"},
    /* other zones: whole quarters of an hour away */
    {"[16-Nov-2026 11:00:04 Europe/Madrid] mail() on [/w/a.php:1]: To: "
     "x@b.example -- Headers: ",
	"x@b.example", 0, "/w/a.php"},
    {"[16-Nov-2026 15:45:04 Asia/Kathmandu] mail() on [/w/a.php:1]: To: "
     "x@b.example -- Headers: ",
	"x@b.example", 2, "/w/a.php"},
    {"[16-Nov-2026 10:07:34 UTC] mail() on [/w/a.php:1]: To: x@b.example -- "
     "Headers: ",
	"x@b.example", 0, "/w/a.php"}, /* pickup was late, or the clock */
    {"[16-Nov-2026 11:07:34 CET] mail() on [/w/a.php:1]: To: x@b.example -- "
     "Headers: ",
	"x@b.example", 0, ""}, /* neither late nor another zone */
    {PHP "x@b.example", "x@b.example", 500, "/w/a.php"},
    {PHP "x@b.example", "x@b.example", 700, ""},
    {PHP "x@b.example", "x@b.example", 3 * 86400, ""},
    /* not of PHP */
    {"", NULL, 0, ""},
    {"mail() on [", NULL, 0, ""},
    {"[16-Nov-2026 10:00:04 UTC] PHP Warning:  x in /w/a.php", NULL, 0, ""},
    {"[16-Foo-2026 10:00:04 UTC] mail() on [/w/a.php:1]: To: x@b.example", NULL,
	0, ""},
    {"[16-Nov-2026 10:00] mail() on [/w/a.php:1]: To: x@b.example", NULL, 0,
	""},
    {"[16-Nov-2026 10:00:04 UTC] mail() on [/w/a.php:1", NULL, 0, ""},
    {"[16-Nov-2026 10:00:04 UTC] mail() on [/w/a.php:1]: Subject: x", NULL, 0,
	""},
};

static void
test_php(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(php_rows); i++) {
		const struct php_row *row = &php_rows[i];
		struct scripts *scripts = scripts_new();
		bool known = scripts_add_php(
		    scripts, str_z(row->line), (struct ref){1, 0});
		struct str path;

		if (known != (row->to != NULL))
			fail_msg("%s: %s", row->line,
			    known ? "was read" : "was not read");
		scripts_ready(scripts);
		path = row->to == NULL
			   ? S("")
			   : scripts_of(scripts, address_hash(str_z(row->to)),
				 (uint32_t)(AT + row->apart));
		if (!str_eq(path, str_z(row->path)))
			fail_msg("%s: '" STR_FMT "', not '%s'", row->line,
			    STR_ARG(path), row->path);
		scripts_free(scripts);
	}
}

/* Of several mails to one address the nearest in time counts. */
static void
test_nearest(void **state)
{
	struct scripts *scripts = scripts_new();
	uint64_t x = address_hash(S("x@b.example"));

	(void)state;
	assert_true(scripts_add_php(scripts,
	    S("[16-Nov-2026 10:05:04 UTC] mail() on [/w/b.php:1]: To: "
	      "x@b.example"),
	    (struct ref){1, 0}));
	assert_true(
	    scripts_add_php(scripts, S(PHP "x@b.example"), (struct ref){1, 1}));
	scripts_ready(scripts);
	assert_true(str_eq(scripts_of(scripts, x, AT + 4), S("/w/a.php")));
	assert_true(str_eq(scripts_of(scripts, x, AT + 298), S("/w/b.php")));
	scripts_free(scripts);
}

struct web_row {
	const char *line;
	const char *path; /* NULL: not understood; "": no POST */
};

static const struct web_row web_rows[] = {
    {"203.0.113.9 - - [16/Nov/2026:10:00:03 +0000] \"POST /x.php HTTP/1.1\" "
     "200 12",
	"/x.php"},
    {"203.0.113.9 - - [16/Nov/2026:11:00:03 +0100] \"POST /x.php?a=b "
     "HTTP/1.1\" 200 12 \"-\" \"curl\"",
	"/x.php"},
    {"203.0.113.9 - - [16/Nov/2026:04:30:03 -0530] \"POST /x.php HTTP/2.0\" "
     "200 12 \"-\" \"curl\"",
	"/x.php"},
    {"www.a.example:443 203.0.113.9 - bob [16/Nov/2026:10:00:03 +0000] "
     "\"POST /x.php HTTP/1.1\" 200 12 \"-\" \"curl\"",
	"/x.php"},
    {"2001:db8::9 - - [16/Nov/2026:10:00:03 +0000] \"POST /x.php HTTP/1.1\" "
     "200 12",
	"/x.php"},
    {"203.0.113.9 - - [16/Nov/2026:10:00:03 +0000] \"GET /x.php HTTP/1.1\" "
     "200 12",
	""},
    {"203.0.113.9 - - [16/Nov/2026:10:00:03 +0000] \"-\" 408 0", ""},
    {"203.0.113.9 - - [16/Nov/2026:10:00:03 +0000] \"\\x16\\x03", ""},
    {"", NULL},
    {"[", NULL},
    {"203.0.113.9 - - [16/Nov/2026", NULL},
    {"203.0.113.9 - - [16/Nov/2026:10:00:03", ""},
    {"[Mon Nov 16 10:00:03 2026] [error] x", NULL},
};

static void
test_web(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(web_rows); i++) {
		const struct web_row *row = &web_rows[i];
		struct scripts *scripts = scripts_new();
		struct tally tally;
		bool known = scripts_add_web(
		    scripts, str_z(row->line), (struct ref){1, 7});

		if (known != (row->path != NULL))
			fail_msg("%s: %s", row->line,
			    known ? "was read" : "was not read");
		scripts_ready(scripts);
		tally_init(&tally);
		scripts_init_posts(scripts, &tally);
		scripts_count_posts(scripts, &tally, AT);
		scripts_count_posts(scripts, &tally, AT + 3);
		if (row->path == NULL || row->path[0] == '\0') {
			assert_int_equal(tally.posts_n, 0);
		} else {
			assert_int_equal(tally.posts_n, 1);
			assert_true(
			    str_eq(tally.posts[0].path, str_z(row->path)));
			assert_int_equal(tally.posts[0].requests, 1);
			assert_int_equal(
			    sketch_count(&tally.posts[0].clients), 1);
			assert_int_equal(tally.posts[0].ref.line, 7);
			/* one second later; four are too many */
			if (tally.posts[0].hits != 1)
				fail_msg("%s: %u hits", row->line,
				    tally.posts[0].hits);
		}
		tally_done(&tally);
		scripts_free(scripts);
	}
}

/* Behind the name of the host comes the client. */
static void
test_web_clients(void **state)
{
	struct scripts *scripts = scripts_new();
	struct tally tally;

	(void)state;
	assert_true(scripts_add_web(scripts,
	    S("a.example:443 203.0.113.9 - - [16/Nov/2026:10:00:03 +0000] "
	      "\"POST /x.php HTTP/1.1\" 200 12"),
	    (struct ref){1, 0}));
	assert_true(scripts_add_web(scripts,
	    S("a.example:443 203.0.113.10 - - [16/Nov/2026:10:00:03 +0000] "
	      "\"POST /x.php HTTP/1.1\" 200 12"),
	    (struct ref){1, 1}));
	scripts_ready(scripts);
	tally_init(&tally);
	scripts_init_posts(scripts, &tally);
	scripts_count_posts(scripts, &tally, AT);
	assert_int_equal(tally.posts[0].hits, 1); /* one mail, once */
	assert_int_equal(sketch_count(&tally.posts[0].clients), 2);
	tally_done(&tally);
	scripts_free(scripts);
}

/* A form that writes to one address all day, its clock in another zone. */
static void
test_one_recipient(void **state)
{
	enum {
		MAILS = 2000,
		EVERY = 43
	};
	struct scripts *s = scripts_new();
	uint64_t to = address_hash(S("x@b.example"));

	(void)state;
	for (int i = 0; i < MAILS; i++) {
		int at = i * EVERY;
		char line[128];
		int n = snprintf(line, sizeof(line),
		    "[16-Nov-2026 %02d:%02d:%02d UTC] mail() on "
		    "[/w/%d.php:12]: To: x@b.example -- Headers: From: s",
		    at / 3600, at / 60 % 60, at % 60, i);

		assert_true(scripts_add_php(
		    s, (struct str){line, (size_t)n}, (struct ref){1, 0}));
	}
	scripts_ready(s);
	for (uint32_t i = 0; i < MAILS; i++) {
		uint32_t at = AT - 36004 + i * EVERY;
		char want[32];

		(void)snprintf(want, sizeof(want), "/w/%u.php", i);
		assert_true(str_eq(scripts_of(s, to, at), str_z(want)));
		/* a second late: before the next */
		assert_true(str_eq(scripts_of(s, to, at + 1), str_z(want)));
	}
	/* Two hours before all of them: by the zone only; and too far. */
	assert_true(scripts_of(s, to, AT - 36004 - 7200).n > 0);
	assert_int_equal(scripts_of(s, to, AT - 36004 - 50401).n, 0);
	assert_int_equal(scripts_of(s, to + 1, AT).n, 0);
	scripts_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_php),
	    cmocka_unit_test(test_nearest),
	    cmocka_unit_test(test_web),
	    cmocka_unit_test(test_web_clients),
	    cmocka_unit_test(test_one_recipient),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
