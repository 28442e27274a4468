/* SPDX-License-Identifier: ISC */
#include "base/scan.h"

#include "base/arena.h"
#include "base/scan_avx2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	MOST = 5000
};

typedef size_t (*scanner)(struct str s, uint32_t *ret_at, size_t max);

static size_t
scan_bytes(struct str s, uint32_t *ret_at, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < max; i++)
		if (s.p[i] == '\n')
			ret_at[n++] = (uint32_t)i;
	return n;
}

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

/* The three against each other; nothing behind max may be touched. */
static void
compare(scanner f, struct str s, size_t max)
{
	const uint32_t guard = 0xdeadbeef;
	uint32_t *want = xcalloc(max + 1, sizeof(*want));
	uint32_t *got = xcalloc(max + 1, sizeof(*got));
	size_t n = scan_bytes(s, want, max);

	got[max] = guard;
	assert_int_equal(f(s, got, max), n);
	assert_memory_equal(got, want, n * sizeof(*want));
	assert_int_equal(got[max], guard);
	free(want);
	free(got);
}

static void
check_scanner(scanner f)
{
	uint64_t state = 1;

	for (int round = 0; round < 4000; round++) {
		size_t size = next_random(&state) % 700;
		size_t offset = next_random(&state) % 64;
		/* One newline in 1 to 200 bytes. */
		uint64_t every = 1 + next_random(&state) % 200;
		char *bytes = xcalloc(size + offset, 1);

		for (size_t i = 0; i < size + offset; i++) {
			uint64_t r = next_random(&state);

			bytes[i] = r % every == 0 ? '\n' : (char)(r >> 9);
		}
		compare(f, (struct str){bytes + offset, size},
		    next_random(&state) % 800);
		free(bytes);
	}
	compare(f, (struct str){NULL, 0}, 10);
	compare(f, (struct str){NULL, 0}, 0);
	compare(f, S("\n"), 0);
	compare(f, S("\n"), 1);
}

/* A read behind the end of s faults here. */
static void
check_edge(scanner f)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	memset(p, '\n', page);
	assert_int_equal(mprotect(p + page, page, PROT_NONE), 0);
	for (size_t n = 0; n <= 200; n++) {
		uint32_t at[MOST];

		assert_int_equal(f((struct str){p + page - n, n}, at, MOST), n);
	}
	assert_int_equal(munmap(p, 2 * page), 0);
}

static void
test_plain(void **state)
{
	(void)state;
	check_scanner(scan_newlines_plain);
	check_edge(scan_newlines_plain);
}

static void
test_dispatched(void **state)
{
	(void)state;
	check_scanner(scan_newlines);
	check_edge(scan_newlines);
}

static void
test_avx2(void **state)
{
	(void)state;
#if SCAN_HAVE_AVX2
	if (__builtin_cpu_supports("avx2")) {
		check_scanner(scan_newlines_avx2);
		check_edge(scan_newlines_avx2);
		return;
	}
#endif
	skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_dispatched),
	    cmocka_unit_test(test_avx2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
