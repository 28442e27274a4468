/* SPDX-License-Identifier: ISC */
#include "store/slip.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void
test_pipe(void **state)
{
	const struct slip sent[] = {
	    {SLIP_SEEN, 1800000000000000,
		{S0("spamhaus-zen"), S0("192.0.2.1"), S0("SBL"),
		    S0("a\0b\xff")}},
	    {SLIP_GONE, -1, {S0("x"), S0("")}},
	};
	char buf[2 * SLIP_MAX];
	int ends[2];
	struct str bytes;
	struct slip got;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	for (size_t i = 0; i < ARRAY_LEN(sent); i++)
		assert_true(slip_send(ends[1], &sent[i]));
	bytes = (struct str){buf, (size_t)read(ends[0], buf, sizeof(buf))};
	for (size_t i = 0; i < ARRAY_LEN(sent); i++) {
		assert_int_equal(slip_read(&bytes, &got), SLIP_WHOLE);
		assert_int_equal(got.kind, sent[i].kind);
		assert_int_equal(got.at, sent[i].at);
		for (size_t k = 0; k < SLIP_TEXTS; k++)
			assert_true(str_eq(got.texts[k], sent[i].texts[k]));
	}
	assert_int_equal(bytes.n, 0);
	close(ends[0]);
	close(ends[1]);
	assert_false(slip_send(-1, &sent[0]));
}

/* Whoever writes may be a stranger's by now. */
static void
test_bounds(void **state)
{
	struct slip slip = {SLIP_SEEN, 1, {S0("list"), S0("target")}}, got;
	char buf[SLIP_MAX], bad[SLIP_MAX];
	char longer[SLIP_TEXT + 100] = {0};
	size_t n = slip_pack(&slip, buf);
	struct str bytes;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		bytes = (struct str){buf, i};
		assert_int_equal(slip_read(&bytes, &got), SLIP_PART);
		assert_int_equal(bytes.n, i);
	}
	for (int kind = 0; kind < 256; kind++) {
		memcpy(bad, buf, n);
		bad[0] = (char)kind;
		bytes = (struct str){bad, n};
		assert_int_equal(slip_read(&bytes, &got),
		    kind >= SLIP_SEEN && kind < SLIP_KINDS ? SLIP_WHOLE
							   : SLIP_BAD);
	}
	memcpy(bad, buf, n);
	bad[SLIP_HEAD - 1] = '\x7f'; /* the length of the last text */
	bytes = (struct str){bad, n};
	assert_int_equal(slip_read(&bytes, &got), SLIP_BAD);

	slip.texts[2] = (struct str){longer, sizeof(longer)};
	bytes = (struct str){buf, slip_pack(&slip, buf)};
	assert_int_equal(slip_read(&bytes, &got), SLIP_WHOLE);
	assert_int_equal(got.texts[2].n, SLIP_TEXT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pipe),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
