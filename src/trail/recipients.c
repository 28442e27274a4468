/* SPDX-License-Identifier: ISC */
#include "trail/recipients.h"

#include "base/arena.h"
#include "base/heap.h"
#include "base/secret.h"

#include <stdlib.h>

enum {
	START = 1024,
	SHIFT_MAX = 24, /* of 13,000,000,000,000 addresses */
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
	size_t at = secret_place(key) & mask;

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

static inline bool
is_full(const struct recipients *r)
{
	return r->n * 4 >= r->size * 3;
}

/* False: there is none, however small the sample. The hashes were chosen for
 * that. */
static __attribute__((noinline)) bool
grow(struct recipients *r)
{
	while (is_full(r)) {
		if (r->n < RECIPIENTS_MAX) {
			rebuild(r, r->size == 0 ? START : r->size * 2);
			continue;
		}
		if (r->shift == SHIFT_MAX)
			return false;
		r->shift++;
		rebuild(r, r->size);
	}
	return true;
}

static inline bool
make_room(struct recipients *r)
{
	return !is_full(r) || grow(r);
}

static bool
is_sampled(const struct recipients *r, uint64_t key)
{
	return (key & ((UINT64_C(1) << r->shift) - 1)) == 0;
}

/* Into its slot; it is sampled. Who was first stays there. */
static inline void
put(struct recipients *r, struct recipient *slot, const struct recipient *new)
{
	if (slot->key == 0) {
		*slot = *new;
		r->n++;
	} else if (new->first < slot->first) {
		*slot = *new;
	}
}

/* Whoever is in the table as an origin's is in its sketch, and whoever is in
 * a sketch is in the table, unless it is a sample. */
static void
add_now(struct recipients *r, const struct recipient_late *late)
{
	struct recipient *slot;

	if (!make_room(r) || !is_sampled(r, late->recipient.key)) {
		sketch_add(late->sketch, late->recipient.key);
		return;
	}
	slot = slot_of(r, late->recipient.key);
	if (slot->key == 0)
		sketch_add_new(late->sketch, late->recipient.key);
	else if (slot->origin != late->recipient.origin)
		sketch_add(late->sketch, late->recipient.key);
	put(r, slot, &late->recipient);
}

static void
expect(const struct recipients *r, uint64_t key)
{
	if (r->size > 0)
		__builtin_prefetch(
		    &r->slots[secret_place(key) & (r->size - 1)], 1);
}

/* The table is larger than any cache: waiting for one slot after another would
 * take longer than all the rest of a delivery. Asked for as soon as they are
 * known they would be gone again when they are used. */
void
recipients_flush(struct recipients *r)
{
	for (uint32_t i = 0; i < r->late_n; i++) {
		expect(r, r->late[i].recipient.key);
		sketch_expect(r->late[i].sketch, r->late[i].recipient.key);
	}
	for (uint32_t i = 0; i < r->late_n; i++)
		add_now(r, &r->late[i]);
	r->late_n = 0;
}

void
recipients_add(struct recipients *r, uint64_t hash, uint32_t at,
    uint32_t origin, struct sketch *sketch)
{
	if (hash == 0)
		hash = UINT64_C(1) << 32;
	r->late[r->late_n++] =
	    (struct recipient_late){{hash, at, origin}, sketch};
	if (r->late_n == RECIPIENTS_LATE)
		recipients_flush(r);
}

enum {
	/* Slots of the other table between asking for one and using it. */
	MERGE_AHEAD = 32
};

static void
renumber(struct recipients *r, const uint32_t *origin_map)
{
	for (size_t i = 0; i < r->size; i++)
		if (r->slots[i].key != 0)
			r->slots[i].origin = origin_map[r->slots[i].origin];
}

/* The smaller table is put into the larger one: grown anew beside it, a third
 * would be in memory. */
static void
swap_slots(struct recipients *a, struct recipients *b)
{
	struct recipient *slots = a->slots;
	size_t n = a->n, size = a->size;

	a->slots = b->slots;
	a->n = b->n;
	a->size = b->size;
	b->slots = slots;
	b->n = n;
	b->size = size;
}

void
recipients_merge(
    struct recipients *to, struct recipients *from, const uint32_t *origin_map)
{
	if (from->shift > to->shift) {
		to->shift = from->shift;
		if (to->size > 0)
			rebuild(to, to->size);
	}
	renumber(from, origin_map);
	if (from->size > to->size && from->shift == to->shift)
		swap_slots(to, from);
	for (size_t i = 0; i < from->size; i++) {
		const struct recipient *r = &from->slots[i];

		if (i + MERGE_AHEAD < from->size)
			expect(to, from->slots[i + MERGE_AHEAD].key);
		if (r->key != 0 && make_room(to) && is_sampled(to, r->key))
			put(to, slot_of(to, r->key), r);
	}
	recipients_done(from);
}
