/* SPDX-License-Identifier: ISC */
/*
 * A hash table from a 64-bit key, already well mixed (str_hash, ip_hash), to
 * an index. Keys are never removed. Two things with the same key are the same
 * thing: callers for whom that is not enough compare what they stored.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/secret.h"
#include "base/str.h"

struct map_slot {
	uint64_t key; /* 0: free (a key 0 is stored as 1) */
	uint32_t value;
};

/* Zeroed is a valid empty map. */
struct map {
	struct map_slot *slots;
	size_t n, size; /* size: 0 or a power of two */
};

void map_done(struct map *map);
/* NULL when key is not there. Lives until the next map_put. */
uint32_t *map_get(const struct map *map, uint64_t key);
/* Ask for the slot that map_get or map_put will look at. */
static inline void
map_expect(const struct map *map, uint64_t key)
{
	if (map->size > 0)
		__builtin_prefetch(
		    &map->slots[secret_place(key) & (map->size - 1)], 1);
}
/* The value of key, which is put in with value 0 when it is new. */
uint32_t *map_put(struct map *map, uint64_t key, bool *ret_new);

#endif
