/* SPDX-License-Identifier: ISC */
/* Names and bytes for the tests of queue readers. */
#ifndef MTA_SPOOL_TEST_H
#define MTA_SPOOL_TEST_H

#include "mta/mta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_slice(s, z)                                                     \
	do {                                                                   \
		struct str got_ = (s), want_ = str_z(z);                       \
		assert_int_equal(got_.n, want_.n);                             \
		if (want_.n > 0)                                               \
			assert_memory_equal(got_.p, want_.p, want_.n);         \
	} while (0)

/* Room for what a reader puts together; one message at a time. */
static char spool_room[64 * 1024] __attribute__((unused));

/* A file of a message that is being read. */
static inline void
spool_part(struct queue_parts *parts, unsigned kind, struct str bytes)
{
	assert_true(parts->parts_n < QUEUE_PARTS);
	parts->parts[parts->parts_n++] = (struct queue_part){.kind = kind,
	    .bytes = bytes,
	    .whole = true,
	    .size = bytes.n,
	    .mtime = 1000 * US_SECOND,
	    .mode = 0700};
}

#define SPOOL_PARTS(the_id, the_state)                                         \
	{                                                                      \
		.id = (the_id), .state = (the_state), .room = spool_room,      \
		.room_n = sizeof(spool_room)                                   \
	}

#endif
