/* SPDX-License-Identifier: ISC */
/*
 * Memory that is freed all at once. An arena has a cap; at the cap
 * arena_try returns NULL, and arena_alloc ends the program with a sentence.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

/* Zeroed is a valid empty arena without a cap. */
struct arena {
	struct arena_block *last;
	size_t used; /* bytes in all blocks, handed out or not */
	size_t cap;  /* bytes, 0: no cap */
};

void arena_init(struct arena *a, size_t cap);
void arena_done(struct arena *a); /* frees all; the arena is empty again */

/* Zeroed memory, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *a, size_t n)
    __attribute__((malloc, returns_nonnull));
/* The same, but NULL when the cap would be passed. */
void *arena_try(struct arena *a, size_t n);

/* A copy that lives as long as the arena, with a NUL behind it. */
struct str str_keep(struct arena *a, struct str s);
/* printf into the arena. */
struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* malloc, calloc and realloc that end the program with a sentence. */
void *xcalloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t count, size_t size)
    __attribute__((returns_nonnull));

/* xcalloc whose result begins a cache line. */
void *xcalloc_lines(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));

/*
 * Make room for one more element behind the n that items holds: grows
 * *items to a larger *cap when needed (by half, at least 4).
 */
#define VEC_ROOM(items, n, cap)                                                \
	do {                                                                   \
		if ((n) == (cap)) {                                            \
			(cap) = (typeof(cap))((cap) + (cap) / 2 + 4);          \
			(items) = xrealloc(                                    \
			    (items), (size_t)(cap), sizeof(*(items)));         \
		}                                                              \
	} while (0)

#endif
