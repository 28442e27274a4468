/* SPDX-License-Identifier: ISC */
#include "mail/xml_mend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool
is_known(struct str name)
{
	return name.n == 1 && name.p[0] >= 'a' && name.p[0] <= 'f';
}

static const struct {
	const char *broken, *mended;
} cases[] = {
    {"<a><b>x</b></a>", "<a><b>x</b></a>"},
    {"<?xml version='1.0'?>\n<a/>", "<a></a>"},
    {"<a>1 & 2 &amp; 3 &copy; &#233; &#0;</a>",
	"<a>1 &amp; 2 &amp; 3 &amp;copy; &#233; &amp;#0;</a>"},
    {"<a><b><who@x.example></b></a>", "<a><b>&lt;who@x.example&gt;</b></a>"},
    {"<xs:schema xmlns:xs=\"y\"><a>1</a>", "<a>1</a>"},
    {"<n:a x='1'><n:b>2</n:b></n:a>", "<a><b>2</b></a>"},
    {"<a><b>1</a>", "<a><b>1</b></a>"},
    {"<a><b>1</c></b></a></a>", "<a><b>1</b></a>"},
    {"<a>caf\xe9 \x01</a>", "<a>caf? ?</a>"},
    {"<a><!-- <b> --><b>1</b></a>", "<a><b>1</b></a>"},
    {"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a>&amp;x;</a>"},
    {"<a>1 < 2 <", "<a>1 &lt; 2 &lt;"},
    {"<a><b>1", "<a><b>1"},
    {"", ""},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct str out = xml_mend(&a, str_z(cases[i].broken), is_known);
		struct str kept = str_keep(&a, out);

		assert_string_equal(kept.p, cases[i].mended);
		arena_done(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
