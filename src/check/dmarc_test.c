/* SPDX-License-Identifier: ISC */
#include "check/dmarc.h"

#include "check/suffix.h"
#include "net/dns_rows_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RUA "rua=mailto:d@own.example"

static const struct dns_row world[] = {
    {"own.example", DNS_MX, "mx.own.example"},
    {"own.example", DNS_TXT, "x"},
    {"_dmarc.own.example", DNS_TXT, "v=DMARC1; p=reject; " RUA},
    {"shop.own.example", DNS_A, "192.0.2.1"},
    {"none.example", DNS_A, "192.0.2.1"},
    {"_dmarc.two.example", DNS_TXT, "v=DMARC1; p=reject; " RUA},
    {"_dmarc.two.example", DNS_TXT, "v=DMARC1; p=none; " RUA},
    {"_dmarc.late.example", DNS_TXT, " v=DMARC1; p=reject; " RUA},
    {"_dmarc.lower.example", DNS_TXT, "v=dmarc1; p=reject"},
    {"_dmarc.nop.example", DNS_TXT, "v=DMARC1; " RUA},
    {"_dmarc.nop2.example", DNS_TXT, "v=DMARC1; sp=none"},
    {"_dmarc.badp.example", DNS_TXT, "v=DMARC1; p=rejct; " RUA},
    {"_dmarc.watch.example", DNS_TXT, "v=DMARC1;p=none;" RUA},
    {"_dmarc.test.example", DNS_TXT, "v=DMARC1; p=reject; t=y; " RUA},
    {"_dmarc.old.example", DNS_TXT, "v=DMARC1; p=reject; pct=20; " RUA},
    {"_dmarc.silent.example", DNS_TXT, "v=DMARC1; p=reject"},
    {"_dmarc.uri.example", DNS_TXT, "v=DMARC1; p=reject; rua=d@own.example"},
    {"_dmarc.out.example", DNS_TXT,
	"v=DMARC1; p=reject; rua=mailto:a@agent.example"},
    {"_dmarc.out2.example", DNS_TXT,
	"v=DMARC1; p=reject; rua=mailto:a@agent.example!10m"},
    {"agent.example", DNS_MX, "mx.agent.example"},
    {"out2.example._report._dmarc.agent.example", DNS_TXT, "v=DMARC1;"},
    {"_dmarc.dead.example", DNS_TXT,
	"v=DMARC1; p=reject; rua=mailto:a@gone.dead.example"},
    {"_dmarc.sub.example", DNS_TXT, "v=DMARC1; p=reject; sp=none; " RUA},
    {"www.sub.example", DNS_TXT, "x"},
    {"_dmarc.np.example", DNS_TXT,
	"v=DMARC1; p=none; np=reject; sp=quarantine; " RUA},
    {"is.np.example", DNS_TXT, "x"},
    {"_dmarc.stray.example", DNS_TXT, "v=DMARC1; p=reject; " RUA},
    {"_dmarc.stray.example", DNS_TXT, "hello"},
    /* between the domain and its organisation */
    {"_dmarc.mid.deep.example", DNS_TXT, "v=DMARC1; p=reject; " RUA},
    {"a.mid.deep.example", DNS_TXT, "x"},
    {"_dmarc.deep.example", DNS_TXT, "v=DMARC1; p=none; " RUA},
    {"_dmarc.cut.deep.example", DNS_TXT, "v=DMARC1; p=quarantine; psd=n; " RUA},
    {"a.cut.deep.example", DNS_TXT, "x"},
    {"_dmarc.bank", DNS_TXT, "v=DMARC1; p=reject; psd=y; " RUA},
    {"my.bank", DNS_TXT, "x"},
    {"_dmarc.g.h.i.j.k.long.example", DNS_TXT, "v=DMARC1; p=reject;" RUA},
    {"_dmarc.long.example", DNS_TXT, "v=DMARC1; p=quarantine;" RUA},
    {"_dmarc.lost.example", DNS_TXT, "!"},
    {NULL, DNS_A, NULL},
};

static const struct {
	const char *domain;
	const char *policy, *at;  /* RFC 9989 */
	const char *old, *old_at; /* RFC 7489 */
	const char *codes;
} rows[] = {
    {"own.example", "reject", "own.example", "reject", "own.example", ""},
    {"shop.own.example", "reject", "own.example", "reject", "own.example", ""},
    {"none.example", "", "", "", "", "dmarc-none"},
    {"two.example", "", "", "", "", "dmarc-two dmarc-none"},
    {"late.example", "", "", "", "", "dmarc-syntax dmarc-none"},
    {"lower.example", "", "", "", "", "dmarc-syntax dmarc-none"},
    {"nop.example", "none", "nop.example", "none", "nop.example",
	"dmarc-no-policy dmarc-rua-unauthorised"},
    {"nop2.example", "", "nop2.example", "", "nop2.example",
	"dmarc-no-policy dmarc-no-rua"},
    {"badp.example", "none", "badp.example", "none", "badp.example",
	"dmarc-bad-tag dmarc-no-policy dmarc-rua-unauthorised"},
    {"watch.example", "none", "watch.example", "none", "watch.example",
	"dmarc-p-none dmarc-rua-unauthorised"},
    {"test.example", "quarantine", "test.example", "reject", "test.example",
	"dmarc-test dmarc-rua-unauthorised"},
    {"old.example", "reject", "old.example", "reject", "old.example",
	"dmarc-removed dmarc-rua-unauthorised"},
    {"silent.example", "reject", "silent.example", "reject", "silent.example",
	"dmarc-no-rua"},
    {"uri.example", "reject", "uri.example", "reject", "uri.example",
	"dmarc-rua-bad"},
    {"out.example", "reject", "out.example", "reject", "out.example",
	"dmarc-rua-unauthorised"},
    {"out2.example", "reject", "out2.example", "reject", "out2.example",
	"dmarc-removed"},
    {"dead.example", "reject", "dead.example", "reject", "dead.example",
	"dmarc-rua-no-mail"},
    {"sub.example", "reject", "sub.example", "reject", "sub.example",
	"dmarc-sub-weaker dmarc-rua-unauthorised"},
    {"www.sub.example", "none", "sub.example", "none", "sub.example",
	"dmarc-p-none dmarc-sub-weaker dmarc-rua-unauthorised"},
    {"is.np.example", "quarantine", "np.example", "quarantine", "np.example",
	"dmarc-rua-unauthorised"},
    {"not.np.example", "reject", "np.example", "quarantine", "np.example",
	"dmarc-rua-unauthorised"},
    {"stray.example", "reject", "stray.example", "reject", "stray.example",
	"dmarc-stray dmarc-rua-unauthorised"},
    /* the shortest name with a record is the organisation, and counts */
    {"a.mid.deep.example", "none", "deep.example", "none", "deep.example",
	"dmarc-p-none dmarc-rua-unauthorised"},
    /* psd=n ends the walk; RFC 7489 knows nothing of it */
    {"a.cut.deep.example", "quarantine", "cut.deep.example", "none",
	"deep.example", "dmarc-rua-unauthorised dmarc-old-receivers"},
    {"my.bank", "reject", "bank", "", "",
	"dmarc-rua-unauthorised dmarc-old-receivers"},
    /* eight questions at most: the record at seven labels is jumped to */
    {"a.b.c.d.e.f.g.h.i.j.k.long.example", "quarantine", "long.example",
	"quarantine", "long.example", "dmarc-rua-unauthorised"},
    {"lost.example", "", "", "", "", ""},
};

static struct str
codes_of(struct arena *a, const struct weaknesses *w)
{
	struct str text = S("");

	for (const struct weakness *k = w->first; k != NULL; k = k->next)
		text = arena_printf(a, "%.*s%s%s", STR_ARG(text),
		    text.n > 0 ? " " : "", weakness_code(k->id));
	return text;
}

static struct str
at_of(const struct dmarc_stop *stop)
{
	return stop == NULL ? S("") : stop->domain;
}

static void
test_walk(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dns_book book = {0};
		struct arena a = {0};
		struct weaknesses w;
		struct dmarc d;
		struct str got,
		    want = arena_printf(&a, "%s@%s %s@%s: %s", rows[i].policy,
			rows[i].at, rows[i].old, rows[i].old_at, rows[i].codes);

		do {
			w = (struct weaknesses){.arena = &a};
			dmarc_read(&book, &a, str_z(rows[i].domain), &d);
			dmarc_find(&book, &d, false, &w);
		} while (dns_rows_answer(&book, world));
		got = arena_printf(&a, "%s@%.*s %s@%.*s: %.*s",
		    dmarc_policy_name(d.policy), STR_ARG(at_of(d.policy_at)),
		    dmarc_policy_name(d.old_policy), STR_ARG(at_of(d.old_at)),
		    STR_ARG(codes_of(&a, &w)));
		if (!str_eq(got, want))
			fail_msg("%s: %.*s, not %.*s", rows[i].domain,
			    STR_ARG(got), STR_ARG(want));
		assert_in_range(d.stops_n, 1, DMARC_LABELS);
		arena_done(&a);
		dns_book_done(&book);
	}
}

static void
test_organisation(void **state)
{
	(void)state;
	assert_true(str_eq(
	    suffix_organisation(S("a.b.Tienda.co.UK")), S("Tienda.co.UK")));
	assert_true(
	    str_eq(suffix_organisation(S("a.b.example")), S("b.example")));
	assert_true(str_eq(suffix_organisation(S("uk")), S("uk")));
	assert_true(str_eq(suffix_organisation(S("")), S("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_walk),
	    cmocka_unit_test(test_organisation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
