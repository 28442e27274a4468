/* SPDX-License-Identifier: ISC */
#include "check/dkim_keys.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *text, *name, *record;
	size_t n;
} cases[] = {
    {"m._domainkey.x.example v=DKIM1; p=AA\n", "m._domainkey.x.example",
	"v=DKIM1; p=AA", 1},
    {"# a comment\n\nm._domainkey.x.example.\tp=AA", "m._domainkey.x.example",
	"p=AA", 1},
    /* as opendkim-genkey writes it */
    {"mail._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; \"\n\t  "
     "\"p=MIIB\"\n\t  \"AAAA\" )  ; ----- DKIM key mail for x.example\n"
     "b._domainkey.x.example IN TXT \"p=BB\"\n",
	"mail._domainkey", "v=DKIM1; h=sha256; k=rsa; p=MIIBAAAA", 2},
    {"a._domainkey.x IN TXT \"p=A\" \"B\" ; note\nb._domainkey.y p=C\n",
	"a._domainkey.x", "p=AB", 2},
    {"no key here\nx._domainkey.y without\n", NULL, NULL, 0},
    {"x._domainkey.y \"p=never closed", "x._domainkey.y", "p=never closed", 1},
    {"", NULL, NULL, 0},
};

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dkim_keys keys = {0};
		size_t n = dkim_keys_add(&keys, str_z(cases[i].text));

		if (n != cases[i].n)
			fail_msg("%zu: %zu keys", i, n);
		if (n > 0 &&
		    (!str_eq(keys.records[0].name, str_z(cases[i].name)) ||
			!str_eq(
			    keys.records[0].record, str_z(cases[i].record))))
			fail_msg("%zu: '%.*s' '%.*s'", i,
			    STR_ARG(keys.records[0].name),
			    STR_ARG(keys.records[0].record));
		dkim_keys_done(&keys);
	}
}

/* Nobody is asked and no key is known. */
static void
test_offline(void **state)
{
	struct str header = S("DKIM-Signature: v=1; a=rsa-sha256; d=x.example; "
			      "s=s; h=from; bh=AA; b=AA\nFrom: a@x.example\n");
	struct str rest = header;
	struct dkim_keys keys = {0};
	struct dkim_signature s;
	struct dkim_verdict v;

	(void)state;
	assert_true(dkim_next(&rest, &s));
	dkim_keys_verify(&keys, &s, header, S(""), true, WALL_NONE, &v);
	assert_int_equal(v.state, DKIM_UNASKED);
	/* a key of another selector is not taken for it */
	(void)dkim_keys_add(&keys, S("as._domainkey.x.example p=AA\n"
				     "s._domainkey.y.example p=AA\n"));
	dkim_keys_verify(&keys, &s, header, S(""), true, WALL_NONE, &v);
	assert_int_equal(v.state, DKIM_UNASKED);
	(void)dkim_keys_add(&keys, S("s._domainkey p=\n"));
	dkim_keys_verify(&keys, &s, header, S(""), true, WALL_NONE, &v);
	assert_int_equal(v.state, DKIM_KEY_USELESS);
	assert_int_equal(v.key_fault, DKIM_KEY_REVOKED);
	dkim_keys_done(&keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_offline),
	};

	return cmocka_run_group_tests_name(
	    "check/dkim_keys", tests, NULL, NULL);
}
