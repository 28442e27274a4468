/* SPDX-License-Identifier: ISC */
#include "setting/signers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
check(const struct signers *s, size_t at, const char *domain,
    const char *selector, uint32_t line)
{
	assert_true(at < s->n);
	assert_true(str_eq(s->items[at].domain, str_z(domain)));
	assert_true(str_eq(s->items[at].selector, str_z(selector)));
	assert_int_equal(s->items[at].line, line);
}

static const char *const paths[] = {"/k/a.private", "/k/b", "", "/x", "/y", "",
    "/var/lib/rspamd/dkim/c.example.cmap.key", "/k/exi", "/k/lit.m.example",
    "/k/ama", "/k"};

static void
test_all(void **state)
{
	static const struct file_text texts[] = {
	    {S0("/etc/opendkim.conf"),
		S0("Domain example.net\nSelector old\n"
		   "KeyTable\trefile:/etc/opendkim/KeyTable # x\n")},
	    {S0("/etc/opendkim/KeyTable"),
		S0("# comment\n"
		   "mail._domainkey.a.example a.example:mail:/k/a.private\n"
		   "key1 %:2026:/k/b\nbroken\n"
		   "evil e.example:bad selector\x1b:/k\n")},
	    {S0("/etc/rspamd/local.d/dkim_signing.conf"),
		S0("selector = \"dkim\";\nselector_map = "
		   "\"/etc/rspamd/sel.map\";\n"
		   "domain {\n  b.example {\n    path = \"/x\";\n"
		   "    selector = \"rs\";\n  }\n"
		   "  f.example { path = \"/y\"; selector = \"one\"; }\n"
		   "}\nselector = \"after\"\n")},
	    {S0("/etc/rspamd/sel.map"), S0("c.example cmap\n\n")},
	    {S0("/etc/exim4/exim4.conf"),
		S0("a:\n  dkim_selector = exi\n  dkim_selector_x = no\n"
		   "  dkim_private_key = ${if exists{/k/exi}{/k/exi}{0}}\n"
		   "b:\n  dkim_selector = ${lookup{x}}\n"
		   "c:\n  dkim_selector = DKIM_SELECTOR\n"
		   "  dkim_domain = m.example\n  dkim_selector = lit\n"
		   "  dkim_private_key = /k/$dkim_selector.$dkim_domain\n")},
	    {S0("/etc/amavis/conf.d/50-user"),
		S0("dkim_key('d.example', 'ama', '/k/ama');\n")},
	    {S0("/etc/smtpd.conf"),
		S0("filter \"s\" proc-exec \"filter-dkimsign -d e.example "
		   "-s osm -k /k\" user u\n")},
	};
	struct arena a = {0};
	struct files files;
	struct signers s;

	(void)state;
	files_init_texts(&files, &a, texts, ARRAY_LEN(texts));
	signers_read(&s, &a, &files);
	assert_int_equal(s.n, 11);
	check(&s, 0, "a.example", "mail", 2);
	check(&s, 1, "", "2026", 3);
	check(&s, 2, "", "dkim", 1);
	check(&s, 3, "b.example", "rs", 6);
	check(&s, 4, "f.example", "one", 8);
	check(&s, 5, "", "after", 10);
	check(&s, 6, "c.example", "cmap", 1);
	check(&s, 7, "", "exi", 2);
	check(&s, 8, "m.example", "lit", 10);
	check(&s, 9, "d.example", "ama", 1);
	check(&s, 10, "e.example", "osm", 1);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_true(str_eq(s.items[i].path, str_z(paths[i])));
	/* None of them is there. */
	for (size_t i = 0; i < s.n; i++)
		assert_true(s.items[i].key == NULL &&
			    s.items[i].looked == (s.items[i].path.n > 0));
	arena_done(&a);
}

/* Without a KeyTable, Domain and Selector count. */
static void
test_opendkim_single(void **state)
{
	struct arena a = {0};
	struct signers s = {.arena = &a};
	struct str table;

	(void)state;
	signers_opendkim(&s, S("f"),
	    S("Domain a.example, b.example\nSelector  x\n"), &table);
	assert_int_equal(table.n, 0);
	assert_int_equal(s.n, 2);
	check(&s, 1, "b.example", "x", 2);
	arena_done(&a);
}

/* UCL takes '=', ':' and a blank between a key and its value. */
static void
test_rspamd_ways(void **state)
{
	struct arena a = {0};
	struct signers s = {.arena = &a};
	struct signers_maps maps;

	(void)state;
	signers_rspamd(&s, S("f"),
	    S("selector: \"one\";\nselector two;\n"
	      "domain: { \"a.example\": { selector : three; path: \"/k\" } }\n"
	      "\"selector\" = four\n"
	      "selector_map: \"/m\";\n"),
	    &maps);
	assert_int_equal(s.n, 4);
	check(&s, 3, "", "four", 4);
	check(&s, 0, "", "one", 1);
	check(&s, 1, "", "two", 2);
	check(&s, 2, "a.example", "three", 3);
	assert_true(str_eq(s.items[2].path, S("/k")));
	assert_true(str_eq(maps.selectors, S("/m")));
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_opendkim_single),
	    cmocka_unit_test(test_rspamd_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
