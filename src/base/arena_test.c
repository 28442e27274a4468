/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	PIECES = 3000,
	HOLD = 1024 * 1024,
};

/* Of all sizes around the block's: below, beside and above it. */
static size_t
size_of(size_t i)
{
	static const size_t sizes[] = {1, 15, 16, 17, 0, 700, 5000, 16383,
	    16384, 16385, 65535, 65536, 65537, 200000};

	return sizes[i * 7 % ARRAY_LEN(sizes)];
}

/* Every piece is zeroed, aligned and its own: none overwrites another. */
static void
pieces(void **state)
{
	struct arena a = {0};
	unsigned char *at[PIECES];

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		size_t n = size_of(i);

		at[i] = arena_alloc(&a, n);
		assert_int_equal((uintptr_t)at[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++)
			if (at[i][k] != 0)
				fail_msg("piece %zu is not zeroed", i);
		memset(at[i], (int)(i % 255 + 1), n);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t k = 0; k < size_of(i); k++)
			if (at[i][k] != i % 255 + 1)
				fail_msg("piece %zu was overwritten", i);
	arena_done(&a);
	assert_null(a.last);
	assert_int_equal(a.used, 0);
}

static void
stay_below_cap(void **state)
{
	struct arena a;
	size_t taken = 0;

	(void)state;
	arena_init(&a, HOLD);
	assert_null(arena_try(&a, HOLD + 1));
	assert_null(arena_try(&a, SIZE_MAX));
	assert_null(arena_try(&a, SIZE_MAX - 15));
	assert_null(arena_try(&a, SIZE_MAX / 2));
	while (arena_try(&a, 1000) != NULL) {
		taken += 1000;
		assert_true(taken <= HOLD);
		assert_true(a.used <= HOLD);
	}
	/* Not much of it may be lost at the blocks' ends. */
	assert_true(taken > HOLD * 9 / 10);
	arena_done(&a);
	/* The cap stays, the room is back. */
	assert_int_equal(a.cap, HOLD);
	assert_non_null(arena_try(&a, HOLD));
	assert_null(arena_try(&a, 1));
	arena_done(&a);
}

/* At the cap the program ends; the sentence goes to standard error. */
static void
end_at_cap(void **state)
{
	char text[200];
	int pipes[2], status;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		struct arena a;

		(void)signal(SIGABRT, SIG_DFL);
		(void)dup2(pipes[1], 2);
		arena_init(&a, HOLD);
		(void)arena_alloc(&a, HOLD + 1);
		_exit(0);
	}
	assert_true(pid > 0);
	(void)close(pipes[1]);
	n = read(pipes[0], text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	(void)close(pipes[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(text, "sereno: out of memory\n"));
}

static void
keep_and_print(void **state)
{
	struct arena a = {0};
	char line[] = "a\0b";
	struct str s = str_keep(&a, (struct str){line, 3});

	(void)state;
	line[0] = 'x';
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	s = str_keep(&a, (struct str){NULL, 0});
	assert_int_equal(s.n, 0);
	assert_string_equal(s.p, "");
	s = arena_printf(&a, "%s-%d", "no", 7);
	assert_int_equal(s.n, 4);
	assert_string_equal(s.p, "no-7");
	s = arena_printf(&a, "%*d", 100000, 7);
	assert_int_equal(s.n, 100000);
	assert_int_equal(strlen(s.p), 100000);
	arena_done(&a);
}

static void
grow_list(void **state)
{
	int *items = NULL;
	uint32_t n, cap = 0;

	(void)state;
	for (n = 0; n < 1000; n++) {
		VEC_ROOM(items, n, cap);
		assert_true(cap > n);
		items[n] = (int)n;
	}
	for (n = 0; n < 1000; n++)
		assert_int_equal(items[n], n);
	free(items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces),
	    cmocka_unit_test(stay_below_cap),
	    cmocka_unit_test(end_at_cap),
	    cmocka_unit_test(keep_and_print),
	    cmocka_unit_test(grow_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
