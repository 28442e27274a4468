/* SPDX-License-Identifier: ISC */
/* Messages are built by hand here, as a server would write them. */
#include "net/dns_body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	ROOM = 2048
};

struct build {
	uint8_t p[ROOM];
	size_t n;
};

static void
add(struct build *b, const void *p, size_t n)
{
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void
add16(struct build *b, unsigned value)
{
	const uint8_t two[] = {(uint8_t)(value >> 8), (uint8_t)value};

	add(b, two, 2);
}

static void
add_name(struct build *b, const char *name)
{
	uint8_t wire[DNS_NAME_WIRE];
	size_t n;

	assert_true(dns_name_wire(str_z(name), wire, &n));
	add(b, wire, n);
}

static void
begin(struct build *b, unsigned rcode, unsigned answers, unsigned authority,
    const char *name, unsigned type)
{
	b->n = 0;
	add16(b, 4711);
	add16(b, 0x8180 | rcode);
	add16(b, 1);
	add16(b, answers);
	add16(b, authority);
	add16(b, 0);
	add_name(b, name);
	add16(b, type);
	add16(b, 1);
}

static void
record(struct build *b, const char *owner, unsigned type, unsigned ttl,
    const void *data, size_t n)
{
	add_name(b, owner);
	add16(b, type);
	add16(b, 1);
	add16(b, 0);
	add16(b, ttl);
	add16(b, (unsigned)n);
	add(b, data, n);
}

static struct dns_answer
read_back(struct arena *a, const struct build *b, uint16_t type)
{
	uint8_t *body = malloc(DNS_BODY);
	struct dns_answer answer;
	size_t n = dns_body_of_message(b->p, b->n, type, DNS_SECURE, body);

	assert_true(n > 0);
	assert_true(dns_body_read(a, body, n, type, &answer));
	/* No body cut short may be taken for a whole one. */
	for (size_t i = 0; i < n; i++) {
		struct dns_answer other;

		assert_false(dns_body_read(a, body, i, type, &other));
	}
	free(body);
	return answer;
}

static void
test_addresses(void **state)
{
	struct arena a = {0};
	struct build b;
	struct dns_answer answer;
	char ip[IP_TEXT];
	const char signature[90] = {0};
	size_t size;

	(void)state;
	begin(&b, 0, 3, 0, "2.0.0.127.bl.test", DNS_A);
	record(&b, "2.0.0.127.bl.test", DNS_A, 300, "\x7f\0\0\2", 4);
	record(&b, "2.0.0.127.BL.test", DNS_A, 200, "\x7f\0\0\xa", 4);
	/* of somebody else: not taken */
	record(&b, "evil.test", DNS_A, 1, "\xc0\0\2\1", 4);
	answer = read_back(&a, &b, DNS_A);
	assert_int_equal(answer.status, DNS_OK);
	assert_int_equal(answer.security, DNS_SECURE);
	assert_int_equal(answer.n, 2);
	assert_int_equal(answer.ttl, 200);
	assert_int_equal(answer.size, b.n);
	assert_string_equal(ip_text(&answer.records[1].ip, ip), "127.0.0.10");
	assert_int_equal(answer.canonical.n, 0);
	/* Who does not ask for signatures gets none. */
	begin(&b, 0, 2, 1, "long.test", DNS_TXT);
	record(&b, "long.test", DNS_TXT, 300, "\4text", 5);
	size = b.n;
	record(&b, "long.test", DNS_RRSIG, 300, signature, sizeof(signature));
	record(&b, "test", DNS_NS, 300, "\2ns\0", 4);
	assert_int_equal(read_back(&a, &b, DNS_TXT).size, size);
	arena_done(&a);
}

static void
test_cname(void **state)
{
	struct arena a = {0};
	struct build b;
	struct dns_answer answer;

	(void)state;
	begin(&b, 0, 2, 0, "www.test", DNS_TXT);
	record(&b, "www.test", DNS_CNAME, 50, "\1h\4test", 8);
	record(&b, "h.test", DNS_TXT, 60, "\4v=sp\0\2f1", 9);
	answer = read_back(&a, &b, DNS_TXT);
	assert_string_equal(answer.canonical.p, "h.test");
	assert_int_equal(answer.n, 1);
	assert_int_equal(answer.records[0].strings, 3);
	assert_true(str_eq(answer.records[0].text, S("v=spf1")));
	assert_int_equal(answer.ttl, 50);
	arena_done(&a);
}

static void
test_names(void **state)
{
	struct arena a = {0};
	struct build b;
	struct dns_answer answer;

	(void)state;
	begin(&b, 0, 1, 0, "t", DNS_MX);
	record(&b, "t", DNS_MX, 60, "\0\12\2mx\300\14", 7);
	answer = read_back(&a, &b, DNS_MX);
	assert_int_equal(answer.records[0].preference, 10);
	assert_string_equal(answer.records[0].name.p, "mx.t");
	arena_done(&a);
}

/* RFC 2308: how long "no" holds is said by the SOA. */
static void
test_negative(void **state)
{
	static const uint8_t soa[22] = {
	    [18] = 0, [19] = 0, [20] = 0, [21] = 90};
	struct arena a = {0};
	struct build b;
	struct dns_answer answer;

	(void)state;
	begin(&b, 3, 0, 1, "no.test", DNS_A);
	record(&b, "test", DNS_SOA, 600, soa, sizeof(soa));
	answer = read_back(&a, &b, DNS_A);
	assert_int_equal(answer.status, DNS_NO_NAME);
	assert_int_equal(answer.ttl, 90);
	begin(&b, 0, 0, 0, "no.test", DNS_A);
	answer = read_back(&a, &b, DNS_A);
	assert_int_equal(answer.status, DNS_NO_DATA);
	assert_int_equal(answer.ttl, 0);
	begin(&b, 5, 0, 0, "no.test", DNS_A);
	assert_int_equal(read_back(&a, &b, DNS_A).status, DNS_REFUSED);
	begin(&b, 2, 0, 0, "no.test", DNS_A);
	assert_int_equal(read_back(&a, &b, DNS_A).status, DNS_FAILED);
	arena_done(&a);
}

static void
test_broken(void **state)
{
	uint8_t *body = malloc(DNS_BODY);
	struct build b;

	(void)state;
	begin(&b, 0, 1, 0, "a.test", DNS_A);
	record(&b, "a.test", DNS_A, 60, "\x7f\0\0\2", 4);
	for (size_t i = 0; i < b.n; i++)
		assert_int_equal(
		    dns_body_of_message(b.p, i, DNS_A, DNS_INSECURE, body), 0);
	b.p[2] &= 0x7f; /* a question is no answer */
	assert_int_equal(
	    dns_body_of_message(b.p, b.n, DNS_A, DNS_INSECURE, body), 0);
	/* a CNAME to itself ends */
	begin(&b, 0, 1, 0, "a.test", DNS_A);
	record(&b, "a.test", DNS_CNAME, 60, "\1a\4test", 8);
	assert_true(
	    dns_body_of_message(b.p, b.n, DNS_A, DNS_INSECURE, body) > 0);
	free(body);
}

static void
test_status(void **state)
{
	uint8_t body[DNS_BODY_STATUS];
	struct arena a = {0};
	struct dns_answer answer;
	size_t n = dns_body_of_status(DNS_BOGUS, S("signature expired"), body);

	(void)state;
	assert_true(dns_body_read(&a, body, n, DNS_A, &answer));
	assert_int_equal(answer.status, DNS_BOGUS);
	assert_string_equal(answer.why.p, "signature expired");
	body[0] = DNS_STATUSES;
	assert_false(dns_body_read(&a, body, n, DNS_A, &answer));
	body[0] = DNS_OK; /* says that there are records, but has none */
	assert_false(dns_body_read(&a, body, n, DNS_A, &answer));
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_cname),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_negative),
	    cmocka_unit_test(test_broken),
	    cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
