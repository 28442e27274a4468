/* SPDX-License-Identifier: ISC */
#include "mail/html_text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *html, *want;
} cases[] = {
    {"", ""},
    {"plain", "plain"},
    {"<p>to <b>bob@x.example</b>:<br>no", "\nto bob@x.example:\nno"},
    {"&lt;a@b&gt; &amp;amp; &quot;x&quot;&nbsp;&eacute;",
	"<a@b> &amp; \"x\" &eacute;"},
    {"a<STYLE type=x>p > q {}</style >b<script>1<2</script>c", "abc"},
    {"a<style>never closed", "a"},
    {"a<b", "a"},
    {"a<", "a"},
    {"a<!-- x -->b", "ab"},
};

static void
test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena a = {0};
		struct str got = html_text(&a, str_z(cases[i].html));

		if (!str_eq(got, str_z(cases[i].want)))
			fail_msg("'%.*s'", STR_ARG(got));
		arena_done(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("mail/html_text", tests, NULL, NULL);
}
