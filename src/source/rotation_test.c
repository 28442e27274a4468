/* SPDX-License-Identifier: ISC */
#include "source/rotation.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
split_names(void **state)
{
	static const struct {
		const char *name, *head, *tail;
		uint64_t number, date, epoch;
	} rows[] = {
	    {"mail.log", "mail.log", "", 0, 0, 0},
	    {"mail.log.1", "mail.log", "", 4, 0, 0},
	    {"mail.log.0.bz2", "mail.log", "", 2, 0, 0},
	    {"mail.log.12.gz", "mail.log", "", 26, 0, 0},
	    {"mail.log.52.zst", "mail.log", "", 106, 0, 0},
	    {"mail.log.old", "mail.log", "", 4, 0, 0},
	    {"maillog.processed", "maillog", "", 1, 0, 0},
	    {"maillog.processed.1.gz", "maillog", "", 4, 0, 0},
	    {"maillog-20260301", "maillog", "", 0, 20260301999999, 0},
	    {"maillog-20260301.gz", "maillog", "", 0, 20260301999999, 0},
	    {"mail.log.20260301", "mail.log", "", 0, 20260301999999, 0},
	    {"mail.log-2026-03-01.xz", "mail.log", "", 0, 20260301999999, 0},
	    {"mail.log.20260301-031500.gz", "mail.log", "", 0, 20260301031500,
		0},
	    {"mail.log.20260301-031500", "mail.log", "", 0, 20260301031500, 0},
	    {"mail.log-2026030114", "mail.log-2026030114", "", 0, 0, 0},
	    {"mail.log-20260301-14", "mail.log", "", 0, 20260301149999, 0},
	    {"mail.log-20260301-1772323200", "mail.log", "", 0, 20260301999999,
		1772323200},
	    {"mail-20260301.log.gz", "mail", ".log", 0, 20260301999999, 0},
	    {"mail.log-20260301.2", "mail.log", "", 6, 20260301999999, 0},
	    /* not rotations */
	    {"mail.log.offset", "mail.log.offset", "", 0, 0, 0},
	    {"mail.info", "mail.info", "", 0, 0, 0},
	    {"mail.log.gz", "mail.log.gz", "", 0, 0, 0},
	    {"mail.log-20261301", "mail.log-20261301", "", 0, 0, 0},
	    {"mail.log.12345", "mail.log.12345", "", 0, 0, 0},
	    {".1", ".1", "", 0, 0, 0},
	    {"1", "1", "", 0, 0, 0},
	    {"", "", "", 0, 0, 0},
	    {"20260301", "20260301", "", 0, 0, 0},
	    {"-20260301", "-20260301", "", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rotation r;

		rotation_split(str_z(rows[i].name), &r);
		if (!str_eq(r.head, str_z(rows[i].head)) ||
		    !str_eq(r.tail, str_z(rows[i].tail)) ||
		    r.number != rows[i].number || r.date != rows[i].date ||
		    r.epoch != rows[i].epoch)
			fail_msg("%s: head '" STR_FMT "' tail '" STR_FMT
				 "' number %lu date %lu epoch %lu",
			    rows[i].name, STR_ARG(r.head), STR_ARG(r.tail),
			    (unsigned long)r.number, (unsigned long)r.date,
			    (unsigned long)r.epoch);
	}
}

static void
order_names(void **state)
{
	/* older, newer, what rotation_order says of them */
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {
	    {"mail.log.1", "mail.log", -1},
	    {"mail.log.2.gz", "mail.log.1", -1},
	    {"mail.log.10.gz", "mail.log.9.gz", -1},
	    {"maillog.processed", "maillog", -1},
	    {"maillog.processed.1.gz", "maillog.processed", -1},
	    {"maillog-20260301", "maillog-20260308", -1},
	    {"maillog-20251228.gz", "maillog-20260104", -1},
	    {"maillog-20260301", "maillog", -1},
	    {"mail.log.20260301-031500.gz", "mail.log.20260301-041500.gz", -1},
	    {"maillog-20260301", "maillog.1", 0},
	    {"mail.log.1", "mail.log.1.gz", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rotation a, b;

		rotation_split(str_z(rows[i].a), &a);
		rotation_split(str_z(rows[i].b), &b);
		if (rotation_order(&a, &b) != rows[i].order ||
		    rotation_order(&b, &a) != -rows[i].order)
			fail_msg("%s, %s: %d", rows[i].a, rows[i].b,
			    rotation_order(&a, &b));
		assert_true(rotation_same(&a, &b));
	}
}

static void
tell_logs_apart(void **state)
{
	static const char *const rows[][2] = {
	    {"mail.log.1", "mail.info.1"},
	    {"mail.1", "mail.log.1"},
	    {"mail-20260301.log", "mail-20260301"},
	    {"maillog", "maillogs"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rotation a, b;

		rotation_split(str_z(rows[i][0]), &a);
		rotation_split(str_z(rows[i][1]), &b);
		if (rotation_same(&a, &b))
			fail_msg("%s = %s", rows[i][0], rows[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(split_names),
	    cmocka_unit_test(order_names),
	    cmocka_unit_test(tell_logs_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
