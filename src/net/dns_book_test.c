/* SPDX-License-Identifier: ISC */
#include "net/dns_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
put_text(struct dns_book *book, struct dns_note *note, const char *text)
{
	const struct dns_record record = {.type = DNS_TXT, .text = str_z(text)};

	dns_book_put(book, note,
	    &(struct dns_answer){.status = DNS_OK, .records = &record, .n = 1});
}

static void
test_asked_once(void **state)
{
	struct dns_book book = {0};
	struct dns_note *note;
	const struct dns_answer *answer;

	(void)state;
	assert_null(dns_book_get(&book, S("example.org"), DNS_TXT));
	assert_null(dns_book_get(&book, S("EXAMPLE.org."), DNS_TXT));
	assert_null(dns_book_get(&book, S("example.org"), DNS_A));
	note = dns_book_wanted(&book);
	assert_true(str_eq(note->name, S("example.org")));
	assert_int_equal(note->type, DNS_TXT);
	assert_int_equal(dns_book_wanted(&book)->type, DNS_A);
	assert_null(dns_book_wanted(&book));
	/* It is on its way: not known, but not wanted again. */
	assert_null(dns_book_get(&book, S("example.org"), DNS_TXT));
	assert_null(dns_book_wanted(&book));
	put_text(&book, note, "v=spf1 -all");
	answer = dns_book_get(&book, S("Example.Org"), DNS_TXT);
	assert_non_null(answer);
	assert_true(str_eq(answer->records[0].text, S("v=spf1 -all")));
	dns_book_done(&book);
}

/* However many questions a stranger's records ask for. */
static void
test_full(void **state)
{
	struct dns_book book = {0};
	char name[32];

	(void)state;
	for (int i = 0; i < DNS_BOOK_QUESTIONS; i++) {
		(void)snprintf(name, sizeof(name), "n%d.example.org", i);
		assert_null(dns_book_get(&book, str_z(name), DNS_A));
	}
	assert_false(book.full);
	assert_int_equal(
	    dns_book_get(&book, S("more.example.org"), DNS_A)->status,
	    DNS_FAILED);
	assert_true(book.full);
	assert_null(dns_book_get(&book, S("n7.example.org"), DNS_A));
	dns_book_done(&book);
}

/* However often names lead on, the sum stays below 15 seconds. */
static void
test_patience(void **state)
{
	struct dns_book book = {0};
	span_us sum = 0;

	(void)state;
	for (; book.silent < 6; book.silent++)
		sum += dns_book_patience(&book);
	assert_true(sum <= 15 * US_SECOND);
	/* with a thousand domains each round needs its time */
	book.n = 5000;
	assert_int_equal(dns_book_patience(&book), 5 * US_SECOND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_asked_once),
	    cmocka_unit_test(test_patience),
	    cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
