/* SPDX-License-Identifier: ISC */
#include "trail/recipients.h"

#include "base/arena.h"

#include <stdlib.h>

enum {
	START = 1024
};

void
recipients_done(struct recipients *r)
{
	free(r->slots);
	*r = (struct recipients){0};
}

/* The slot of key, or the free one where it belongs. */
static struct recipient *
slot_of(const struct recipients *r, uint64_t key)
{
	size_t mask = r->size - 1;
	/* The low bits are zero in a sample: take the high ones. */
	size_t at = (size_t)(key >> 24) & mask;

	while (r->slots[at].key != 0 && r->slots[at].key != key)
		at = (at + 1) & mask;
	return &r->slots[at];
}

static void
rebuild(struct recipients *r, size_t size)
{
	struct recipient *old = r->slots;
	size_t old_size = r->size;
	uint64_t low = (UINT64_C(1) << r->shift) - 1;

	r->slots = xcalloc(size, sizeof(*r->slots));
	r->size = size;
	r->n = 0;
	for (size_t i = 0; i < old_size; i++) {
		if (old[i].key == 0 || (old[i].key & low) != 0)
			continue;
		*slot_of(r, old[i].key) = old[i];
		r->n++;
	}
	free(old);
}

static void
make_room(struct recipients *r)
{
	if (r->n * 4 < r->size * 3)
		return;
	if (r->n < RECIPIENTS_MAX) {
		rebuild(r, r->size == 0 ? START : r->size * 2);
		return;
	}
	r->shift++;
	rebuild(r, r->size);
}

void
recipients_add(
    struct recipients *r, uint64_t hash, uint32_t at, uint32_t origin)
{
	struct recipient *slot;

	if (hash == 0)
		hash = UINT64_C(1) << 32;
	make_room(r);
	if ((hash & ((UINT64_C(1) << r->shift) - 1)) != 0)
		return;
	slot = slot_of(r, hash);
	if (slot->key == 0) {
		*slot = (struct recipient){hash, at, origin};
		r->n++;
	} else if (at < slot->first) {
		slot->first = at;
		slot->origin = origin;
	}
}

void
recipients_merge(struct recipients *to, const struct recipients *from,
    const uint32_t *origin_map)
{
	if (from->shift > to->shift) {
		to->shift = from->shift;
		if (to->size > 0)
			rebuild(to, to->size);
	}
	for (size_t i = 0; i < from->size; i++)
		if (from->slots[i].key != 0)
			recipients_add(to, from->slots[i].key,
			    from->slots[i].first,
			    origin_map[from->slots[i].origin]);
}
