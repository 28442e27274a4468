/* SPDX-License-Identifier: ISC */
/*
 * A file may come from a machine that is not trusted: SQLite is told to run
 * nothing that a schema says (https://www.sqlite.org/security.html), and a
 * schema that is not word for word ours is refused.
 */
#include "store/store.h"

#include "base/fd.h"
#include "base/lang.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum {
	APPLICATION_AT = 68,
	BUSY_MS = 10000,
};

static const char magic[16] = "SQLite format 3";

static const char *const statements[STATEMENTS] = {
#define STATEMENT(id, text) [SQL_##id] = text,
#include "store/statements_list.h"
};

static void
folder_of(const char *path, char ret_folder[STORE_PATH])
{
	const char *slash = strrchr(path, '/');

	(void)snprintf(ret_folder, STORE_PATH, "%.*s",
	    slash == NULL ? 1 : (int)(slash - path + (slash == path)),
	    slash == NULL ? "." : path);
}

/* What lies beside the file is written first, and SQLite calls that a failure
 * of the disk. */
static bool
disk_is_full(const char *path)
{
	char folder[STORE_PATH];
	struct statvfs fs;

	folder_of(path, folder);
	return statvfs(folder, &fs) == 0 && fs.f_bavail == 0;
}

/* A sentence about what could not be done. */
static void
explain(struct store *store, int r, const char *what)
{
	const char *path = store->path;

	r &= 0xff;
	if (r == SQLITE_IOERR && disk_is_full(path))
		r = SQLITE_FULL;
	switch (r) {
	case SQLITE_FULL:
		err_set(&store->err, ERR_CONFIG,
		    _("'%.120s': the disk is full; nothing new is remembered"),
		    path);
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
	case SQLITE_AUTH:
		err_set(&store->err, ERR_DENIED,
		    _("'%.120s' cannot be written; nothing new is remembered"),
		    path);
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err_set(&store->err, ERR_AGAIN,
		    _("'%.120s' is held by another process; nothing new is "
		      "remembered"),
		    path);
		break;
	default:
		err_set(&store->err, ERR_AGAIN,
		    _("'%.120s' cannot be %s: %.60s; nothing new is "
		      "remembered"),
		    path, what, sqlite3_errstr(r));
	}
}

/* ---- opening ---- */

static bool
is_damage(int r)
{
	r &= 0xff;
	return r == SQLITE_CORRUPT || r == SQLITE_NOTADB || r == SQLITE_FORMAT;
}

static int
open_db(struct store *store, bool writable, bool alone)
{
	char uri[STORE_PATH * 3 + 32];
	size_t n = 0;
	int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
	sqlite3 *db = NULL;
	int r;

	/* A path may hold what means something in a URI. */
	n = (size_t)snprintf(uri, sizeof(uri), "file:");
	for (const char *p = store->path; *p != '\0'; p++)
		n += (size_t)snprintf(uri + n, sizeof(uri) - n,
		    strchr("%?# ", *p) != NULL ? "%%%02X" : "%c",
		    (unsigned char)*p);
	if (alone)
		(void)snprintf(uri + n, sizeof(uri) - n, "?immutable=1");
	flags |= writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
			  : SQLITE_OPEN_READONLY;
	r = sqlite3_open_v2(uri, &db, flags, NULL);
	if (r != SQLITE_OK) {
		(void)sqlite3_close(db);
		return r;
	}
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	(void)schema_run(db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0");
	(void)sqlite3_busy_timeout(db, BUSY_MS);
	store->db = db;
	return SQLITE_OK;
}

static void
close_db(struct store *store)
{
	for (size_t i = 0; i < STATEMENTS; i++) {
		(void)sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
	(void)sqlite3_close(store->db);
	store->db = NULL;
}

/* Whose is it, and of which form? False: it is not to be used. */
static bool
is_usable(struct store *store, int *ret_r)
{
	int64_t whose = 0, form = 0, tables = 0;
	/* All of it at one moment: another process may just be making it. */
	int r = schema_run(store->db, "BEGIN");

	if (r == SQLITE_OK)
		r = schema_ask(store->db, "PRAGMA application_id", &whose);
	if (r == SQLITE_OK)
		r = schema_ask(store->db, "PRAGMA user_version", &form);
	if (r == SQLITE_OK)
		r = schema_ask(
		    store->db, "SELECT count(*) FROM sqlite_schema", &tables);
	(void)schema_run(store->db, "COMMIT");
	*ret_r = r;
	if (r != SQLITE_OK)
		return false;
	if (whose != SCHEMA_APPLICATION &&
	    (whose != 0 || tables > 0 || form != 0))
		return err_set(&store->err, ERR_CONFIG,
		    _("'%.120s' is the database of another program; nothing "
		      "is remembered"),
		    store->path);
	if (form > schema_newest() || form < 0)
		return err_set(&store->err, ERR_CONFIG,
		    _("'%.120s' was written by a newer sereno (form %ld, this "
		      "one knows %zu); nothing is remembered"),
		    store->path, (long)form, (size_t)schema_newest());
	store->form = form;
	return true;
}

/* SQLITE_OK with db open, or with db NULL and err set; else what went wrong. */
static int
open_and_check(struct store *store, bool writable, bool alone)
{
	int r = open_db(store, writable, alone);

	if (r != SQLITE_OK)
		return r;
	if (!is_usable(store, &r)) {
		close_db(store);
		return r;
	}
	r = schema_check_pages(store->db);
	if (r == SQLITE_OK && writable) {
		/* Fails on odd file systems; then it is a journal. */
		(void)schema_run(store->db, "PRAGMA journal_mode=WAL");
		r = schema_bring_up(store->db);
		store->form = schema_newest();
	}
	if (r == SQLITE_OK && !schema_is_ours(store->db, store->form)) {
		err_set(&store->err, ERR_CONFIG,
		    _("'%.120s' has not the tables of this sereno; nothing is "
		      "remembered"),
		    store->path);
		close_db(store);
		return SQLITE_OK;
	}
	if (r != SQLITE_OK)
		close_db(store);
	else
		store->writable = writable;
	return r;
}

/* ---- a damaged file ---- */

/* Does the header say that it is ours? Else it may be anybody's file that an
 * option names by mistake. */
static bool
header_is_ours(const char *path)
{
	CLEANUP(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	unsigned char head[100];

	if (fd < 0 || read(fd, head, sizeof(head)) != sizeof(head) ||
	    memcmp(head, magic, sizeof(magic)) != 0)
		return false;
	return head[APPLICATION_AT] == SCHEMA_APPLICATION >> 24 &&
	       head[APPLICATION_AT + 1] == (SCHEMA_APPLICATION >> 16 & 255) &&
	       head[APPLICATION_AT + 2] == (SCHEMA_APPLICATION >> 8 & 255) &&
	       head[APPLICATION_AT + 3] == (SCHEMA_APPLICATION & 255);
}

/* SQLite takes a file of a few bytes for an empty one and overwrites it. */
static bool
is_other_file(const char *path)
{
	CLEANUP(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char head[sizeof(magic)] = "";
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	if (!S_ISREG(st.st_mode))
		return true;
	return st.st_size > 0 && (read(fd, head, sizeof(head)) < 0 ||
				     memcmp(head, magic, sizeof(magic)) != 0);
}

static void
say_other_file(struct store *store)
{
	err_set(&store->err, ERR_CONFIG,
	    _("'%.120s' is no database of sereno; nothing is remembered"),
	    store->path);
}

/*
 * Everybody who has the file open holds the lock of its folder with others;
 * who moves it aside holds it alone. Else a process that still has the old one
 * open would take the new one's log, which SQLite knows by its name, for its
 * own. Where the folder cannot be opened nobody moves anything either.
 */
static bool
lock(struct store *store, int how)
{
	const struct timespec wait = {.tv_nsec = 20 * 1000 * 1000};
	char folder[STORE_PATH];

	if (store->lock < 0) {
		folder_of(store->path, folder);
		store->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	for (int i = 0; store->lock >= 0 && i < BUSY_MS / 20; i++) {
		if (flock(store->lock, how | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		(void)nanosleep(&wait, NULL);
	}
	return false;
}

/* The file and what lies beside it, under a name that nothing has yet. */
static bool
move_aside(struct store *store)
{
	static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
	char to[STORE_PATH + 64], stamp[TIME_TEXT];
	struct stat st;

	(void)time_rfc3339(time_now(), stamp);
	stamp[19] = '\0'; /* without its zone: it is the local one */
	(void)snprintf(to, sizeof(to), "%s.damaged-%s", store->path, stamp);
	for (int i = 2; i < 100 && lstat(to, &st) == 0; i++)
		(void)snprintf(
		    to, sizeof(to), "%s.damaged-%s-%d", store->path, stamp, i);
	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		char old[STORE_PATH + 64], new[STORE_PATH + 128];

		(void)snprintf(old, sizeof(old), "%s%s", store->path, tails[i]);
		(void)snprintf(new, sizeof(new), "%s%s", to, tails[i]);
		if (rename(old, new) != 0 && i == 0)
			return false;
	}
	err_set(&store->moved, ERR_INPUT,
	    _("'%.80s' was damaged and is now '%.100s'; a new one was begun"),
	    store->path, to);
	return true;
}

/*
 * Who comes second finds the new file of who came first: the folder is locked,
 * and the file is looked at again.
 */
static int
begin_anew(struct store *store, unsigned use)
{
	int r;

	if ((use & STORE_OWN) == 0 && !header_is_ours(store->path)) {
		say_other_file(store);
		return SQLITE_OK;
	}
	if (!lock(store, LOCK_EX)) {
		explain(store, SQLITE_BUSY, "");
		return SQLITE_OK;
	}
	r = open_and_check(store, true, false);
	if (!is_damage(r))
		return r;
	if (!move_aside(store)) {
		err_set(&store->err, ERR_DENIED,
		    _("'%.120s' is damaged and cannot be moved aside: %s; "
		      "nothing is remembered"),
		    store->path, strerror(errno));
		return SQLITE_OK;
	}
	return open_and_check(store, true, false);
}

/* ---- what callers see ---- */

/* The last folder of the path; those above it are the administrator's. */
static void
make_folder(const char *path)
{
	char folder[STORE_PATH];

	folder_of(path, folder);
	(void)mkdir(folder, 0700);
}

static void
open_to_read(struct store *store, bool alone)
{
	struct stat st;
	int r;

	if (lstat(store->path, &st) != 0 && errno == ENOENT)
		return; /* there is nothing to remember */
	r = open_and_check(store, false, alone);
	/* Beside a file in use there must be room for its index. */
	if (!alone && r != SQLITE_OK && !is_damage(r))
		r = open_and_check(store, false, true);
	if (r == SQLITE_OK)
		return;
	if (is_damage(r))
		err_set(&store->err, ERR_INPUT,
		    _("'%.120s' is damaged; what it remembered is not used"),
		    store->path);
	else
		err_set(&store->err, ERR_DENIED,
		    _("'%.120s' cannot be read (%.60s); what it remembered is "
		      "not used"),
		    store->path, sqlite3_errstr(r));
}

void
store_open(struct store *ret_store, struct str path, unsigned use)
{
	struct store *store = ret_store;
	mode_t mask;
	int r;

	*store = (struct store){.lock = -1};
	if (path.n == 0 || path.n >= sizeof(store->path) ||
	    str_chr(path, '\0') < path.n) {
		err_set(&store->err, ERR_CONFIG,
		    _("the path of the database is too long or empty; nothing "
		      "is remembered"));
		return;
	}
	memcpy(store->path, path.p, path.n);
	if ((use & STORE_READ) != 0) {
		open_to_read(store, true);
		return;
	}
	/* What is in it is for its owner alone. */
	if ((use & STORE_OWN) == 0 && is_other_file(store->path)) {
		say_other_file(store);
		return;
	}
	mask = umask(077);
	make_folder(store->path);
	(void)lock(store, LOCK_SH);
	r = open_and_check(store, true, false);
	if (is_damage(r))
		r = begin_anew(store, use);
	(void)lock(store, LOCK_SH);
	umask(mask);
	if (r == SQLITE_OK)
		return;
	explain(store, r, _("opened"));
	{
		const struct err why = store->err;

		open_to_read(store, false);
		if (store->db != NULL || store->err.kind == ERR_NONE)
			store->err = why;
	}
}

void
store_close(struct store *store)
{
	if (store->db != NULL)
		close_db(store);
	fd_close(&store->lock);
	store->writable = false;
}

static sqlite3_stmt *
statement_of(struct store *store, enum store_statement id)
{
	if (store->statements[id] == NULL &&
	    sqlite3_prepare_v3(store->db, statements[id], -1,
		SQLITE_PREPARE_PERSISTENT, &store->statements[id],
		NULL) != SQLITE_OK)
		return NULL;
	return store->statements[id];
}

static bool
fail(struct store *store)
{
	if (!store->failed)
		explain(
		    store, sqlite3_extended_errcode(store->db), _("written"));
	store->failed = true;
	return false;
}

static int
bind_all(sqlite3_stmt *statement, const char *types, va_list values)
{
	int r = sqlite3_reset(statement);

	r = SQLITE_OK;
	for (int i = 1; *types != '\0' && r == SQLITE_OK; i++, types++) {
		if (*types == 's') {
			struct str s =
			    str_head(va_arg(values, struct str), STORE_TEXT);

			r = sqlite3_bind_text(statement, i, s.n > 0 ? s.p : "",
			    (int)s.n, SQLITE_TRANSIENT);
		} else if (*types == 'i') {
			r = sqlite3_bind_int64(
			    statement, i, va_arg(values, int64_t));
		} else {
			r = sqlite3_bind_null(statement, i);
		}
	}
	return r;
}

bool
store_run(struct store *store, enum store_statement id, const char *types, ...)
{
	sqlite3_stmt *statement;
	va_list values;
	int r;

	if (store->db == NULL || !store->writable || store->failed)
		return false;
	statement = statement_of(store, id);
	if (statement == NULL)
		return fail(store);
	va_start(values, types);
	r = bind_all(statement, types, values);
	va_end(values);
	if (r == SQLITE_OK)
		r = sqlite3_step(statement);
	if (r != SQLITE_DONE && r != SQLITE_ROW)
		(void)fail(store);
	(void)sqlite3_reset(statement);
	return r == SQLITE_DONE || r == SQLITE_ROW;
}

bool
store_begin(struct store *store)
{
	store->failed = false;
	return store_run(store, SQL_BEGIN, "");
}

bool
store_commit(struct store *store)
{
	bool good = store_run(store, SQL_COMMIT, "");

	if (store->db != NULL && store->writable &&
	    sqlite3_get_autocommit(store->db) == 0) {
		store->failed = false;
		(void)store_run(store, SQL_ROLLBACK, "");
		good = false;
	}
	store->failed = false;
	return good;
}

bool
store_ask(struct store *store, enum store_statement id, const char *types, ...)
{
	sqlite3_stmt *statement;
	va_list values;
	int r;

	if (store->db == NULL || (statement = statement_of(store, id)) == NULL)
		return false;
	va_start(values, types);
	r = bind_all(statement, types, values);
	va_end(values);
	return r == SQLITE_OK;
}

bool
store_next(struct store *store, enum store_statement id)
{
	sqlite3_stmt *statement =
	    store->db == NULL ? NULL : store->statements[id];

	if (statement == NULL)
		return false;
	if (sqlite3_step(statement) == SQLITE_ROW)
		return true;
	(void)sqlite3_reset(statement);
	return false;
}

int64_t
store_number(struct store *store, enum store_statement id, int column)
{
	return sqlite3_column_int64(store->statements[id], column);
}

bool
store_is_null(struct store *store, enum store_statement id, int column)
{
	return sqlite3_column_type(store->statements[id], column) ==
	       SQLITE_NULL;
}

struct str
store_text(struct store *store, enum store_statement id, int column)
{
	sqlite3_stmt *statement = store->statements[id];
	const unsigned char *text = sqlite3_column_text(statement, column);
	int n = sqlite3_column_bytes(statement, column);

	return text == NULL || n <= 0
		   ? (struct str){NULL, 0}
		   : (struct str){(const char *)text, (size_t)n};
}

int
store_changed(struct store *store)
{
	return store->db == NULL ? 0 : sqlite3_changes(store->db);
}
