/* SPDX-License-Identifier: ISC */
/* For tests: a world of names in a table. */
#ifndef NET_DNS_ROWS_TEST_H
#define NET_DNS_ROWS_TEST_H

#include "net/dns_book.h"

/* Ends with name NULL. The value of MX: the name alone. A record "!" is no
 * record: that question has no answer (SERVFAIL). */
struct dns_row {
	const char *name;
	enum dns_type type;
	const char *value;
};

static inline struct dns_record
dns_row_record(const struct dns_row *row)
{
	struct dns_record record = {.type = (uint16_t)row->type, .strings = 1};

	if (row->type == DNS_A || row->type == DNS_AAAA)
		(void)ip_parse(str_z(row->value), &record.ip);
	else if (row->type == DNS_TXT)
		record.text = str_z(row->value);
	else if (row->type == DNS_TLSA)
		record.data = str_z(row->value);
	else
		record.name = str_z(row->value);
	return record;
}

/* Answer all that is wanted from the rows. */
static inline bool
dns_rows_answer(struct dns_book *book, const struct dns_row *rows)
{
	struct dns_note *note;
	bool any = false;

	while ((note = dns_book_wanted(book)) != NULL) {
		struct dns_record records[32];
		struct dns_answer answer = {
		    .status = DNS_NO_NAME, .records = records};

		for (const struct dns_row *r = rows; r->name != NULL; r++) {
			if (!dns_name_eq(str_z(r->name), note->name))
				continue;
			if (answer.status == DNS_NO_NAME)
				answer.status = DNS_NO_DATA;
			if (r->type != note->type ||
			    answer.n == ARRAY_LEN(records))
				continue;
			answer.status = DNS_OK;
			records[answer.n++] = dns_row_record(r);
			if (str_eq(str_z(r->value), S("!"))) {
				answer.status = DNS_FAILED;
				answer.n = 0;
				break;
			}
		}
		dns_book_put(book, note, &answer);
		any = true;
	}
	return any;
}

#endif
