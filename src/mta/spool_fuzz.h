/* SPDX-License-Identifier: ISC */
/*
 * What must hold for any bytes that a reader of queues reads. The input is the
 * files of one message: each begins behind a line "=N" with its kind.
 */
#ifndef MTA_SPOOL_FUZZ_H
#define MTA_SPOOL_FUZZ_H

#include "mta/mta.h"

#include <assert.h>
#include <stdlib.h>

static inline void
fuzz_spool_inside(struct str slice, const struct queue_parts *parts)
{
	if (slice.n == 0 || slice.p == parts->id)
		return;
	if (slice.p >= parts->room &&
	    slice.p + slice.n <= parts->room + parts->room_n)
		return;
	for (size_t i = 0; i < parts->parts_n; i++) {
		struct str bytes = parts->parts[i].bytes;

		if (slice.p >= bytes.p &&
		    slice.p + slice.n <= bytes.p + bytes.n)
			return;
	}
	assert(slice.n == 0); /* it lies outside of what was given */
}

static inline void
fuzz_spool_check(const struct queue_message *m, const struct queue_parts *parts)
{
	const struct str all[] = {m->id, m->sender, m->client_name, m->helo,
	    m->protocol, m->account, m->method, m->local_user, m->head,
	    m->body};

	assert(m->rcpts_n <= QUEUE_RCPTS && m->rcpts_n <= m->rcpts_all);
	assert(m->state < QUEUE_STATES);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		fuzz_spool_inside(all[i], parts);
	for (size_t i = 0; i < m->rcpts_n; i++) {
		const struct queue_rcpt *r = &m->rcpts[i];

		fuzz_spool_inside(r->address, parts);
		fuzz_spool_inside(r->original, parts);
		fuzz_spool_inside(r->reason, parts);
		fuzz_spool_inside(r->dsn, parts);
		fuzz_spool_inside(r->relay, parts);
	}
}

/* The files in the input, with bytes of their own each, so that a sanitizer
 * sees a step over an end. */
static inline void
fuzz_spool_split(struct str input, struct queue_parts *parts, bool whole)
{
	*parts = (struct queue_parts){
	    .id = "4jZltY3Mpvz1bhDY", .state = QUEUE_DEFERRED};
	while (input.n > 0 && parts->parts_n < QUEUE_PARTS) {
		struct queue_part *part = &parts->parts[parts->parts_n++];
		struct str mark = str_take(&input, '\n');
		size_t end = str_find(input, S("\n="));
		struct str bytes = str_head(input, end);
		char *copy = malloc(bytes.n + 1);

		input = str_skip(input, end + 1);
		assert(copy != NULL);
		if (bytes.n > 0)
			memcpy(copy, bytes.p, bytes.n);
		*part = (struct queue_part){
		    .kind = mark.n > 1 ? (unsigned)(mark.p[1] - '0') & 15 : 0,
		    .bytes = {copy, bytes.n},
		    .whole = whole,
		    .size = bytes.n,
		    .mode = 0700};
		parts->room_n += bytes.n * 2;
	}
	parts->room = malloc(parts->room_n + 1);
	assert(parts->room != NULL);
}

static inline void
fuzz_spool_free(struct queue_parts *parts)
{
	for (size_t i = 0; i < parts->parts_n; i++) {
		union {
			const char *in;
			void *out;
		} bytes = {.in = parts->parts[i].bytes.p};

		free(bytes.out);
	}
	free(parts->room);
}

static inline void
fuzz_spool(const struct queue_reader *reader, const uint8_t *data, size_t size)
{
	struct str input = {(const char *)data, size};
	static struct queue_message m;

	for (int whole = 0; whole < 2; whole++)
		for (int last = 0; last < 2; last++) {
			struct queue_parts parts;
			enum queue_result result;

			fuzz_spool_split(input, &parts, whole);
			result = reader->read(&parts, last, &m);
			assert(result != QUEUE_MORE || (!whole && !last));
			if (result == QUEUE_GOOD)
				fuzz_spool_check(&m, &parts);
			fuzz_spool_free(&parts);
		}
}

#endif
