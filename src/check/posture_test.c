/* SPDX-License-Identifier: ISC */
/* Each mistake in the DNS of a sender, and innocents beside it. */
#include "check/posture.h"

#include "net/dns_rows_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define IP   "203.0.113.25"
#define IP6  "2001:db8::25"
#define GOOD "v=spf1 ip4:" IP " ip6:" IP6 " -all"

static const struct dns_row world[] = {
    {"25.113.0.203.in-addr.arpa", DNS_PTR, "mail.good.test"},
    {"5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
     "ip6.arpa",
	DNS_PTR, "mail.good.test"},
    {"mail.good.test", DNS_A, IP},
    {"mail.good.test", DNS_AAAA, IP6},
    {"mail.good.test", DNS_TXT, "v=spf1 a -all"},
    {"good.test", DNS_MX, "mail.good.test"},
    {"good.test", DNS_TXT, GOOD},
    {"good.test", DNS_TXT, "some-verification=x"},
    /* SPF: one mistake a domain */
    {"two.test", DNS_TXT, GOOD},
    {"two.test", DNS_TXT, "v=spf1 mx ~all"},
    {"almost.test", DNS_TXT, " v=spf1 ip4:" IP " -all"},
    {"glued.test", DNS_TXT, "v=spf1,ip4:" IP " -all"},
    {"word.test", DNS_TXT, "v=spf1 ip4:" IP " -all moo"},
    {"v6in4.test", DNS_TXT, "v=spf1 ip4:" IP6 " ip4:" IP " -all"},
    {"cidr.test", DNS_TXT, "v=spf1 ip4:203.0.113.0/33 -all"},
    {"ipname.test", DNS_TXT, "v=spf1 a:" IP " a:" IP6 " -all"},
    {"glueall.test", DNS_TXT, "v=spf1 ip4:" IP "-all"},
    {"eleven.test", DNS_TXT,
	"v=spf1 a:h.test a:h.test a:h.test a:h.test a:h.test a:h.test "
	"a:h.test a:h.test a:h.test a:h.test a:h.test ip4:" IP " ip6:" IP6
	" -all"},
    {"nine.test", DNS_TXT,
	"v=spf1 ip4:" IP " ip6:" IP6
	" a:h.test a:h.test a:h.test a:h.test a:h.test a:h.test a:h.test "
	"a:h.test a:h.test -all"},
    {"h.test", DNS_A, "198.51.100.1"},
    {"voids.test", DNS_TXT,
	"v=spf1 ip4:" IP " ip6:" IP6 " a:n1.test mx:n2.test a:n3.test -all"},
    {"void.test", DNS_TXT, "v=spf1 ip4:" IP " ip6:" IP6 " a:n1.test -all"},
    {"loop.test", DNS_TXT, "v=spf1 include:loop2.test -all"},
    {"loop2.test", DNS_TXT, "v=spf1 include:loop.test -all"},
    {"self.test", DNS_TXT,
	"v=spf1 ip4:" IP " ip6:" IP6 " include:self.test -all"},
    {"deadinc.test", DNS_TXT, "v=spf1 include:gone.test ip4:" IP " -all"},
    {"twice.test", DNS_TXT, "v=spf1 include:good.test include:good.test -all"},
    {"plus.test", DNS_TXT, "v=spf1 mx +all"},
    {"neutral.test", DNS_TXT, "v=spf1 ip4:" IP " ip6:" IP6 " ?all"},
    {"noall.test", DNS_TXT, "v=spf1 ip4:" IP " ip6:" IP6},
    {"after.test", DNS_TXT, "v=spf1 ~all ip4:" IP " ip6:" IP6},
    {"redir.test", DNS_TXT,
	"v=spf1 ip4:" IP " ip6:" IP6 " redirect=good.test -all"},
    {"redirect.test", DNS_TXT, "v=spf1 redirect=good.test"},
    {"equals.test", DNS_TXT, "v=spf1 include=good.test -all"},
    {"ptr.test", DNS_TXT, "v=spf1 ptr:good.test -all"},
    {"wide.test", DNS_TXT, "v=spf1 ip4:203.0.0.0/8 ip6:2001::/16 -all"},
    {"private.test", DNS_TXT,
	"v=spf1 ip4:10.0.0.0/8 ip4:" IP " ip6:" IP6 " -all"},
    {"cdn.test", DNS_TXT, "v=spf1 a:www.cdn.test ip4:" IP " ip6:" IP6 " -all"},
    {"www.cdn.test", DNS_A, "104.16.5.5"},
    {"sid.test", DNS_TXT, GOOD},
    {"sid.test", DNS_TXT, "spf2.0/pra -all"},
    {"t99.test", DNS_TXT, GOOD},
    {"t99.test", DNS_SPF, "v=spf1 -all"},
    {"place.test", DNS_TXT, GOOD},
    {"_dmarc.place.test", DNS_TXT, GOOD},
    {"v4only.test", DNS_TXT, "v=spf1 ip4:" IP " -all"},
    {"google.test", DNS_TXT, GOOD},
    {"google.test", DNS_MX, "aspmx.l.google.com"},
    {"aspmx.l.google.com", DNS_A, "198.51.100.9"},
    {"_spf.google.com", DNS_TXT, "v=spf1 ip4:198.51.100.0/24 ~all"},
    {"lost.test", DNS_TXT, "!"},
    {"lostinc.test", DNS_TXT,
	"v=spf1 ip4:" IP " ip6:" IP6 " include:lost.test -all"},
    {"exp.test", DNS_TXT,
	"v=spf1 ip4:" IP " ip6:" IP6 " exists:%{i}.w.test -all exp=e.test"},
    {NULL, DNS_A, NULL},
};

struct story {
	const char *domain, *codes;
	const char *proposal; /* NULL: none */
};

#define FIX "v=spf1 ip4:" IP " ip6:" IP6

static const struct story spf_stories[] = {
    {"good.test", "", NULL},
    {"redirect.test", "", NULL},
    {"exp.test", "", NULL},
    {"lostinc.test", "", NULL}, /* what had no answer accuses nobody */
    {"lost.test", "", NULL},
    {"two.test", "spf-two", FIX " mx ~all"},
    {"almost.test", "spf-none spf-almost", FIX " -all"},
    {"glued.test", "spf-none spf-almost", FIX " ~all"},
    {"word.test", "spf-syntax", "v=spf1 ip6:" IP6 " ip4:" IP " -all"},
    {"v6in4.test", "spf-syntax", "v=spf1 ip6:" IP6 " ip4:" IP " -all"},
    {"cidr.test", "spf-syntax", FIX " -all"},
    {"ipname.test", "spf-syntax spf-syntax", FIX " -all"},
    {"glueall.test", "spf-syntax spf-no-all", FIX " ~all"},
    {"eleven.test", "spf-lookups",
	"v=spf1 a:h.test ip4:" IP " ip6:" IP6 " -all"},
    {"nine.test", "spf-lookups-near", FIX " a:h.test -all"},
    {"voids.test", "spf-voids", FIX " -all"},
    {"void.test", "spf-void-term", FIX " -all"},
    {"loop.test", "spf-loop", NULL} /* it is the other that leads back */,
    {"self.test", "spf-loop", FIX " -all"},
    {"deadinc.test", "spf-include-none", "v=spf1 ip6:" IP6 " ip4:" IP " -all"},
    {"twice.test", "spf-include-twice", "v=spf1 include:good.test -all"},
    {"plus.test", "spf-void-term spf-plus-all", FIX " ~all"},
    {"neutral.test", "spf-neutral-all", FIX " ~all"},
    {"noall.test", "spf-no-all", FIX " ~all"},
    {"after.test",
	"spf-after-all spf-after-all spf-source-fails spf-source-fails",
	FIX " ~all"},
    {"redir.test", "spf-redirect-unused", FIX " -all"},
    {"equals.test", "spf-equals spf-source-fails spf-source-fails",
	FIX " include:good.test -all"},
    {"ptr.test", "spf-ptr", FIX " -all"},
    {"wide.test", "spf-wide spf-wide", NULL},
    {"private.test", "spf-private", FIX " -all"},
    {"cdn.test", "spf-cdn", NULL},
    {"sid.test", "spf-sender-id", NULL},
    {"t99.test", "spf-type99", NULL},
    {"place.test", "spf-wrong-place", NULL},
    {"v4only.test", "spf-source-fails", "v=spf1 ip6:" IP6 " ip4:" IP " -all"},
    {"google.test", "spf-service-missing",
	"v=spf1 include:_spf.google.com ip4:" IP " ip6:" IP6 " -all"},
};

static struct posture *
read_case(struct dns_book *book, struct arena *a, const struct posture_case *c)
{
	struct posture *p = posture_read(book, a, c);

	for (int rounds = 0; dns_rows_answer(book, world); rounds++) {
		assert_in_range(rounds, 0, 40);
		p = posture_read(book, a, c);
	}
	return p;
}

/* The codes with that head, a blank between them. */
static struct str
codes_of(struct arena *a, const struct weaknesses *w, struct str head)
{
	struct str text = S("");

	for (const struct weakness *k = w->first; k != NULL; k = k->next)
		if (str_starts(str_z(weakness_code(k->id)), head))
			text = arena_printf(a, "%.*s%s%s", STR_ARG(text),
			    text.n > 0 ? " " : "", weakness_code(k->id));
	return text;
}

static void
test_spf(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spf_stories); i++) {
		const struct story *s = &spf_stories[i];
		struct posture_word word = {str_z(s->domain), S("main.cf")};
		struct posture_case c = {.domains = &word, .domains_n = 1};
		struct dns_book book = {0};
		struct arena a = {0};
		const struct posture *p;
		struct str codes, want = S("");

		assert_true(ip_parse(S(IP), &c.ips[0]));
		assert_true(ip_parse(S(IP6), &c.ips[1]));
		c.ips_n = 2;
		p = read_case(&book, &a, &c);
		codes = codes_of(&a, &p->domains[0].weaknesses, S("spf-"));
		if (!str_eq(codes, str_z(s->codes)))
			fail_msg("%s: %.*s", s->domain, STR_ARG(codes));
		if (s->proposal != NULL)
			want = str_z(s->proposal);
		if (!str_eq(p->domains[0].proposal, want))
			fail_msg("%s: proposes '%.*s'", s->domain,
			    STR_ARG(p->domains[0].proposal));
		/* What is proposed lets every known source send. */
		for (size_t k = 0;
		     k < 2 && want.n > 0 && !str_eq(word.text, S("loop.test"));
		     k++)
			if (p->domains[0].after[k].result != SPF_PASS)
				fail_msg("%s: breaks", s->domain);
		arena_done(&a);
		dns_book_done(&book);
	}
}

/* All mail leaves by another server: the record must let that one send. */
static void
test_relay(void **state)
{
	static const struct dns_row relays[] = {
	    {"own.test", DNS_TXT, GOOD},
	    {"own.test", DNS_MX, "mail.good.test"},
	    {"has.test", DNS_MX, "mail.good.test"},
	    {"has.test", DNS_TXT, "v=spf1 include:service.test -all"},
	    {"service.test", DNS_TXT, "v=spf1 ip4:198.51.100.0/24 ~all"},
	    {"smtp.other.test", DNS_A, "198.51.100.7"},
	    {NULL, DNS_A, NULL},
	};
	static const struct {
		const char *domain, *host, *name, *codes, *proposal;
	} rows[] = {
	    {"own.test", "smtp.service.test", "Service", "spf-relay-missing",
		"v=spf1 include:service.test ip4:" IP " ip6:" IP6 " -all"},
	    {"has.test", "smtp.service.test", "Service", "", ""},
	    {"own.test", "smtp.other.test", NULL, "spf-relay-fails", ""},
	    {"has.test", "smtp.other.test", NULL, "", ""},
	    {"own.test", "gone.other.test", NULL, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct posture_word word = {
		    str_z(rows[i].domain), S("main.cf")};
		struct posture_case c = {.domains = &word,
		    .domains_n = 1,
		    .relays_n = 1,
		    .relays = {
			{str_z(rows[i].host), S("relayhost"), rows[i].name,
			    rows[i].name != NULL ? S("service.test") : S("")}}};
		struct dns_book book = {0};
		struct arena a = {0};
		const struct posture *p;
		struct str codes;

		do
			p = posture_read(&book, &a, &c);
		while (dns_rows_answer(&book, relays));
		codes = codes_of(&a, &p->domains[0].weaknesses, S("spf-"));
		if (!str_eq(codes, str_z(rows[i].codes)) ||
		    !str_eq(p->domains[0].proposal, str_z(rows[i].proposal)))
			fail_msg("%s %s: %.*s '%.*s'", rows[i].domain,
			    rows[i].host, STR_ARG(codes),
			    STR_ARG(p->domains[0].proposal));
		arena_done(&a);
		dns_book_done(&book);
	}
}

/* ---- the server itself ---- */

struct server {
	const char *ip, *helo, *codes;
};

static const struct dns_row hosts[] = {
    {"25.113.0.203.in-addr.arpa", DNS_PTR, "mail.good.test"},
    {"mail.good.test", DNS_A, IP},
    {"mail.good.test", DNS_TXT, "v=spf1 a -all"},
    {"26.113.0.203.in-addr.arpa", DNS_PTR, "liar.good.test"},
    {"liar.good.test", DNS_A, IP},
    {"liar.good.test", DNS_TXT, "v=spf1 -all"},
    {"27.113.0.203.in-addr.arpa", DNS_PTR, "static.27.113.0.203.isp.test"},
    {"static.27.113.0.203.isp.test", DNS_A, "203.0.113.27"},
    {"28.113.0.203.in-addr.arpa", DNS_PTR, "a.good.test"},
    {"28.113.0.203.in-addr.arpa", DNS_PTR, "b.good.test"},
    {"a.good.test", DNS_A, "203.0.113.28"},
    {"b.good.test", DNS_A, "203.0.113.28"},
    {"a.good.test", DNS_TXT, "v=spf1 a -all"},
    {"29.113.0.203.in-addr.arpa", DNS_PTR, "!"},
    {"none.good.test", DNS_A, IP},
    {"31.113.0.203.in-addr.arpa", DNS_PTR, "lost.good.test"},
    {"lost.good.test", DNS_A, "!"},
    {"32.113.0.203.in-addr.arpa", DNS_PTR, "liar.good.test"},
    {"32.113.0.203.in-addr.arpa", DNS_PTR, "lost.good.test"},
    {"33.113.0.203.in-addr.arpa", DNS_PTR, "lost.good.test"},
    {"33.113.0.203.in-addr.arpa", DNS_PTR, "c.good.test"},
    {"c.good.test", DNS_A, "203.0.113.33"},
    {NULL, DNS_A, NULL},
};

static const struct server servers[] = {
    {IP, "mail.good.test", ""},
    {IP, "MAIL.good.TEST", ""},
    {IP, "[203.0.113.25]", ""},
    {IP, "localhost", "helo-invalid"},
    {IP, "203.0.113.25", "helo-invalid"},
    {IP, "srv.local", "helo-invalid"},
    {IP, "my_host.good.test", "helo-invalid"},
    {IP, "a..good.test", "helo-invalid"},
    {IP, "gone.good.test", "helo-no-address"},
    {IP, "none.good.test", "helo-not-ptr helo-no-spf"},
    {IP, "a.good.test", "helo-other-address helo-spf-fails"},
    {"203.0.113.26", "liar.good.test",
	"ptr-not-back helo-other-address helo-spf-fails"},
    {"203.0.113.27", "mail.good.test",
	"ptr-generic helo-other-address helo-spf-fails"},
    {"203.0.113.28", "a.good.test", "ptr-many"},
    {"203.0.113.30", "mail.good.test",
	"ptr-none helo-other-address helo-spf-fails"},
    /* no answer accuses nobody */
    {"203.0.113.29", "[203.0.113.29]", ""},
    {"203.0.113.31", "[203.0.113.31]", ""},
    {"203.0.113.32", "[203.0.113.32]", ""},
    {"203.0.113.33", "[203.0.113.33]", "ptr-many"},
};

static void
test_server(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(servers); i++) {
		struct posture_case c = {.ips_n = 1, .helos_n = 1};
		struct dns_book book = {0};
		struct arena a = {0};
		const struct posture *p;
		struct str codes;

		assert_true(ip_parse(str_z(servers[i].ip), &c.ips[0]));
		c.helos[0].text = str_z(servers[i].helo);
		do
			p = posture_read(&book, &a, &c);
		while (dns_rows_answer(&book, hosts));
		codes = codes_of(&a, &p->weaknesses, S(""));
		if (!str_eq(codes, str_z(servers[i].codes)))
			fail_msg("%s %s: %.*s", servers[i].ip, servers[i].helo,
			    STR_ARG(codes));
		arena_done(&a);
		dns_book_done(&book);
	}
}

/* Names that providers make up, and mail servers that look like them. */
static void
test_generic_names(void **state)
{
	static const struct {
		const char *name, *ip;
		bool generic;
	} rows[] = {
	    {"static.25.113.0.203.clients.isp.test", IP, true},
	    {"203-0-113-25.isp.test", IP, true},
	    {"ip25.ip-203-0-113.eu.isp.test", IP, true},
	    {"ec2-203-0-113-25.compute.cloud.test", IP, true},
	    {"cb007119.isp.test", IP, true},
	    {"203000113025.isp.test", IP, true},
	    {"mail-203-0-113-25.isp.test", IP, true},
	    {"pool.113-25.isp.test", IP, true},
	    {"dsl-customer.isp.test", IP, true},
	    {"dhcp17.isp.test", IP, true},
	    {"25.113.0.203.in-addr.arpa", IP, true},
	    {"mail.tienda.test", IP, false},
	    {"mx1.tienda.test", IP, false},
	    {"smtp25.tienda.test", IP, false},
	    {"mail113-25.tienda.test", IP, false},
	    {"cable.test", IP, false}, /* a firm's own domain */
	    {"mx.broadband.test", IP, false},
	    {"tienda.test", IP, false},
	    {"dynamics.tienda.test", IP, false},
	    {"pooltable.tienda.test", IP, false},
	    {"mail2026.tienda.test", IP, false},
	    {"mail.tienda.test", IP6, false},
	    {"mx1.tienda.test", "2001:db8::1", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ip ip;

		assert_true(ip_parse(str_z(rows[i].ip), &ip));
		if (reverse_is_generic(str_z(rows[i].name), &ip) !=
		    rows[i].generic)
			fail_msg("%s", rows[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_spf),
	    cmocka_unit_test(test_relay),
	    cmocka_unit_test(test_server),
	    cmocka_unit_test(test_generic_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
