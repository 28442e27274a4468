/* SPDX-License-Identifier: ISC */
#include "mail/address.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
check(struct str got, const char *want, const char *of)
{
	if (!str_eq(got, str_z(want)))
		fail_msg(
		    "'%s': '" STR_FMT "', not '%s'", of, STR_ARG(got), want);
}

static void
test_split(void **state)
{
	static const struct {
		const char *address, *local, *domain;
		bool found;
	} cases[] = {
	    {"ana@example.org", "ana", "example.org", true},
	    {"<ana@example.org>", "ana", "example.org", true},
	    {"ana@example.org.", "ana", "example.org", true},
	    {"\"a@b\"@example.org", "\"a@b\"", "example.org", true},
	    {"\"a\\\"@b\"@example.org", "\"a\\\"@b\"", "example.org", true},
	    {"\"a@b", "\"a@b", "", false},
	    {"a@b@example.org", "a@b", "example.org", true},
	    {"ana@[192.0.2.1]", "ana", "[192.0.2.1]", true},
	    {"root", "root", "", false},
	    {"@example.org", "", "example.org", true},
	    {"ana@", "ana", "", true},
	    {"<>", "", "", false},
	    {"<", "<", "", false},
	    {"", "", "", false},
	};
	struct str local, domain;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(
		    address_split(str_z(cases[i].address), &local, &domain),
		    cases[i].found);
		check(local, cases[i].local, cases[i].address);
		check(domain, cases[i].domain, cases[i].address);
	}
}

static void
test_strange(void **state)
{
	static const struct {
		const char *account, *sender;
		bool is_strange;
	} cases[] = {
	    {"ana@tienda.example", "ana@tienda.example", false},
	    {"ana@tienda.example", "info@tienda.example", false},
	    {"ana@tienda.example", "Ana@Mail.Tienda.example", false},
	    {"ana@tienda.example", "billing@bank.example", true},
	    {"ana@tienda.example", "", false},
	    {"ana", "billing@bank.example", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(address_is_strange(str_z(cases[i].account),
				     str_z(cases[i].sender)),
		    cases[i].is_strange);
}

static void
test_hash(void **state)
{
	(void)state;
	assert_true(address_hash(S("<Ana@Example.ORG>")) ==
		    address_hash(S("ana@example.org.")));
	assert_true(address_hash(S("ana@example.org")) !=
		    address_hash(S("ana@example.com")));
	assert_true(address_domain_hash(S("a@EXAMPLE.org")) ==
		    address_domain_hash(S("b@example.org")));
	assert_true(address_eq(S("Ana@example.org"), S("<ana@Example.org.>")));
	assert_false(address_eq(S("ana@example.org"), S("ana@example.or")));
}

static void
test_null(void **state)
{
	(void)state;
	assert_true(address_is_null(S("")));
	assert_true(address_is_null(S("<>")));
	assert_true(address_is_null(S("MAILER-DAEMON")));
	assert_true(address_is_null(S("<mailer-daemon@mx.example.org>")));
	assert_false(address_is_null(S("postmaster@example.org")));
	assert_false(address_is_null(S("@")));
}

static void
test_owner(void **state)
{
	static const struct {
		const char *address, *local, *domain;
		bool found;
	} cases[] = {
	    {"SRS0=x5Yd=EZ=example.org=ana@fwd.example", "ana", "example.org",
		true},
	    {"srs0+x5yd=ez=example.org=ana@fwd.example", "ana", "example.org",
		true},
	    /* an = in the local part of the owner is kept */
	    {"SRS0-x5Yd=EZ=example.org=a=b@fwd.example", "a=b", "example.org",
		true},
	    {"SRS1=Ab1=first.example==x5Yd=EZ=example.org=ana@two.example",
		"ana", "example.org", true},
	    {"SRS0=x5Yd=EZ=example.org=@fwd.example",
		"SRS0=x5Yd=EZ=example.org=", "fwd.example", false},
	    {"SRS0=nonsense@fwd.example", "SRS0=nonsense", "fwd.example",
		false},
	    {"SRS0", "SRS0", "", false},
	    {"bounces+SRS=x5Yd=EZ=example.org=ana@tenant.example", "ana",
		"example.org", true},
	    {"ana+caf_=to=other.example@example.org", "ana", "example.org",
		true},
	    {"prvs=0123456789=ana@example.org", "ana", "example.org", true},
	    {"prvs=ana/0123456789@example.org", "ana", "example.org", true},
	    {"prvs=@example.org", "prvs=", "example.org", false},
	    {"btv1==012ab==ana@example.org", "ana", "example.org", true},
	    {"btv1==012ab@example.org", "btv1==012ab", "example.org", false},
	    {"list-bounces+ana=example.org@lists.example", "ana", "example.org",
		true},
	    {"list-return-12-ana=example.org@lists.example", "ana",
		"example.org", true},
	    {"bounces+1234-ab12-ana=example.org@em.example", "ana",
		"example.org", true},
	    {"ana+tag@example.org", "ana+tag", "example.org", false},
	    {"a=b@example.org", "a=b", "example.org", false},
	    {"\"SRS0=a=bb=c.d=e\"@example.org", "\"SRS0=a=bb=c.d=e\"",
		"example.org", false},
	    {"", "", "", false},
	};
	struct str local, domain;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(
		    address_owner(str_z(cases[i].address), &local, &domain),
		    cases[i].found);
		check(local, cases[i].local, cases[i].address);
		check(domain, cases[i].domain, cases[i].address);
	}
}

static void
test_list_sender(void **state)
{
	static const char *const yes[] = {"list-bounces@lists.example",
	    "list-bounces+ana=example.org@lists.example",
	    "bounce-123-45@em.example", "bounces@em.example",
	    "owner-list@lists.example", "list-owner@lists.example",
	    "list-return-7-ana=example.org@lists.example",
	    "bounces+1234-ab12-ana=example.org@em.example",
	    "prvs=0123456789=list-bounces@lists.example",
	    "SRS0=x5Yd=EZ=lists.example=list-bounces@fwd.example"};
	static const char *const no[] = {"ana@example.org", "", "MAILER-DAEMON",
	    "bouncer@club.example", "ana+shop@example.org",
	    "prvs=0123456789=ana@example.org", "shop-admin@example.org",
	    "ana+caf_=to=other.example@example.org",
	    "SRS0=x5Yd=EZ=example.org=ana@fwd.example", "a-b@example.org"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (!address_is_list_sender(str_z(yes[i])))
			fail_msg("'%s' is a list's", yes[i]);
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (address_is_list_sender(str_z(no[i])))
			fail_msg("'%s' is nobody's list", no[i]);
}

static void
test_same_owner(void **state)
{
	(void)state;
	assert_true(domain_same_owner(S("example.org"), S("Example.ORG.")));
	assert_true(domain_same_owner(S("mail.example.org"), S("example.org")));
	assert_true(domain_same_owner(S("example.org"), S("a.b.example.org")));
	assert_false(domain_same_owner(S("badexample.org"), S("example.org")));
	assert_false(domain_same_owner(S("example.org"), S("org")));
	assert_false(domain_same_owner(S("a.example.org"), S("b.example.org")));
	assert_true(domain_same_owner(S("localhost"), S("localhost")));
	assert_false(domain_same_owner(S(""), S("")));
}

static void
test_in_field(void **state)
{
	static const struct {
		struct str value, want;
	} rows[] = {
	    {S0("ana@example.org"), S0("ana@example.org")},
	    {S0(" ana@example.org "), S0("ana@example.org")},
	    {S0("Ana <ana@example.org> (home)"), S0("ana@example.org")},
	    {S0("\"x <boss@bank.example>\" <ana@example.org>"),
		S0("ana@example.org")},
	    {S0("Ana <ana@example.org"), S0("ana@example.org")},
	    {S0("Ana < >"), S0("")},
	    {S0("<>"), S0("")},
	    {S0(""), S0("")},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!str_eq(address_in_field(rows[i].value), rows[i].want))
			fail_msg("'%s'", rows[i].value.p);
}

/* The last @ of any length and at any place, and one behind it in quotes. */
static void
test_split_places(void **state)
{
	char text[70];
	struct str local, domain;

	(void)state;
	for (size_t n = 1; n <= sizeof(text); n++)
		for (size_t at = 0; at < n; at++) {
			/* at the end, so that reading on is noticed */
			char *p = text + sizeof(text) - n;

			memset(p, 'x', n);
			p[at / 2] = '@';
			p[at] = '@';
			assert_true(
			    address_split((struct str){p, n}, &local, &domain));
			assert_int_equal(local.n, at);
			assert_int_equal(domain.n, n - at - 1);
			if (n < at + 4)
				continue;
			p[at + 1] = p[n - 1] = '"';
			p[n - 2] = '@';
			assert_true(
			    address_split((struct str){p, n}, &local, &domain));
			assert_int_equal(local.n, at);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_split_places),
	    cmocka_unit_test(test_strange),
	    cmocka_unit_test(test_hash),
	    cmocka_unit_test(test_null),
	    cmocka_unit_test(test_owner),
	    cmocka_unit_test(test_list_sender),
	    cmocka_unit_test(test_same_owner),
	    cmocka_unit_test(test_in_field),
	};

	return cmocka_run_group_tests_name("mail/address", tests, NULL, NULL);
}
