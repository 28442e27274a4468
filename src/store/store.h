/* SPDX-License-Identifier: ISC */
/*
 * What sereno remembers between runs: one SQLite file
 * (/var/lib/sereno/sereno.db). It is a memory and no source: a run in which it
 * cannot be read or written examines all the same, and says so.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "base/time.h"

enum store_statement {
#define STATEMENT(id, text) SQL_##id,
#include "store/statements_list.h"
	STATEMENTS,
};

enum {
	STORE_PATH = 1024,
	STORE_TEXT = 4096,       /* bytes of one text that is kept */
	STORE_LISTINGS = 100000, /* rows of each table; older ones go */
	STORE_CHANGES = 100000,
};

struct sqlite3;
struct sqlite3_stmt;

struct store {
	struct sqlite3 *db; /* NULL: nothing is kept */
	int lock;           /* its folder's */
	bool writable;
	int64_t form; /* of its tables; below the newest only when read */
	bool failed;  /* a write did; the rest of its transaction is left out */
	/* Sentences for people; ERR_NONE: nothing to say. */
	struct err err;   /* why nothing, or nothing new, is kept */
	struct err moved; /* a damaged file was moved aside, to where */
	struct sqlite3_stmt *statements[STATEMENTS];
	char path[STORE_PATH];
};

enum store_use {
	STORE_OWN = 1,  /* the file is no other program's: a damaged one is
			   moved aside whatever its first bytes say */
	STORE_READ = 2, /* write nothing, not even beside it */
};

/*
 * Open the file, make it and its folder when there is none, check it, bring it
 * to the newest form. use: of enum store_use. Never fails as a whole: does what
 * it can and says what it could not. Follows no link.
 */
void store_open(struct store *ret_store, struct str path, unsigned use);
void store_close(struct store *store);

/*
 * Writes between the two are kept together or not at all. store_commit returns
 * false when they were not; store->err says why.
 */
bool store_begin(struct store *store);
bool store_commit(struct store *store);

/*
 * Run one statement that returns no rows, with its values bound in order:
 * 's' struct str, 'i' int64_t, 'n' NULL. False: it failed, and with it the
 * transaction.
 */
bool store_run(
    struct store *store, enum store_statement id, const char *types, ...);
/* Rows: bind as above, then store_next until it is false, then nothing more
 * is to be done. */
bool store_ask(
    struct store *store, enum store_statement id, const char *types, ...);
bool store_next(struct store *store, enum store_statement id);
int64_t store_number(struct store *store, enum store_statement id, int column);
bool store_is_null(struct store *store, enum store_statement id, int column);
/* Lives until the next store_next. */
struct str store_text(struct store *store, enum store_statement id, int column);
/* Rows that the last store_run changed. */
int store_changed(struct store *store);

#endif
