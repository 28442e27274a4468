/* SPDX-License-Identifier: ISC */
#include "store/schema.h"

#include "base/arena.h"

#include <sqlite3.h>
#include <stdio.h>

enum {
	SQL_MAX = 512,
};

static const char *const migrations[] = {
#define MIGRATION(n, text) [(n)-1] = text,
#include "store/statements_list.h"
};

int
schema_run(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL);
}

int
schema_ask(sqlite3 *db, const char *text, int64_t *ret_number)
{
	sqlite3_stmt *statement = NULL;
	int r = sqlite3_prepare_v2(db, text, -1, &statement, NULL);

	if (r == SQLITE_OK)
		r = sqlite3_step(statement);
	if (r == SQLITE_ROW) {
		*ret_number = sqlite3_column_int64(statement, 0);
		r = SQLITE_OK;
	}
	(void)sqlite3_finalize(statement);
	return r;
}

static int
migrate(sqlite3 *db, int64_t from, int64_t to)
{
	char number[SQL_MAX];
	int r = SQLITE_OK;

	for (int64_t i = from; i < to && r == SQLITE_OK; i++)
		r = schema_run(db, migrations[i]);
	(void)snprintf(number, sizeof(number),
	    "PRAGMA application_id=%d; PRAGMA user_version=%zu",
	    SCHEMA_APPLICATION, (size_t)to);
	return r == SQLITE_OK ? schema_run(db, number) : r;
}

/* The words of all tables and indices in one text of this arena. */
static int
schema_of(sqlite3 *db, struct arena *a, struct str *ret_schema)
{
	sqlite3_stmt *statement = NULL;
	int r = sqlite3_prepare_v2(db,
	    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND "
	    "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
	    -1, &statement, NULL);
	struct str text = {NULL, 0};

	while (r == SQLITE_OK && (r = sqlite3_step(statement)) == SQLITE_ROW) {
		text = arena_printf(a, "%.*s\n%.2000s", STR_ARG(text),
		    (const char *)sqlite3_column_text(statement, 0));
		r = SQLITE_OK;
	}
	(void)sqlite3_finalize(statement);
	*ret_schema = text;
	return r == SQLITE_DONE ? SQLITE_OK : r;
}

bool
schema_is_ours(sqlite3 *db, int64_t form)
{
	struct arena a = {0};
	struct str ours = {NULL, 0}, theirs = {NULL, 0};
	sqlite3 *model = NULL;
	bool good = sqlite3_open(":memory:", &model) == SQLITE_OK &&
		    migrate(model, 0, form) == SQLITE_OK &&
		    schema_of(model, &a, &ours) == SQLITE_OK &&
		    schema_of(db, &a, &theirs) == SQLITE_OK &&
		    str_eq(ours, theirs);

	(void)sqlite3_close(model);
	arena_done(&a);
	return good;
}

int
schema_bring_up(sqlite3 *db)
{
	int64_t form = 0;
	int r = schema_run(db, "BEGIN IMMEDIATE");

	if (r != SQLITE_OK)
		return r;
	r = schema_ask(db, "PRAGMA user_version", &form);
	if (r == SQLITE_OK && form < (int64_t)ARRAY_LEN(migrations))
		r = migrate(db, form, (int64_t)ARRAY_LEN(migrations));
	if (r == SQLITE_OK)
		return schema_run(db, "COMMIT");
	(void)schema_run(db, "ROLLBACK");
	return r;
}

int64_t
schema_newest(void)
{
	return ARRAY_LEN(migrations);
}

int
schema_check_pages(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int r = sqlite3_prepare_v2(
	    db, "PRAGMA quick_check(1)", -1, &statement, NULL);

	if (r == SQLITE_OK)
		r = sqlite3_step(statement);
	if (r == SQLITE_ROW) {
		const unsigned char *said = sqlite3_column_text(statement, 0);

		r = said != NULL && strcmp((const char *)said, "ok") == 0
			? SQLITE_OK
			: SQLITE_CORRUPT;
	}
	(void)sqlite3_finalize(statement);
	return r;
}
