/* SPDX-License-Identifier: ISC */
#include "source/imap_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *word, *user, *host;
	unsigned port;
	const char *folder; /* NULL: refused */
} urls[] = {
    {"imaps://ana@mail.example/INBOX", "ana", "mail.example", 993, "INBOX"},
    {"imaps://ana@mail.example", "ana", "mail.example", 993, "INBOX"},
    {"imaps://ana@mail.example/", "ana", "mail.example", 993, "INBOX"},
    {"IMAP://ana@localhost:1143/a/b", "ana", "localhost", 1143, "a/b"},
    {"imaps://ana@tienda.example@mail.example/Sent%20Items",
	"ana@tienda.example", "mail.example", 993, "Sent Items"},
    {"imaps://ana%40t.example@[2001:db8::1]:994/*", "ana@t.example",
	"2001:db8::1", 994, "*"},
    {"imaps://ana@[2001:db8::1]/x", "ana", "2001:db8::1", 993, "x"},
    {"imaps://mail.example/INBOX", "", "", 0, NULL},
    {"imaps://ana:secret@mail.example/INBOX", "", "", 0, NULL},
    {"imaps://ana@/INBOX", "", "", 0, NULL},
    {"imaps://ana@mail.example:0/INBOX", "", "", 0, NULL},
    {"imaps://ana@mail.example:99999/INBOX", "", "", 0, NULL},
    {"imaps://ana@mail.example/a%0d%0ab", "", "", 0, NULL},
    {"imaps://ana@[::1/INBOX", "", "", 0, NULL},
};

static void
test_urls(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct arena a = {0};
		struct imap_url url;
		struct err err = {0};
		bool good;

		assert_true(imap_url_is(str_z(urls[i].word)));
		good = imap_url_parse(&a, str_z(urls[i].word), &url, &err);
		assert_int_equal(good, urls[i].folder != NULL);
		if (good) {
			assert_string_equal(url.user.p, urls[i].user);
			assert_string_equal(url.host.p, urls[i].host);
			assert_string_equal(url.folder.p, urls[i].folder);
			assert_int_equal(url.port, urls[i].port);
		}
		arena_done(&a);
	}
	assert_false(imap_url_is(S("imap.mbox")));
	assert_false(imap_url_is(S("imaps://")));
	assert_false(imap_url_is(S("")));
}

/* The third is the example of RFC 3501 5.1.3. */
static const struct {
	const char *utf8, *wire;
} names[] = {
    {"INBOX", "INBOX"},
    {"Entw\xc3\xbcrfe", "Entw&APw-rfe"},
    {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
	"~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
    {"A & B", "A &- B"},
    {"\xf0\x9f\x98\x80", "&2D3eAA-"},
    {"", ""},
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct arena a = {0};

		assert_true(str_eq(imap_name_encode(&a, str_z(names[i].utf8)),
		    str_z(names[i].wire)));
		assert_true(str_eq(imap_name_decode(&a, str_z(names[i].wire)),
		    str_z(names[i].utf8)));
		arena_done(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
