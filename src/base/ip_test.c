/* SPDX-License-Identifier: ISC */
#include "base/ip.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct ip
ip_of(const char *text)
{
	struct ip ip;

	if (!ip_parse(str_z(text), &ip))
		fail_msg("'%s' was refused", text);
	return ip;
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"0.0.0.0", "0.0.0.0"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"::ffff:192.0.2.1", "192.0.2.1"},
	    {"::FFFF:c000:0201", "192.0.2.1"},
	    {"2001:db8::1", "2001:db8::1"},
	    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
	    {"IPv6:2001:db8::1", "2001:db8::1"},
	    {"ipv6:::1", "::1"},
	    {"IPv6:::ffff:192.0.2.1", "192.0.2.1"},
	    {"::", "::"},
	    {"1::", "1::"},
	    {"::1", "::1"},
	    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
	    {"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"},
	    {"fe80::1%eth0", "fe80::1"},
	    {"fe80::1%1", "fe80::1"},
	    {"A:b:C:d:E:f:aF09:0", "a:b:c:d:e:f:af09:0"},
	};
	char buf[IP_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ip ip = ip_of(rows[i].text);

		assert_string_equal(ip_text(&ip, buf), rows[i].shown);
	}
}

static void
test_refuse(void **state)
{
	static const struct str rows[] = {S0(""), S0("unknown"), S0("1.2.3"),
	    S0("1.2.3.4.5"), S0("1.2.3.256"), S0("1.2.3.04"), S0("1.2..4"),
	    S0("1.2.3.4 "), S0(" 1.2.3.4"), S0("1.2.3.4\0"), S0("1.2.3.-4"),
	    S0("1.2.3.4:25"), S0("0x1.2.3.4"), S0("1234.1.1.1"), S0("1.2.3."),
	    S0(".1.2.3"), S0("4294967298.1.1.1"), S0(":"), S0(":::"), S0("1:"),
	    S0(":1"), S0("1::2::3"), S0("12345::"), S0("g::"),
	    S0("1:2:3:4:5:6:7"), S0("1:2:3:4:5:6:7:8:9"),
	    S0("1:2:3:4:5:6:7:8:"), S0("1:2:3:4:5:6:7:8::"),
	    S0("::1:2:3:4:5:6:7:8"), S0("1:2:3:4::5:6:7:8"),
	    S0("1:2:3:4:5:6:7:192.0.2.1"), S0("::1.2.3.4:5"), S0("::1.2.3"),
	    S0("1.2.3.4::"), S0("IPv6:"), S0("IPv6:192.0.2.1"),
	    S0("IPv6:IPv6:::1"), S0("[::1]"), S0("fe80::1%"), S0("fe80::1%a b"),
	    S0("fe80::1%a%b"), S0("fe80::1%0123456789abcdef"), S0("::\0"),
	    S0("::1\n")};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ip ip = {{7}};
		const struct ip before = ip;

		if (ip_parse(rows[i], &ip))
			fail_msg("'%s' was taken", rows[i].p);
		/* style: outputs are set on success only */
		assert_true(ip_eq(&ip, &before));
	}
}

/* The C library is the second opinion on what is an address. */
static void
test_against_libc(void **state)
{
	static const char alphabet[] = ":::::0123fF..";
	uint64_t r = 1;
	unsigned taken = 0;

	(void)state;
	for (int i = 0; i < 2000000; i++) {
		char text[24];
		struct ip ours, theirs = {{[10] = 0xff, 0xff}};
		size_t n;
		bool ok, want;

		r = r * UINT64_C(6364136223846793005) + 1442695040888963407;
		n = 2 + (r >> 60);
		for (size_t k = 0; k < n; k++)
			text[k] = alphabet[(str_hash((struct str){
						(const char *)&r, 8}) >>
					       (k * 3)) %
					   (sizeof(alphabet) - 1)];
		text[n] = '\0';
		want = inet_pton(AF_INET, text, theirs.b + 12) == 1 ||
		       inet_pton(AF_INET6, text, theirs.b) == 1;
		ok = ip_parse((struct str){text, n}, &ours);
		if (ok != want || (ok && !ip_eq(&ours, &theirs)))
			fail_msg("'%s': we %d, libc %d", text, ok, want);
		taken += ok;
	}
	/* The alphabet must reach what it is meant for. */
	assert_true(taken > 1000);
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *text;
		bool v4, none, loopback, private;
	} rows[] = {
	    {"::", false, true, false, false},
	    {"0.0.0.0", true, false, false, false},
	    {"127.0.0.1", true, false, true, false},
	    {"127.255.0.1", true, false, true, false},
	    {"::1", false, false, true, false},
	    {"10.1.2.3", true, false, false, true},
	    {"11.0.0.0", true, false, false, false},
	    {"172.15.255.255", true, false, false, false},
	    {"172.16.0.0", true, false, false, true},
	    {"172.31.255.255", true, false, false, true},
	    {"172.32.0.0", true, false, false, false},
	    {"192.168.1.1", true, false, false, true},
	    {"100.63.255.255", true, false, false, false},
	    {"100.64.0.1", true, false, false, true},
	    {"100.128.0.0", true, false, false, false},
	    {"169.254.1.1", true, false, false, true},
	    {"fc00::1", false, false, false, true},
	    {"fdff::1", false, false, false, true},
	    {"fe80::1", false, false, false, true},
	    {"febf::1", false, false, false, true},
	    {"fec0::1", false, false, false, false},
	    /* design.md 7: documentation ranges count as public */
	    {"192.0.2.1", true, false, false, false},
	    {"198.18.0.1", true, false, false, false},
	    {"2001:db8::1", false, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ip ip = ip_of(rows[i].text);

		assert_int_equal(ip_is_v4(&ip), rows[i].v4);
		assert_int_equal(ip_is_none(&ip), rows[i].none);
		assert_int_equal(ip_is_loopback(&ip), rows[i].loopback);
		assert_int_equal(ip_is_private(&ip), rows[i].private);
	}
}

static void
test_network(void **state)
{
	static const struct {
		const char *text, *net;
	} rows[] = {
	    {"192.0.2.255", "192.0.2.0/24"},
	    {"255.255.255.255", "255.255.255.0/24"},
	    {"2001:db8:1:2:3::4", "2001:db8:1::/48"},
	    {"::1", "::/48"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff::/48"},
	};
	char buf[IP_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ip ip = ip_of(rows[i].text);
		struct ip net = ip_network(&ip);

		assert_string_equal(ip_network_text(&net, buf), rows[i].net);
	}
}

static void
test_prefix(void **state)
{
	static const struct {
		const char *prefix, *in, *out;
	} rows[] = {
	    {"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
	    {"10.1.2.3/8", "10.255.0.1", "11.0.0.0"},
	    {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
	    {"192.0.2.0/25", "192.0.2.127", "192.0.2.128"},
	    {"0.0.0.0/0", "203.0.113.1", "2001:db8::1"},
	    {"::/0", "203.0.113.1", NULL},
	    {"[::1]/128", "::1", "::2"},
	    {"[::1]", "::1", "::2"},
	    {"[::1/128]", "::1", "127.0.0.1"},
	    {"8000::/1", "ffff::", "7fff::"},
	    {"[2001:db8::]/33", "2001:db8:7fff::", "2001:db8:8000::"},
	    {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
	    {"[127.0.0.0]/8", "127.0.0.1", "::1"},
	    {"::ffff:10.0.0.0/104", "10.1.1.1", "11.1.1.1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ip_prefix prefix;
		struct ip ip = ip_of(rows[i].in);

		if (!ip_prefix_parse(str_z(rows[i].prefix), &prefix))
			fail_msg("'%s' was refused", rows[i].prefix);
		assert_true(ip_in_prefix(&ip, &prefix));
		if (rows[i].out == NULL)
			continue;
		ip = ip_of(rows[i].out);
		assert_false(ip_in_prefix(&ip, &prefix));
	}
}

static void
test_prefix_refuse(void **state)
{
	static const char *const rows[] = {"", "/", "/8", "10.0.0.0/",
	    "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/8x",
	    "::/129", "[::1", "::1]", "[::1]128", "[::1]/", "[]/8",
	    "[::1]x/128", "10.0.0.0/0008", "hash:/etc/postfix/nets",
	    "example.org"};
	struct ip_prefix prefix;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (ip_prefix_parse(str_z(rows[i]), &prefix))
			fail_msg("'%s' was taken", rows[i]);
}

/* In a line: up to a byte that must follow. Each text stands in memory of its
 * own, so that a sanitizer sees who reads behind it. */
static void
test_take_v4(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {{"192.0.2.1]", 9}, {"192.0.2.1]:25, delay=1", 9},
	    {"1.2.3.4]", 7}, {"255.255.255.255] x", 15},
	    {"255.255.255.255]", 15}, {"192.0.2.1", 0}, {"192.0.2.1 ]", 0},
	    {"192.0.2]", 0}, {"1.2.3.4.5]", 0}, {"256.1.1.1]", 0},
	    {"01.2.3.4]", 0}, {"1..3.4]", 0}, {"1.2.3.1234]", 0}, {"]", 0},
	    {"", 0}, {"unknown]", 0}, {"2001:db8::1]", 0},
	    {"1.2.3.4.5.6.7.8.9.10]", 0}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str text = str_z(rows[i].text);
		char *copy = malloc(text.n + 1);
		struct ip ip = {{0}};

		assert_non_null(copy);
		memcpy(copy, text.p, text.n);
		if (ip_take_v4((struct str){copy, text.n}, ']', &ip) !=
		    rows[i].n)
			fail_msg("'%s'", rows[i].text);
		if (rows[i].n > 0) {
			struct ip want;

			assert_true(ip_parse(str_head(text, rows[i].n), &want));
			assert_true(ip_eq(&ip, &want));
		} else {
			assert_true(ip_is_none(&ip));
		}
		free(copy);
	}
}

static void
test_hash(void **state)
{
	unsigned low[256] = {0};
	struct ip ip = ip_of("192.0.2.0");

	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		ip.b[14] = (uint8_t)(i >> 8);
		ip.b[15] = (uint8_t)i;
		low[ip_hash(&ip) & 255]++;
	}
	for (unsigned i = 0; i < 256; i++)
		assert_in_range(low[i], 160, 360);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_refuse),
	    cmocka_unit_test(test_against_libc),
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_network),
	    cmocka_unit_test(test_prefix),
	    cmocka_unit_test(test_prefix_refuse),
	    cmocka_unit_test(test_take_v4),
	    cmocka_unit_test(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
