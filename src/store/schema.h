/* SPDX-License-Identifier: ISC */
/* The tables of the store, and how an older file gets them. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SCHEMA_APPLICATION = 0x5365726e, /* "Sern", in the header at byte 68 */
};

struct sqlite3;

/* Each returns a code of SQLite. */
int schema_run(struct sqlite3 *db, const char *text);
int schema_ask(struct sqlite3 *db, const char *text, int64_t *ret_number);
/* Pages and indices; a file without tables is fine. */
int schema_check_pages(struct sqlite3 *db);
/* To the newest form, in one transaction: two processes may do it at once. */
int schema_bring_up(struct sqlite3 *db);

/* The form that this program writes. */
int64_t schema_newest(void);
/* Word for word the tables of that form, and nothing else? */
bool schema_is_ours(struct sqlite3 *db, int64_t form);

#endif
