/* SPDX-License-Identifier: ISC */
#include "check/inbound.h"

#include "net/dns_rows_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct dns_row world[] = {
    {"good.test", DNS_MX, "mx.good.test"},
    {"mx.good.test", DNS_A, "192.0.2.1"},
    {"_mta-sts.good.test", DNS_TXT, "v=STSv1; id=2026;"},
    {"mta-sts.good.test", DNS_A, "192.0.2.1"},
    {"_smtp._tls.good.test", DNS_TXT, "v=TLSRPTv1; rua=mailto:x@good.test"},
    {"web.test", DNS_A, "192.0.2.1"},
    {"bare.test", DNS_TXT, "x"},
    {"null.test", DNS_MX, ""},
    {"dead.test", DNS_MX, "gone.dead.test"},
    {"ip.test", DNS_MX, "192.0.2.1"},
    {"home.test", DNS_MX, "mx.home.test"},
    {"mx.home.test", DNS_A, "10.0.0.1"},
    {"sts.test", DNS_MX, "mx.good.test"},
    {"_mta-sts.sts.test", DNS_TXT, "v=STSv1"},
    {"_smtp._tls.sts.test", DNS_TXT, "v=TLSRPTv1"},
    {"dane.test", DNS_MX, "mx.dane.test"},
    {"mx.dane.test", DNS_A, "192.0.2.1"},
    {"_25._tcp.mx.dane.test", DNS_TLSA, "x"},
    {"lost.test", DNS_MX, "!"},
    {"lostmx.test", DNS_MX, "mx.lostmx.test"},
    {"mx.lostmx.test", DNS_A, "!"},
    {NULL, DNS_A, NULL},
};

static const struct {
	const char *domain, *codes;
} rows[] = {
    {"good.test", ""},
    {"gone.test", "domain-gone"},
    {"bare.test", "domain-no-mail"},
    {"null.test", "domain-no-mail"},
    {"web.test", "mx-none"},
    {"dead.test", "mx-no-address"},
    {"ip.test", "mx-ip"},
    {"home.test", "mx-private"},
    {"sts.test", "mta-sts-bad mta-sts-no-host tls-rpt-bad"},
    {"dane.test", ""}, /* the resolver does not check signatures */
    {"lost.test", ""},
    {"lostmx.test", ""},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dns_book book = {0};
		struct arena a = {0};
		struct weaknesses w;
		struct inbound in;
		struct str codes = S("");

		do {
			w = (struct weaknesses){.arena = &a};
			inbound_read(&book, &a, str_z(rows[i].domain), &in);
			inbound_find(&book, &in, true, &w);
		} while (dns_rows_answer(&book, world));
		for (const struct weakness *k = w.first; k != NULL; k = k->next)
			codes = arena_printf(&a, "%.*s%s%s", STR_ARG(codes),
			    codes.n > 0 ? " " : "", weakness_code(k->id));
		if (!str_eq(codes, str_z(rows[i].codes)))
			fail_msg("%s: %.*s", rows[i].domain, STR_ARG(codes));
		/* Who does not send may well take no mail, but is there. */
		w = (struct weaknesses){.arena = &a};
		inbound_find(&book, &in, false, &w);
		if (str_eq(codes, S("domain-gone")))
			assert_non_null(w.first);
		else if (str_starts(codes, S("domain-")))
			assert_null(w.first);
		arena_done(&a);
		dns_book_done(&book);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
