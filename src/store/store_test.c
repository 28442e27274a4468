/* SPDX-License-Identifier: ISC */
/*
 * Torture: whatever becomes of the file, a run goes on, says so, and what was
 * kept before is there in the next one.
 */
#include "store/store.h"

#include "base/fd.h"
#include "store/listings.h"
#include "store/test_torture.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct room {
	char folder[64];
	char path[96];
};

static int
setup(void **state)
{
	struct room *room = calloc(1, sizeof(*room));

	assert_non_null(room);
	(void)snprintf(
	    room->folder, sizeof(room->folder), "/tmp/sereno-store-XXXXXX");
	assert_non_null(mkdtemp(room->folder));
	(void)snprintf(
	    room->path, sizeof(room->path), "%s/sereno.db", room->folder);
	*state = room;
	return 0;
}

static int
teardown(void **state)
{
	struct room *room = *state;
	DIR *folder = opendir(room->folder);
	const struct dirent *entry;
	char path[400];

	torture_fail(0, SQLITE_OK);
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", room->folder, entry->d_name);
		if (entry->d_name[0] != '.')
			assert_int_equal(unlink(path), 0);
	}
	(void)closedir(folder);
	assert_int_equal(rmdir(room->folder), 0);
	free(room);
	return 0;
}

static bool
note(struct store *store, wall_us at, const char *target)
{
	if (!store_begin(store))
		return false;
	listings_seen(store, at, S("zen"), str_z(target), S("SBL"), S(""));
	listings_seen(store, at, S("cop"), str_z(target), S(""), S(""));
	return store_commit(store);
}

static size_t
count(struct store *store)
{
	struct listings l = {0};
	size_t n;

	listings_load(&l, store);
	n = l.n;
	listings_done(&l);
	return n;
}

/* How many files of the folder have these words in their names. */
static size_t
files_with(const struct room *room, const char *words)
{
	DIR *folder = opendir(room->folder);
	const struct dirent *entry;
	size_t n = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		n += strstr(entry->d_name, words) != NULL;
	(void)closedir(folder);
	return n;
}

static void
make(const struct room *room, const char *target)
{
	struct store store;

	store_open(&store, str_z(room->path), 0);
	assert_int_equal(store.err.kind, ERR_NONE);
	assert_true(note(&store, 100, target));
	store_close(&store);
}

static void
run_sql(const struct room *room, const char *text)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(room->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
test_keeps(void **state)
{
	struct room *room = *state;
	struct store store;
	struct stat st;

	make(room, "192.0.2.1");
	store_open(&store, str_z(room->path), 0);
	assert_int_equal(count(&store), 2);
	store_close(&store);
	assert_int_equal(stat(room->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Read alone: as it is, and nothing is made beside it. */
	store_open(&store, str_z(room->path), STORE_READ);
	assert_int_equal(count(&store), 2);
	assert_false(note(&store, 1, "192.0.2.2"));
	assert_int_equal(files_with(room, "sereno"), 1);
	store_close(&store);
}

static void
test_not_there(void **state)
{
	struct room *room = *state;
	struct store store;

	store_open(&store, str_z(room->path), STORE_READ);
	assert_int_equal(store.err.kind, ERR_NONE);
	assert_int_equal(count(&store), 0);
	assert_false(note(&store, 1, "x"));
	store_close(&store);
	assert_int_equal(files_with(room, "sereno"), 0);
	store_open(&store, S("/proc/nowhere/deep/sereno.db"), STORE_OWN);
	assert_int_equal(store.err.kind, ERR_DENIED);
	assert_int_equal(count(&store), 0);
	assert_false(note(&store, 1, "x"));
	store_close(&store);
	store_open(&store, S(""), 0);
	assert_int_equal(store.err.kind, ERR_CONFIG);
	store_close(&store);
}

/* A newer program's file is left as it is. */
static void
test_newer_form(void **state)
{
	struct room *room = *state;
	struct store store;

	make(room, "192.0.2.1");
	run_sql(room, "PRAGMA user_version=999; CREATE TABLE more (x)");
	store_open(&store, str_z(room->path), STORE_OWN);
	assert_null(store.db);
	assert_non_null(strstr(store.err.text, "newer sereno (form 999"));
	assert_false(note(&store, 1, "x"));
	store_close(&store);
	assert_int_equal(files_with(room, "damaged"), 0);
	run_sql(room, "DROP TABLE more; PRAGMA user_version=1");
}

static void
test_other_programs(void **state)
{
	struct room *room = *state;
	struct store store;
	CLEANUP(fd_close) int fd = -1;
	char text[64] = "";

	run_sql(room, "CREATE TABLE mail (x); INSERT INTO mail VALUES (1)");
	store_open(&store, str_z(room->path), 0);
	assert_null(store.db);
	assert_non_null(strstr(store.err.text, "another program"));
	store_close(&store);
	run_sql(room, "DELETE FROM mail");
	unlink(room->path);
	/* --store /etc/passwd must not take it away. */
	fd = open(room->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "root:x:0:0\n", 11), 11);
	store_open(&store, str_z(room->path), 0);
	assert_null(store.db);
	assert_non_null(strstr(store.err.text, "no database of sereno"));
	store_close(&store);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 11);
	assert_string_equal(text, "root:x:0:0\n");
	assert_int_equal(files_with(room, "damaged"), 0);
}

/* What a stranger put into the schema of a copied disk is not run. */
static void
test_foreign_schema(void **state)
{
	static const char *const texts[] = {
	    ("CREATE TRIGGER t AFTER INSERT ON listing BEGIN DELETE FROM "
	     "change; END"),
	    "CREATE VIEW v AS SELECT 1", "CREATE TABLE more (x)",
	    "DROP TABLE change"};
	struct room *room = *state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct store store;

		make(room, "192.0.2.1");
		run_sql(room, texts[i]);
		store_open(&store, str_z(room->path), STORE_OWN);
		assert_null(store.db);
		assert_non_null(strstr(store.err.text, "not the tables"));
		store_close(&store);
		unlink(room->path);
	}
}

static void
write_at(const struct room *room, off_t at, char byte, size_t n)
{
	CLEANUP(fd_close) int fd = open(room->path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pwrite(fd, &byte, 1, at + (off_t)i), 1);
}

static void
test_damaged(void **state)
{
	static const struct {
		off_t at;
		size_t n;
		unsigned use;
	} holes[] = {
	    {4096 + 8, 600, 0},   /* in a table */
	    {2 * 4096, 4096, 0},  /* a page */
	    {16, 40, STORE_OWN},  /* in the header */
	    {0, 4096, STORE_OWN}, /* all of the first page */
	};
	struct room *room = *state;

	for (size_t i = 0; i < ARRAY_LEN(holes); i++) {
		struct store store;

		make(room, "192.0.2.1");
		write_at(room, holes[i].at, '\xa5', holes[i].n);
		/* Who may not write says so and goes on. */
		store_open(&store, str_z(room->path), STORE_READ);
		assert_null(store.db);
		assert_int_not_equal(store.err.kind, ERR_NONE);
		store_close(&store);
		store_open(&store, str_z(room->path), holes[i].use);
		assert_int_equal(store.err.kind, ERR_NONE);
		assert_non_null(strstr(store.moved.text, "was damaged"));
		assert_int_equal(count(&store), 0);
		assert_true(note(&store, 200, "192.0.2.9"));
		store_close(&store);
		/* Nothing was deleted. */
		assert_int_equal(files_with(room, "damaged"), i + 1);
		store_open(&store, str_z(room->path), 0);
		assert_int_equal(store.moved.kind, ERR_NONE);
		assert_int_equal(count(&store), 2);
		store_close(&store);
		unlink(room->path);
	}
}

/* Cut at every 512 bytes. */
static void
test_cut(void **state)
{
	struct room *room = *state;
	struct stat st;
	int moved = 0;

	make(room, "192.0.2.1");
	assert_int_equal(stat(room->path, &st), 0);
	for (off_t n = st.st_size - 512; n > 0; n -= 512) {
		struct store store;

		unlink(room->path);
		make(room, "192.0.2.1");
		assert_int_equal(truncate(room->path, n), 0);
		store_open(&store, str_z(room->path), STORE_OWN);
		assert_non_null(store.db);
		/* Of the last page zeros alone may be missing. */
		if (store.moved.kind == ERR_NONE)
			assert_int_equal(count(&store), 2);
		else
			assert_int_equal(count(&store), 0);
		moved += store.moved.kind == ERR_INPUT;
		assert_true(note(&store, 1, "192.0.2.2"));
		store_close(&store);
	}
	assert_true(moved >= st.st_size / 512 - 8);
}

static void
test_link(void **state)
{
	struct room *room = *state;
	char target[96];
	struct store store;

	(void)snprintf(target, sizeof(target), "%s/else.db", room->folder);
	assert_int_equal(symlink(target, room->path), 0);
	store_open(&store, str_z(room->path), STORE_OWN);
	assert_null(store.db);
	assert_int_equal(store.err.kind, ERR_DENIED);
	store_close(&store);
	assert_int_equal(files_with(room, "else"), 0);
}

/*
 * The n-th act that changes the file fails, and all behind it: for each n a
 * run ends in peace, and the next one finds all of a note or nothing of it.
 */
static void
fail_everywhere(const struct room *room, int code, const char *sentence)
{
	int n = 0, said = 0;
	bool done = false;

	while (!done) {
		struct store store;
		bool kept;

		assert_true(++n < 500);
		make(room, "192.0.2.1");
		torture_fail(n, code);
		store_open(&store, str_z(room->path), STORE_OWN);
		kept = note(&store, 200, "192.0.2.2");
		done = torture_count() < n;
		if (!kept) {
			assert_int_not_equal(store.err.kind, ERR_NONE);
			said += strstr(store.err.text, sentence) != NULL;
		}
		store_close(&store);
		torture_fail(0, SQLITE_OK);
		store_open(&store, str_z(room->path), STORE_OWN);
		assert_int_equal(store.err.kind, ERR_NONE);
		assert_int_equal(store.moved.kind, ERR_NONE);
		if (kept)
			assert_int_equal(count(&store), 4);
		else
			assert_true(count(&store) == 2 || count(&store) == 4);
		assert_true(note(&store, 300, "192.0.2.3"));
		store_close(&store);
		unlink(room->path);
	}
	assert_true(n > 3);
	assert_true(said > 0);
}

/* The same while the file is made. */
static void
fail_at_birth(const struct room *room, int code)
{
	bool done = false;

	for (int n = 1; !done; n++) {
		struct store store;

		assert_true(n < 500);
		torture_fail(n, code);
		store_open(&store, str_z(room->path), STORE_OWN);
		(void)note(&store, 200, "192.0.2.2");
		done = torture_count() < n;
		store_close(&store);
		torture_fail(0, SQLITE_OK);
		make(room, "192.0.2.1");
		assert_int_equal(files_with(room, "damaged"), 0);
		unlink(room->path);
	}
}

static void
test_writes_fail(void **state)
{
	struct room *room = *state;

	torture_begin();
	fail_everywhere(room, SQLITE_IOERR_WRITE, "cannot be");
	fail_everywhere(room, SQLITE_FULL, "disk is full");
	fail_everywhere(room, SQLITE_READONLY, "cannot be written");
	fail_at_birth(room, SQLITE_IOERR_WRITE);
	fail_at_birth(room, SQLITE_FULL);
}

/* Both note their own, and neither waits for ever or loses anything. */
static void
test_two_processes(void **state)
{
	enum {
		EACH = 40
	};
	struct room *room = *state;
	struct store store;
	pid_t children[2];

	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			int bad = 0;

			for (int k = 0; k < EACH; k++) {
				char name[32];

				(void)snprintf(
				    name, sizeof(name), "192.0.%d.%d", i, k);
				store_open(
				    &store, str_z(room->path), STORE_OWN);
				if (!note(&store, k, name)) {
					fprintf(stderr, "%s: %s\n", name,
					    store.err.text);
					bad++;
				}
				store_close(&store);
			}
			_exit(bad > 0);
		}
	}
	for (int i = 0; i < 2; i++) {
		int status = 1;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	store_open(&store, str_z(room->path), 0);
	assert_int_equal(count(&store), 2 * 2 * EACH);
	store_close(&store);
	assert_int_equal(files_with(room, "damaged"), 0);
}

/* Both find the same damage: one moves it aside, the other takes the new. */
static void
test_two_find_damage(void **state)
{
	struct room *room = *state;
	struct store store;
	pid_t children[4];

	make(room, "192.0.2.1");
	write_at(room, 4096, '\xa5', 3000);
	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			char name[32];

			(void)snprintf(name, sizeof(name), "192.0.2.%d", i);
			store_open(&store, str_z(room->path), STORE_OWN);
			if (!note(&store, 1, name))
				_exit(1);
			store_close(&store);
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++) {
		int status = 1;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	store_open(&store, str_z(room->path), 0);
	assert_int_equal(count(&store), 8);
	store_close(&store);
	assert_int_equal(files_with(room, "damaged"), 1);
}

/* A user who may read it, but not write beside it. */
static void
test_without_rights(void **state)
{
	struct room *room = *state;
	pid_t child;
	int status = 1;

	if (geteuid() != 0)
		skip();
	make(room, "192.0.2.1");
	assert_int_equal(chmod(room->folder, 0755), 0);
	assert_int_equal(chmod(room->path, 0644), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct store store;
		bool good = setgid(65534) == 0 && setuid(65534) == 0;

		store_open(&store, str_z(room->path), STORE_OWN);
		good = good && count(&store) == 2 &&
		       !note(&store, 1, "192.0.2.2") &&
		       store.err.kind == ERR_DENIED;
		store_close(&store);
		_exit(!good);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define ROOM_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROOM_TEST(test_keeps),
	    ROOM_TEST(test_not_there),
	    ROOM_TEST(test_newer_form),
	    ROOM_TEST(test_other_programs),
	    ROOM_TEST(test_foreign_schema),
	    ROOM_TEST(test_damaged),
	    ROOM_TEST(test_cut),
	    ROOM_TEST(test_link),
	    ROOM_TEST(test_two_processes),
	    ROOM_TEST(test_two_find_damage),
	    ROOM_TEST(test_without_rights),
	    ROOM_TEST(test_writes_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
