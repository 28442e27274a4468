/* SPDX-License-Identifier: ISC */
#include "net/dns.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char long_label[66], long_name[300];

static void
test_wire(void **state)
{
	static const struct {
		const char *text;
		const char *wire; /* NULL: refused */
		size_t n;
	} rows[] = {
	    {"", "", 1},
	    {".", "", 1},
	    {"test", "\4test", 6},
	    {"test.", "\4test", 6},
	    {"a.bc", "\1a\2bc", 6},
	    {"a\\.b.c", "\3a.b\1c", 7},
	    {"\\065\\\\", "\2A\\", 4},
	    {"\\255", "\1\xff", 3},
	    {"a..b", NULL, 0},
	    {".a", NULL, 0},
	    {"..", NULL, 0},
	    {"\\256", NULL, 0},
	    {"\\25", NULL, 0},
	    {"a\\", NULL, 0},
	    {long_label, NULL, 0},
	    {long_name, NULL, 0},
	};
	uint8_t wire[DNS_NAME_WIRE];
	size_t n;

	(void)state;
	memset(long_label, 'a', 64);
	for (size_t i = 0; i < 256; i++)
		long_name[i] = i % 2 == 0 ? 'a' : '.';
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool ok = dns_name_wire(str_z(rows[i].text), wire, &n);

		assert_int_equal(ok, rows[i].wire != NULL);
		if (!ok)
			continue;
		assert_int_equal(n, rows[i].n);
		assert_memory_equal(wire, rows[i].wire, n);
	}
	/* 127 labels of one letter fill the 255 bytes. */
	long_name[253] = '\0';
	assert_true(dns_name_wire(str_z(long_name), wire, &n));
	assert_int_equal(n, DNS_NAME_WIRE);
}

static void
test_read(void **state)
{
	static const uint8_t message[] = {3, 'a', '.', 7, 0, 1, 'b', 0xc0, 0,
	    0xc0, 9, 0xc0, 13, 0xc0, 11, 2, 'x'};
	char text[DNS_NAME_TEXT];
	size_t n, next;

	(void)state;
	assert_true(
	    dns_name_read(message, sizeof(message), 0, text, &n, &next));
	assert_string_equal(text, "a\\.\\007");
	assert_int_equal(next, 5);
	assert_true(
	    dns_name_read(message, sizeof(message), 5, text, &n, &next));
	assert_string_equal(text, "b.a\\.\\007");
	assert_int_equal(next, 9);
	/* a pointer to itself, two in a circle, a label cut short */
	assert_false(
	    dns_name_read(message, sizeof(message), 9, text, &n, &next));
	assert_false(
	    dns_name_read(message, sizeof(message), 11, text, &n, &next));
	assert_false(
	    dns_name_read(message, sizeof(message), 13, text, &n, &next));
	assert_false(
	    dns_name_read(message, sizeof(message), 15, text, &n, &next));
	assert_false(dns_name_read(message, 0, 0, text, &n, &next));
}

static void
test_within(void **state)
{
	(void)state;
	assert_true(dns_name_within(S("a.B.c"), S("b.C.")));
	assert_true(dns_name_within(S("b.c"), S("b.c")));
	assert_true(dns_name_within(S("b.c"), S(".")));
	assert_false(dns_name_within(S("ab.c"), S("b.c")));
	assert_false(dns_name_within(S("a\\.b.c"), S("b.c")));
	assert_false(dns_name_within(S("c"), S("b.c")));
	assert_true(dns_name_eq(S("A.b."), S("a.B")));
}

static void
test_reverse(void **state)
{
	struct arena a = {0};
	struct ip ip;

	(void)state;
	assert_true(ip_parse(S("192.0.2.10"), &ip));
	assert_string_equal(
	    dns_reverse_name(&a, &ip).p, "10.2.0.192.in-addr.arpa");
	assert_true(ip_parse(S("2001:db8::12"), &ip));
	assert_string_equal(dns_reverse_name(&a, &ip).p,
	    "2.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
	    "ip6.arpa");
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wire),
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_within),
	    cmocka_unit_test(test_reverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
