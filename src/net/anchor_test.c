/* SPDX-License-Identifier: ISC */
#include "net/anchor.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DIGEST "AB12"

static void
test_read(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: it is none */
	} rows[] = {
	    {". DS 20326 8 2 " DIGEST, ". IN DS 20326 8 2 " DIGEST},
	    {"example.org. IN DS 1 13 2 ab12",
		"example.org. IN DS 1 13 2 ab12"},
	    {"example.org.\t3600\tIN\tDS\t1 13 2 AB 12\t",
		"example.org. IN DS 1 13 2 AB12"},
	    {"  a.example 0 in ds 65535 255 255 " DIGEST,
		"a.example. IN DS 65535 255 255 " DIGEST},
	    {"", NULL},
	    {".", NULL},
	    {"a..example DS 1 13 2 " DIGEST, NULL},
	    {"example.org", NULL},
	    {"example.org. IN DNSKEY 257 3 8 AwEAAa", NULL},
	    {"example.org. IN 3600 DS 1 13 2 " DIGEST, NULL},
	    {"example.org. DS 65536 13 2 " DIGEST, NULL},
	    {"example.org. DS 1 256 2 " DIGEST, NULL},
	    {"example.org. DS 1 13 2", NULL},
	    {"example.org. DS 1 13 2 ABC", NULL},
	    {"example.org. DS 1 13 2 XY", NULL},
	    {"example.org. DS -1 13 2 " DIGEST, NULL},
	    {"example.org. DS 1x 13 2 " DIGEST, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct anchor anchor;
		char buf[ANCHOR_TEXT];
		bool good = anchor_parse(str_z(rows[i].in), &anchor);

		assert_int_equal(good, rows[i].out != NULL);
		if (good)
			assert_string_equal(
			    anchor_text(&anchor, buf), rows[i].out);
	}
}

static void
test_long(void **state)
{
	char in[400] = ". DS 1 13 4 ";
	size_t n = strlen(in);
	struct anchor anchor;

	(void)state;
	memset(in + n, 'A', ANCHOR_DIGEST);
	assert_true(anchor_parse(str_z(in), &anchor));
	memset(in + n, 'A', ANCHOR_DIGEST + 2);
	assert_false(anchor_parse(str_z(in), &anchor));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
