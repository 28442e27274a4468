/* SPDX-License-Identifier: ISC */
/*
 * Every SQL text of the program: STATEMENT(ID, text).
 *
 * MIGRATION(n, text) brings a file of form n - 1 to form n, in one transaction
 * with its number; a released one is never changed, only followed. Times are
 * microseconds since 1970 (wall_us). What strangers wrote is bound, never part
 * of a text.
 */
#ifndef MIGRATION
#define MIGRATION(n, text)
#endif
#ifndef STATEMENT
#define STATEMENT(id, text)
#endif

/* gone: since when it is known to be clean; NULL: it is listed. */
MIGRATION(1,
    "CREATE TABLE listing (list TEXT NOT NULL, target TEXT NOT NULL, "
    "labels TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, "
    "gone INTEGER, PRIMARY KEY (list, target)) WITHOUT ROWID;"
    "CREATE TABLE change (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, "
    "list TEXT NOT NULL, target TEXT NOT NULL, what TEXT NOT NULL, "
    "said TEXT NOT NULL);"
    "CREATE INDEX change_of ON change (list, target, at);"
    "CREATE TABLE asked (target TEXT PRIMARY KEY, at INTEGER NOT NULL) "
    "WITHOUT ROWID")

/* What is asked for: id is of delist/petition.h, state of store/requests.h,
 * at when it came to be so, seen when there was last a reason for it, times how
 * often it was asked for. */
MIGRATION(2,
    "CREATE TABLE request (id TEXT PRIMARY KEY, state TEXT NOT NULL, "
    "at INTEGER NOT NULL, first INTEGER NOT NULL, seen INTEGER NOT NULL, "
    "times INTEGER NOT NULL) WITHOUT ROWID")

/* A policy of MTA-STS as it was first seen with that id: hash of what it says,
 * age in seconds, other when it was first seen to say something else under the
 * same id; NULL: never. */
MIGRATION(3,
    "CREATE TABLE policy (domain TEXT PRIMARY KEY, id TEXT NOT NULL, "
    "hash TEXT NOT NULL, age INTEGER NOT NULL, first INTEGER NOT NULL, "
    "last INTEGER NOT NULL, other INTEGER) WITHOUT ROWID")

STATEMENT(BEGIN, "BEGIN IMMEDIATE")
STATEMENT(COMMIT, "COMMIT")
STATEMENT(ROLLBACK, "ROLLBACK")
STATEMENT(LISTINGS,
    "SELECT list, target, labels, first, last, gone FROM listing "
    "ORDER BY list, target LIMIT ?1")
STATEMENT(LISTING,
    "SELECT list, target, labels, first, last, gone FROM listing "
    "WHERE list = ?1 AND target = ?2")
/* Listed again after it was gone: a new listing. A clock that was set back
 * makes no listing end before it began. */
STATEMENT(LISTING_SEEN,
    "INSERT INTO listing (list, target, labels, first, last, gone) "
    "VALUES (?1, ?2, ?3, ?4, ?4, NULL) "
    "ON CONFLICT (list, target) DO UPDATE SET labels = ?3, "
    "first = iif(gone IS NULL, min(first, ?4), ?4), "
    "last = max(last, ?4), gone = NULL")
STATEMENT(LISTING_GONE, "UPDATE listing SET gone = ?3 "
			"WHERE list = ?1 AND target = ?2 AND gone IS NULL")
STATEMENT(ASKED, "SELECT target, at FROM asked ORDER BY target LIMIT ?1")
STATEMENT(ASKED_NOW, "INSERT INTO asked (target, at) VALUES (?1, ?2) "
		     "ON CONFLICT (target) DO UPDATE SET at = max(at, ?2)")
STATEMENT(CHANGE, "INSERT INTO change (at, list, target, what, said) "
		  "VALUES (?1, ?2, ?3, ?4, ?5)")
STATEMENT(CHANGES,
    "SELECT at, what, said FROM change WHERE list = ?1 AND target = ?2 "
    "ORDER BY at, id LIMIT ?3")
STATEMENT(ALL_CHANGES, "SELECT at, list, target, what, said FROM change "
		       "ORDER BY at DESC, id DESC LIMIT ?1")
/* The newest STORE_CHANGES stay. */
STATEMENT(FORGET_CHANGES,
    "DELETE FROM change WHERE id <= (SELECT max(id) FROM change) - ?1")
STATEMENT(FORGET_ASKED,
    "DELETE FROM asked WHERE target IN (SELECT target FROM asked "
    "ORDER BY at DESC LIMIT -1 OFFSET ?1)")
/* Listings that ended long ago, the oldest first, when there are too many. */
STATEMENT(FORGET_LISTINGS,
    "DELETE FROM listing WHERE (list, target) IN (SELECT list, target "
    "FROM listing ORDER BY gone IS NULL DESC, last DESC LIMIT -1 OFFSET ?1)")
STATEMENT(REQUESTS, "SELECT id, state, at, first, seen, times FROM request "
		    "ORDER BY id LIMIT ?1")
/* What came back after it was gone is open again. */
STATEMENT(REQUEST_SEEN,
    "INSERT INTO request (id, state, at, first, seen, times) "
    "VALUES (?1, 'open', ?2, ?2, ?2, 0) ON CONFLICT (id) DO UPDATE SET "
    "seen = max(seen, ?2), at = iif(state = 'delisted', ?2, at), "
    "state = iif(state = 'delisted', 'again', state)")
STATEMENT(REQUEST_MARK, "UPDATE request SET state = ?2, at = ?3, "
			"times = times + iif(?2 = 'asked', 1, 0) WHERE id = ?1")
STATEMENT(FORGET_REQUESTS,
    "DELETE FROM request WHERE id IN (SELECT id FROM request "
    "ORDER BY seen DESC LIMIT -1 OFFSET ?1)")
STATEMENT(POLICIES, "SELECT domain, id, hash, age, first, last, other "
		    "FROM policy ORDER BY domain LIMIT ?1")
STATEMENT(POLICY, "SELECT domain, id, hash, age, first, last, other "
		  "FROM policy WHERE domain = ?1")
STATEMENT(POLICY_NEW,
    "INSERT INTO policy (domain, id, hash, age, first, last, other) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?5, NULL) ON CONFLICT (domain) DO UPDATE SET "
    "id = ?2, hash = ?3, age = ?4, first = ?5, last = ?5, other = NULL")
STATEMENT(POLICY_SAME, "UPDATE policy SET last = max(last, ?2), other = NULL "
		       "WHERE domain = ?1")
STATEMENT(POLICY_OTHER, "UPDATE policy SET other = ?2 "
			"WHERE domain = ?1 AND other IS NULL")
STATEMENT(FORGET_POLICIES,
    "DELETE FROM policy WHERE domain IN (SELECT domain FROM policy "
    "ORDER BY last DESC LIMIT -1 OFFSET ?1)")

#undef MIGRATION
#undef STATEMENT
