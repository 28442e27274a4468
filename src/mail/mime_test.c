/* SPDX-License-Identifier: ISC */
#include "mail/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MULTI(b) "Content-Type: multipart/mixed; boundary=" b "\n\n"

/* What a message becomes: a line per part: depth type [bytes of body]. */
static const struct {
	const char *message, *want;
} cases[] = {
    {"", "0 text/plain []\n"},
    {"A: b\n\nbody\n", "0 text/plain [body\n]\n"},
    {MULTI("x") "pre\n--x\n\none\n--x\nContent-Type: text/html\n\ntwo\n--x--\n"
		"post\n",
	"0 multipart/mixed\n1 text/plain [one]\n1 text/html [two]\n"},
    {"Content-Type: multipart/mixed; boundary=\"x y\"\r\n\r\n--x y\r\n\r\n"
     "one\r\n--x y--\r\n",
	"0 multipart/mixed\n1 text/plain [one]\n"},
    /* blanks behind a boundary (RFC 2046 5.1.1), a longer one inside */
    {MULTI("x") "--x \t\n\none\n--xy\nstill\n--x--",
	"0 multipart/mixed\n1 text/plain [one\n--xy\nstill]\n"},
    /* a boundary that does not begin a line is text */
    {MULTI("x") "--x\n\none --x\n--x--", "0 multipart/mixed\n"
					 "1 text/plain [one --x]\n"},
    /* cut: no last boundary, nothing behind one, no boundary at all */
    {MULTI("x") "--x\n\none\n", "0 multipart/mixed\n"
				"1 text/plain [one\n]!\n"},
    {MULTI("x") "--x\n", "0 multipart/mixed\n"},
    {MULTI("x") "text only", "0 multipart/mixed\n"},
    {"Content-Type: multipart/mixed\n\n--x\n\none\n--x--",
	"0 multipart/mixed\n"},
    /* a multipart in a multipart, whose end is missing */
    {MULTI("x") "--x\n" MULTI("y") "--y\n\none\n--x\n\ntwo\n--x--",
	"0 multipart/mixed\n1 multipart/mixed\n2 text/plain [one]!\n"
	"1 text/plain [two]\n"},
    /* messages in messages */
    {MULTI("x") "--x\nContent-Type: message/rfc822\n\nA: b\n\nin\n--x--",
	"0 multipart/mixed\n1 message/rfc822\n2 text/plain [in]\n"},
    {"Content-Type: multipart/digest; boundary=x\n\n--x\n\nA: b\n\nin\n--x--",
	"0 multipart/digest\n1 message/rfc822\n2 text/plain [in]\n"},
    {MULTI("x") "--x\nContent-Type: message/rfc822\n"
		"Content-Transfer-Encoding: base64\n\nQQ==\n--x--",
	"0 multipart/mixed\n1 message/rfc822\n"},
    /* encodings */
    {"Content-Transfer-Encoding: base64\n\naG9\nsYQ==\nxx",
	"0 text/plain [hola]\n"},
    {"Content-Transfer-Encoding: Quoted-Printable\n\nma=C3=B1=\nana=ZZ =\t\n"
     "fin=",
	"0 text/plain [ma\xc3\xb1"
	"ana=ZZ fin]\n"},
    {"Content-Transfer-Encoding: x-unknown\n\na=41\n",
	"0 text/plain [a=41\n]\n"},
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct mime mime;
		char got[500];
		size_t n = 0;

		mime_parse(str_z(cases[i].message), &mime);
		for (size_t k = 0; k < mime.n; k++) {
			const struct mime_part *part = &mime.parts[k];
			struct str body = mime_body(&a, part, 1000);

			n += (size_t)snprintf(got + n, sizeof(got) - n,
			    "%d " STR_FMT, part->depth, STR_ARG(part->type));
			if (!mime_is_multipart(part) && !mime_is_message(part))
				n += (size_t)snprintf(got + n, sizeof(got) - n,
				    " [" STR_FMT "]%s", STR_ARG(body),
				    part->cut && k > 0 ? "!" : "");
			n += (size_t)snprintf(got + n, sizeof(got) - n, "\n");
		}
		assert_string_equal(got, cases[i].want);
		assert_false(mime.more);
		arena_done(&a);
	}
}

/* As many parts and levels as an attacker likes; the limits are said. */
static void
test_limits(void **state)
{
	static char text[400000];
	struct mime mime;
	size_t n;

	(void)state;
	n = (size_t)snprintf(text, sizeof(text), MULTI("x"));
	while (n + 10 < sizeof(text))
		n += (size_t)snprintf(text + n, sizeof(text) - n, "--x\n\n");
	mime_parse((struct str){text, n}, &mime);
	assert_int_equal(mime.n, MIME_PARTS);
	assert_true(mime.more);

	for (n = 0; n + 100 < sizeof(text);)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "Content-Type: message/rfc822\n\n");
	mime_parse((struct str){text, n}, &mime);
	assert_int_equal(mime.n, MIME_DEPTH);
	assert_true(mime.more);
}

static void
test_max(void **state)
{
	struct arena a = {0};
	struct mime mime;

	(void)state;
	mime_parse(
	    S("Content-Transfer-Encoding: base64\n\naG9sYWhvbGE="), &mime);
	assert_true(str_eq(mime_body(&a, &mime.parts[0], 3), S("hol")));
	mime_parse(S("\nholahola"), &mime);
	assert_true(str_eq(mime_body(&a, &mime.parts[0], 3), S("hol")));
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_max),
	};

	return cmocka_run_group_tests_name("mail/mime", tests, NULL, NULL);
}
