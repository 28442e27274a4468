/* SPDX-License-Identifier: ISC */
#include "trail/recipients.h"

#include "base/arena.h"
#include "base/heap.h"

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
	heap_tend_table(r->slots, size * sizeof(*r->slots));
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

static void
add_now(struct recipients *r, const struct recipient *new)
{
	struct recipient *slot;

	make_room(r);
	if ((new->key &((UINT64_C(1) << r->shift) - 1)) != 0)
		return;
	slot = slot_of(r, new->key);
	if (slot->key == 0) {
		*slot = *new;
		r->n++;
	} else if (new->first < slot->first) {
		*slot = *new;
	}
}

void
recipients_flush(struct recipients *r)
{
	for (uint32_t i = 0; i < r->late_n; i++)
		add_now(r, &r->late[i]);
	r->late_n = 0;
}

/* The table is larger than any cache: waiting for each slot would take longer
 * than all the rest of a delivery. */
void
recipients_add(
    struct recipients *r, uint64_t hash, uint32_t at, uint32_t origin)
{
	if (hash == 0)
		hash = UINT64_C(1) << 32;
	if (r->size > 0)
		__builtin_prefetch(
		    &r->slots[(size_t)(hash >> 24) & (r->size - 1)], 1);
	r->late[r->late_n++] = (struct recipient){hash, at, origin};
	if (r->late_n == RECIPIENTS_LATE)
		recipients_flush(r);
}

void
recipients_merge(
    struct recipients *to, struct recipients *from, const uint32_t *origin_map)
{
	recipients_flush(to);
	recipients_flush(from);
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
	recipients_flush(to);
}
