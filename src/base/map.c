/* SPDX-License-Identifier: ISC */
/* Linear probing: the next slot mostly lies in the same cache line. */
#include "base/map.h"

#include "base/arena.h"

#include <stdlib.h>

enum {
	SIZE_FIRST = 16
};

/* The slot of key, or the free one where it belongs. size must not be 0. */
static struct map_slot *
slot_find(const struct map *map, uint64_t key)
{
	size_t mask = map->size - 1;
	size_t i = secret_place(key) & mask;

	while (map->slots[i].key != key && map->slots[i].key != 0)
		i = (i + 1) & mask;
	return &map->slots[i];
}

static void
map_grow(struct map *map)
{
	size_t size = map->size == 0 ? SIZE_FIRST : map->size * 2;
	struct map next = {
	    .slots = xcalloc(size, sizeof(*next.slots)),
	    .n = map->n,
	    .size = size,
	};

	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].key != 0)
			*slot_find(&next, map->slots[i].key) = map->slots[i];
	free(map->slots);
	*map = next;
}

void
map_done(struct map *map)
{
	free(map->slots);
	*map = (struct map){0};
}

uint32_t *
map_get(const struct map *map, uint64_t key)
{
	struct map_slot *slot;

	key += key == 0;
	if (map->size == 0)
		return NULL;
	slot = slot_find(map, key);
	return slot->key == 0 ? NULL : &slot->value;
}

uint32_t *
map_put(struct map *map, uint64_t key, bool *ret_new)
{
	struct map_slot *slot;

	key += key == 0;
	if (map->size == 0)
		map_grow(map);
	slot = slot_find(map, key);
	*ret_new = slot->key == 0;
	if (!*ret_new)
		return &slot->value;
	/* At most half full: mostly the first slot looked at is the right one,
	 * and what the processor guessed. */
	if ((map->n + 1) * 2 > map->size) {
		map_grow(map);
		slot = slot_find(map, key);
	}
	*slot = (struct map_slot){.key = key};
	map->n++;
	return &slot->value;
}
