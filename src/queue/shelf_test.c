/* SPDX-License-Identifier: ISC */
/* What strangers wrote so that it would be taken for something else. */
#include "queue/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/*
 * Texts of 32 bytes whose first eight are those of XXH3's default secret: the
 * product of the first half is zero, whatever the other eight bytes are, so
 * without a key all have one hash.
 */
#define ONE_HASH "\xb8\xfe\x6c\x39\x23\xa4\x4b\xbe"
static const char innocent[] = ONE_HASH "invoice, order of friday";
static const char spammer[] = ONE_HASH "pills!!, order of friday";

static void
put(struct shelf *shelf, const char *id, const char *subject, struct str sender)
{
	struct queue_message *m = xcalloc(1, sizeof(*m));
	char head[128];
	int n = snprintf(head, sizeof(head), "Subject: %.32s\n", subject);

	m->id = str_z(id);
	m->arrived = 1800000000 * US_SECOND;
	m->sender = sender;
	m->head = (struct str){head, (size_t)n};
	queue_rcpt_add(m)->address = S("x@b.example");
	m->rcpts_all = 1;
	(void)shelf_put(
	    shelf, &(struct received){.message = m, .path = S("deferred/0/1")});
	free(m);
}

static void
test_subjects(void **state)
{
	struct shelf *shelf = shelf_new(1, false);
	const struct waiting *items;
	size_t n;

	(void)state;
	put(shelf, "1", innocent, S("a@shop.example"));
	put(shelf, "2", spammer, S("a@shop.example"));
	items = shelf_items(shelf, &n);
	assert_int_equal(n, 2);
	assert_true(str_has(items[0].subject, S("invoice")));
	assert_true(str_has(items[1].subject, S("pills!!")));
	shelf_free(shelf);
}

static void
test_senders(void **state)
{
	struct shelf *shelf = shelf_new(1, false);
	const struct waiting *items;
	size_t n;

	(void)state;
	put(shelf, "1", "a", (struct str){innocent, 32});
	put(shelf, "2", "a", (struct str){spammer, 32});
	items = shelf_items(shelf, &n);
	assert_int_equal(n, 2);
	assert_true(str_has(items[0].sender, S("invoice")));
	assert_true(str_has(items[1].sender, S("pills!!")));
	shelf_free(shelf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_subjects),
	    cmocka_unit_test(test_senders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
