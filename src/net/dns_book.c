/* SPDX-License-Identifier: ISC */
#include "net/dns_book.h"

#include <stdlib.h>

void
dns_book_done(struct dns_book *book)
{
	map_done(&book->map);
	free(book->notes);
	arena_done(&book->arena);
	*book = (struct dns_book){0};
}

static struct dns_note *
new_note(struct dns_book *book, struct str name, enum dns_type type)
{
	struct dns_note *note = arena_alloc(&book->arena, sizeof(*note));

	*note = (struct dns_note){
	    .name = str_keep(&book->arena, name), .type = (uint16_t)type};
	VEC_ROOM(book->notes, book->n, book->cap);
	book->notes[book->n++] = note;
	return note;
}

/* The note of a question, made when it is new; NULL: the book is full. */
static struct dns_note *
note_of(struct dns_book *book, struct str name, enum dns_type type)
{
	uint64_t key =
	    str_hash_fold(name) ^ (uint64_t)type * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t *at = map_get(&book->map, key);
	struct dns_note *note = at != NULL ? book->notes[*at] : NULL, *last;
	bool new;

	for (last = NULL; note != NULL; last = note, note = note->twin)
		if (note->type == type && dns_name_eq(note->name, name))
			return note;
	if (book->n == DNS_BOOK_QUESTIONS) {
		book->full = true;
		return NULL;
	}
	if (last == NULL)
		*map_put(&book->map, key, &new) = (uint32_t)book->n;
	note = new_note(book, name, type);
	if (last != NULL)
		last->twin = note;
	return note;
}

const struct dns_answer *
dns_book_get(struct dns_book *book, struct str name, enum dns_type type)
{
	static const struct dns_answer none = {.status = DNS_FAILED};
	struct dns_note *note = note_of(book, dns_name_trim(name), type);

	if (note == NULL)
		return &none;
	return note->known ? &note->answer : NULL;
}

struct dns_note *
dns_book_wanted(struct dns_book *book)
{
	while (book->next < book->n) {
		struct dns_note *note = book->notes[book->next++];

		if (note->asked)
			continue;
		note->asked = true;
		return note;
	}
	return NULL;
}

static int
str_order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int
record_order(const void *a, const void *b)
{
	const struct dns_record *x = a, *y = b;
	const int orders[] = {x->preference - y->preference,
	    memcmp(&x->ip, &y->ip, sizeof(x->ip)), str_order(x->name, y->name),
	    str_order(x->text, y->text), str_order(x->data, y->data)};

	for (size_t i = 0; i < ARRAY_LEN(orders); i++)
		if (orders[i] != 0)
			return orders[i];
	return 0;
}

/* Resolvers turn records round; a report is the same each time. */
static void
sort_records(struct dns_book *book, struct dns_answer *answer)
{
	struct dns_record *sorted =
	    arena_alloc(&book->arena, (answer->n + 1) * sizeof(*sorted));

	if (answer->n < 2)
		return;
	memcpy(sorted, answer->records, answer->n * sizeof(*sorted));
	qsort(sorted, answer->n, sizeof(*sorted), record_order);
	answer->records = sorted;
}

void
dns_book_put(struct dns_book *book, struct dns_note *note,
    const struct dns_answer *answer)
{
	note->answer = dns_answer_keep(&book->arena, answer);
	sort_records(book, &note->answer);
	note->known = true;
}

/* Names that lead from one silent zone into the next would have each of them
 * waited for in a round of its own. */
span_us
dns_book_patience(const struct dns_book *book)
{
	static const span_us seconds[] = {5, 4, 2, 1};
	size_t silent = book->silent < ARRAY_LEN(seconds)
			    ? book->silent
			    : ARRAY_LEN(seconds) - 1;

	return (book->n < DNS_BOOK_FEW ? seconds[silent] : seconds[0]) *
	       US_SECOND;
}

struct call {
	struct dns_book *book;
	struct dns_note *note;
	bool *silent; /* did one of the round have no answer? */
};

static void
answered(void *arg, const struct dns_answer *answer)
{
	struct call *call = arg;

	*call->silent |= answer->status == DNS_TIMEOUT;
	dns_book_put(call->book, call->note, answer);
}

bool
dns_book_ask(struct dns_book *book, struct resolver *resolver)
{
	struct dns_note *note;
	const span_us patience = dns_book_patience(book);
	bool any = false, silent = false;

	while ((note = dns_book_wanted(book)) != NULL) {
		struct call *call = arena_alloc(&book->arena, sizeof(*call));
		const struct dns_question q = {.name = note->name,
		    .type = note->type,
		    .patience = patience};

		*call = (struct call){book, note, &silent};
		resolver_ask(resolver, &q, answered, call);
		any = true;
	}
	if (any)
		resolver_run(resolver, NULL, NULL);
	book->silent += silent;
	return any;
}
