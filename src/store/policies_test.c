/* SPDX-License-Identifier: ISC */
#include "store/policies.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY    (86400 * US_SECOND)
#define DOMAIN S("tienda.example")

static struct kept_policy
look(struct store *store)
{
	struct kept_policies p = {0};
	struct kept_policy copy;

	kept_policies_load(&p, store);
	assert_int_equal(p.n, 1);
	assert_non_null(kept_policies_find(&p, S("TIENDA.example")));
	copy = p.items[0];
	copy.id = copy.hash = copy.domain = (struct str){NULL, 0};
	kept_policies_done(&p);
	return copy;
}

static void
seen(struct store *store, wall_us day, const char *id, const char *hash)
{
	assert_true(store_begin(store));
	kept_policies_seen(
	    store, day * DAY, DOMAIN, str_z(id), str_z(hash), S("864000"));
	assert_true(store_commit(store));
}

/* Does the report of that day say so? */
static bool
differs(struct store *store, wall_us day, const char *id, const char *hash)
{
	struct kept_policies p = {0};
	bool differs;

	kept_policies_load(&p, store);
	differs =
	    kept_policy_differs(&p.items[0], str_z(id), str_z(hash), day * DAY);
	kept_policies_done(&p);
	return differs;
}

static void
test_ids(void **state)
{
	char folder[] = "/tmp/sereno-policies-XXXXXX", path[64];
	struct store store;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/s.db", folder);
	store_open(&store, str_z(path), 0);
	seen(&store, 1, "a", "one");
	seen(&store, 3, "a", "one");
	assert_int_equal(look(&store).first, 1 * DAY);
	assert_int_equal(look(&store).last, 3 * DAY);
	assert_int_equal(look(&store).age, 864000);
	assert_false(differs(&store, 4, "a", "one"));
	assert_false(differs(&store, 4, "b", "two"));
	assert_false(differs(&store, 4, "b", "one"));
	/* Another one with the same id stays one until the old ones have
	 * ended everywhere, ten days after. */
	assert_true(differs(&store, 5, "a", "two"));
	seen(&store, 5, "a", "two");
	assert_true(differs(&store, 7, "a", "three"));
	seen(&store, 7, "a", "three");
	assert_int_equal(look(&store).last, 3 * DAY);
	assert_int_equal(look(&store).other, 5 * DAY);
	assert_true(differs(&store, 15, "a", "three"));
	assert_false(differs(&store, 16, "a", "three"));
	/* What was put back is as it was. */
	seen(&store, 8, "a", "one");
	assert_int_equal(look(&store).other, WALL_NONE);
	assert_int_equal(look(&store).first, 1 * DAY);
	/* A new id begins anew, and so does the end of the old ones. */
	seen(&store, 9, "b", "three");
	assert_int_equal(look(&store).first, 9 * DAY);
	seen(&store, 10, "b", "one");
	seen(&store, 30, "b", "one");
	assert_int_equal(look(&store).first, 30 * DAY);
	assert_int_equal(look(&store).other, WALL_NONE);
	assert_false(differs(&store, 30, "b", "one"));
	store_close(&store);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* A file of before: read as it is, brought up by who may write. */
static void
test_older_form(void **state)
{
	char folder[] = "/tmp/sereno-policies-XXXXXX", path[64];
	struct kept_policies p = {0};
	struct store store;
	sqlite3 *db = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/s.db", folder);
	store_open(&store, str_z(path), 0);
	store_close(&store);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "DROP TABLE policy; PRAGMA user_version=2", NULL,
		NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	store_open(&store, str_z(path), STORE_READ);
	assert_non_null(store.db);
	kept_policies_load(&p, &store);
	assert_int_equal(p.n, 0);
	assert_int_equal(store.err.kind, ERR_NONE);
	store_close(&store);
	store_open(&store, str_z(path), 0);
	seen(&store, 1, "a", "one");
	assert_int_equal(look(&store).first, DAY);
	store_close(&store);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_older_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
