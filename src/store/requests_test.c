/* SPDX-License-Identifier: ISC */
#include "store/requests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define ID S("spamhaus-xbl/192.0.2.1")

static struct request
look(struct store *store)
{
	struct requests r = {0};
	struct request copy;

	requests_load(&r, store);
	assert_int_equal(r.n, 1);
	assert_non_null(requests_find(&r, ID));
	copy = *requests_find(&r, ID);
	requests_done(&r);
	return copy;
}

static void
seen(struct store *store, wall_us at)
{
	assert_true(store_begin(store));
	requests_seen(store, at, ID);
	assert_true(store_commit(store));
}

static void
mark(struct store *store, wall_us at, enum request_state state)
{
	assert_true(store_begin(store));
	assert_true(requests_mark(store, at, ID, state));
	assert_true(store_commit(store));
}

static void
test_states(void **state)
{
	char folder[] = "/tmp/sereno-requests-XXXXXX", path[64];
	struct store store;
	struct request r;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/s.db", folder);
	store_open(&store, str_z(path), 0);
	assert_true(store_begin(&store));
	assert_false(requests_mark(&store, 1, ID, REQUEST_ASKED));
	assert_true(store_commit(&store));
	seen(&store, 100);
	assert_int_equal(look(&store).state, REQUEST_OPEN);
	mark(&store, 200, REQUEST_ASKED);
	/* What was asked for stays asked for while there is a reason. */
	seen(&store, 300);
	r = look(&store);
	assert_int_equal(r.state, REQUEST_ASKED);
	assert_int_equal(r.at, 200);
	assert_int_equal(r.seen, 300);
	mark(&store, 400, REQUEST_REFUSED);
	mark(&store, 500, REQUEST_ASKED);
	mark(&store, 600, REQUEST_DELISTED);
	seen(&store, 700);
	r = look(&store);
	assert_int_equal(r.state, REQUEST_AGAIN);
	assert_int_equal(r.at, 700);
	assert_int_equal(r.first, 100);
	assert_int_equal(r.times, 2);
	store_close(&store);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
