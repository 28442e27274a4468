/* SPDX-License-Identifier: ISC */
#include "store/changes.h"
#include "store/listings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define ZEN S("spamhaus-zen")
#define IP  S("192.0.2.1")

static void
begin(struct store *store, char folder[64])
{
	char path[96];

	(void)snprintf(folder, 64, "/tmp/sereno-listings-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/s.db", folder);
	store_open(store, str_z(path), 0);
	assert_int_equal(store->err.kind, ERR_NONE);
}

static void
end(struct store *store, const char *folder)
{
	char path[96];

	store_close(store);
	(void)snprintf(path, sizeof(path), "%s/s.db", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0); /* nothing is left beside it */
}

static void
round_of(struct store *store, wall_us at, bool listed)
{
	assert_true(store_begin(store));
	if (listed)
		listings_seen(store, at, ZEN, IP, S("SBL"), S("words"));
	else
		listings_gone(store, at, ZEN, IP);
	assert_true(store_commit(store));
}

/* Every one, the newest first. */
static void
check_all(struct store *store, const char *whats)
{
	struct changes c = {0};
	char got[200] = "";
	size_t n = 0;

	changes_load(&c, store, 100);
	for (size_t i = 0; i < c.n; i++) {
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%.*s",
		    i > 0 ? " " : "", STR_ARG(c.items[i].what));
		assert_true(str_eq(c.items[i].list, ZEN));
		assert_true(str_eq(c.items[i].target, IP));
		assert_true(i == 0 || c.items[i].at <= c.items[i - 1].at);
	}
	assert_string_equal(got, whats);
	changes_done(&c);
	changes_load(&c, store, 1);
	assert_int_equal(c.n, whats[0] != '\0');
	changes_done(&c);
}

static struct listing
look(struct store *store)
{
	struct listings l = {0};
	const struct listing *found;
	struct listing copy;

	listings_load(&l, store);
	found = listings_find(&l, ZEN, IP);
	assert_non_null(found);
	assert_null(listings_find(&l, ZEN, S("192.0.2.2")));
	copy = *found;
	listings_done(&l);
	return copy;
}

static void
check_changes(struct store *store, const char *expected)
{
	char text[200] = "";
	size_t n = 0;

	assert_true(
	    store_ask(store, SQL_CHANGES, "ssi", ZEN, IP, (int64_t)100));
	while (store_next(store, SQL_CHANGES)) {
		struct str what = store_text(store, SQL_CHANGES, 1);

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s@%d ",
		    STR_ARG(what), (int)store_number(store, SQL_CHANGES, 0));
	}
	assert_string_equal(text, expected);
}

static void
test_since_when(void **state)
{
	struct store store;
	char folder[64];
	struct listing l;

	(void)state;
	begin(&store, folder);
	round_of(&store, 50, false); /* never listed: nothing to note */
	round_of(&store, 100, true);
	round_of(&store, 200, true);
	l = look(&store);
	assert_int_equal(l.first, 100);
	assert_int_equal(l.last, 200);
	assert_true(l.gone == WALL_NONE);
	round_of(&store, 300, false);
	round_of(&store, 310, false);
	l = look(&store);
	assert_int_equal(l.first, 100);
	assert_int_equal(l.gone, 300);
	/* A new listing, not the old one. */
	round_of(&store, 400, true);
	l = look(&store);
	assert_int_equal(l.first, 400);
	assert_true(l.gone == WALL_NONE);
	/* A clock that was set back. */
	round_of(&store, 390, true);
	l = look(&store);
	assert_int_equal(l.first, 390);
	assert_int_equal(l.last, 400);
	check_changes(&store, "listed@100 gone@300 again@400 ");
	check_all(&store, "again gone listed");
	end(&store, folder);
}

static void
test_hostile_texts(void **state)
{
	static const struct str hostile =
	    S0("'); DROP TABLE listing; --\xff\n");
	struct store store;
	struct listings l = {0};
	char folder[64];

	(void)state;
	begin(&store, folder);
	assert_true(store_begin(&store));
	listings_seen(&store, 1, hostile, hostile, hostile, hostile);
	assert_true(store_commit(&store));
	listings_load(&l, &store);
	assert_int_equal(l.n, 1);
	assert_true(str_eq(l.items[0].list, hostile));
	assert_non_null(listings_find(&l, hostile, hostile));
	listings_done(&l);
	end(&store, folder);
}

static void
test_trim(void **state)
{
	struct store store;
	struct listings l = {0};
	char folder[64], name[32];

	(void)state;
	begin(&store, folder);
	assert_true(store_begin(&store));
	for (int i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "192.0.2.%d", i);
		listings_seen(&store, i, ZEN, str_z(name), S(""), S(""));
	}
	/* The oldest one ended: it goes before those that are listed. */
	listings_gone(&store, 30, ZEN, S("192.0.2.19"));
	assert_true(store_run(&store, SQL_FORGET_LISTINGS, "i", (int64_t)18));
	assert_true(store_run(&store, SQL_FORGET_CHANGES, "i", (int64_t)5));
	assert_true(store_commit(&store));
	listings_load(&l, &store);
	assert_int_equal(l.n, 18);
	assert_null(listings_find(&l, ZEN, S("192.0.2.19")));
	assert_null(listings_find(&l, ZEN, S("192.0.2.0")));
	assert_non_null(listings_find(&l, ZEN, S("192.0.2.1")));
	listings_done(&l);
	end(&store, folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_since_when),
	    cmocka_unit_test(test_hostile_texts),
	    cmocka_unit_test(test_trim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
