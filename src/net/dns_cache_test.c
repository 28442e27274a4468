/* SPDX-License-Identifier: ISC */
#include "net/dns_cache.h"

#include "base/fd.h"
#include "net/dns_body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	NOW = 1800000000
};

/* "No such name" that holds for ttl seconds. */
static size_t
no_name(uint8_t body[DNS_BODY_STATUS], uint32_t ttl)
{
	size_t n = dns_body_of_status(DNS_NO_NAME, S(""), body);

	dns_body_set_ttl(body, ttl);
	return n;
}

static void
test_time(void **state)
{
	struct dns_cache *c = dns_cache_new(1);
	uint8_t body[DNS_BODY_STATUS];
	const uint8_t *got;
	size_t n = no_name(body, 60), got_n;

	(void)state;
	dns_cache_put(c, S("a.test"), DNS_A, NOW, body, n);
	got = dns_cache_get(c, S("A.test."), DNS_A, NOW + 59, &got_n);
	assert_non_null(got);
	assert_int_equal(got_n, n);
	assert_int_equal(dns_body_ttl(got), 1);
	assert_null(dns_cache_get(c, S("a.test"), DNS_A, NOW + 60, &got_n));
	assert_null(dns_cache_get(c, S("a.test"), DNS_TXT, NOW, &got_n));
	/* What no server said is not kept, nor what may not be kept. */
	n = dns_body_of_status(DNS_TIMEOUT, S(""), body);
	dns_body_set_ttl(body, 60);
	dns_cache_put(c, S("b.test"), DNS_A, NOW, body, n);
	dns_cache_put(c, S("c.test"), DNS_A, NOW, body, no_name(body, 0));
	assert_null(dns_cache_get(c, S("b.test"), DNS_A, NOW, &got_n));
	assert_null(dns_cache_get(c, S("c.test"), DNS_A, NOW, &got_n));
	dns_cache_free(c);
}

static void
test_file(void **state)
{
	CLEANUP(fd_close) int fd = memfd_create("cache", MFD_CLOEXEC);
	struct dns_cache *c = dns_cache_new(1);
	uint8_t body[DNS_BODY_STATUS];
	size_t n = no_name(body, 60);
	uint8_t byte;

	(void)state;
	assert_true(fd >= 0);
	dns_cache_put(c, S("a.test"), DNS_A, NOW, body, n);
	dns_cache_put(c, S("old.test"), DNS_A, NOW - 100, body, n);
	assert_true(dns_cache_save(c, fd, NOW));
	dns_cache_free(c);

	c = dns_cache_new(1);
	dns_cache_load(c, fd, NOW);
	assert_non_null(dns_cache_get(c, S("a.test"), DNS_A, NOW, &n));
	assert_null(dns_cache_get(c, S("old.test"), DNS_A, NOW, &n));
	dns_cache_free(c);

	/* Another resolver's. */
	c = dns_cache_new(2);
	dns_cache_load(c, fd, NOW);
	assert_null(dns_cache_get(c, S("a.test"), DNS_A, NOW, &n));
	dns_cache_free(c);

	/* One byte wrong: nothing of it is believed. */
	assert_int_equal(pread(fd, &byte, 1, 50), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, 50), 1);
	c = dns_cache_new(1);
	dns_cache_load(c, fd, NOW);
	assert_null(dns_cache_get(c, S("a.test"), DNS_A, NOW, &n));
	/* And it is replaced by a good one. */
	assert_true(dns_cache_save(c, fd, NOW));
	dns_cache_free(c);
}

/* A clock that was a year ahead must not leave answers for a year. */
static void
test_clock(void **state)
{
	CLEANUP(fd_close) int fd = memfd_create("cache", MFD_CLOEXEC);
	struct dns_cache *c = dns_cache_new(1);
	uint8_t body[DNS_BODY_STATUS];
	size_t n = no_name(body, 60);

	(void)state;
	dns_cache_put(c, S("a.test"), DNS_A, NOW + 366 * 24 * 3600, body, n);
	assert_true(dns_cache_save(c, fd, NOW));
	dns_cache_free(c);
	c = dns_cache_new(1);
	dns_cache_load(c, fd, NOW);
	assert_null(dns_cache_get(c, S("a.test"), DNS_A, NOW, &n));
	dns_cache_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_file),
	    cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
