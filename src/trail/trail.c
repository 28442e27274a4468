/* SPDX-License-Identifier: ISC */
#include "trail/trail.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>

enum {
	TRAILS_START = 1024
};

void
trails_done(struct trails *trails)
{
	free(trails->slots);
	*trails = (struct trails){0};
}

/* There is a table. */
static struct trail *
slot_of(const struct trails *trails, uint64_t key)
{
	size_t home = secret_place(key) & (trails->size - 1);

	return &trails->slots[trails_slot(trails, key, home)];
}

struct trail *
trails_find(const struct trails *trails, uint64_t key)
{
	struct trail *trail;

	if (trails->size == 0)
		return NULL;
	trail = slot_of(trails, key);
	return trail->key == key ? trail : NULL;
}

static void
grow(struct trails *trails)
{
	struct trails next = {.n = trails->n,
	    .size = trails->size == 0 ? TRAILS_START : trails->size * 2};

	next.slots = xcalloc_lines(next.size, sizeof(*next.slots));
	for (size_t i = 0; i < trails->size; i++)
		if (trails->slots[i].key != 0)
			*slot_of(&next, trails->slots[i].key) =
			    trails->slots[i];
	free(trails->slots);
	*trails = next;
}

struct trail *
trails_put(struct trails *trails, uint64_t key, bool *ret_new)
{
	struct trail *trail;

	assert(key != 0);
	if (trails->size == 0)
		grow(trails);
	trail = slot_of(trails, key);
	*ret_new = trail->key == 0;
	if (!*ret_new)
		return trail;
	if ((trails->n + 1) * 8 > trails->size * 5) {
		grow(trails);
		trail = slot_of(trails, key);
	}
	*trail = (struct trail){.key = key, .uid = -1};
	trails->n++;
	return trail;
}

struct trail *
trails_add(struct trails *trails, uint64_t key)
{
	bool is_new;
	struct trail *trail = trails_put(trails, key, &is_new);

	assert(is_new);
	return trail;
}

/* Backward shift (Knuth 6.4 R): no tombstones, so probes stay short. */
void
trails_remove(struct trails *trails, struct trail *trail)
{
	size_t mask = trails->size - 1;
	size_t hole = (size_t)(trail - trails->slots);
	size_t at = hole;

	for (;;) {
		size_t home;

		at = (at + 1) & mask;
		if (trails->slots[at].key == 0)
			break;
		home = secret_place(trails->slots[at].key) & mask;
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		trails->slots[hole] = trails->slots[at];
		hole = at;
	}
	trails->slots[hole].key = 0;
	trails->n--;
}

static int
by_begin(const void *a, const void *b, void *slots)
{
	const struct trail *x =
	    (const struct trail *)slots + *(const size_t *)a;
	const struct trail *y =
	    (const struct trail *)slots + *(const size_t *)b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

size_t *
trails_order(const struct trails *trails)
{
	size_t *order = xcalloc(trails->n + 1, sizeof(*order)), n = 0;

	for (size_t i = 0; i < trails->size; i++)
		if (trails->slots[i].key != 0)
			order[n++] = i;
	assert(n == trails->n);
	if (n > 0)
		qsort_r(order, n, sizeof(*order), by_begin, trails->slots);
	return order;
}

uint32_t
pool_take_as_it_is(struct pool *pool)
{
	uint32_t number = pool->free;

	pool->used++;
	if (number != 0) {
		memcpy(&pool->free, pool_at(pool, number), sizeof(pool->free));
	} else {
		if (pool->n == pool->cap) {
			pool->cap = pool->cap + pool->cap / 2 + 64;
			pool->items =
			    xrealloc(pool->items, pool->cap, pool->item);
		}
		number = ++pool->n;
	}
	return number;
}

uint32_t
pool_take(struct pool *pool)
{
	uint32_t number = pool_take_as_it_is(pool);

	memset(pool_at(pool, number), 0, pool->item);
	return number;
}

void
pool_give(struct pool *pool, uint32_t number)
{
	if (number == 0)
		return;
	memcpy(pool_at(pool, number), &pool->free, sizeof(pool->free));
	pool->free = number;
	pool->used--;
}

void
pool_done(struct pool *pool)
{
	free(pool->items);
	pool->items = NULL;
	pool->n = pool->cap = pool->free = pool->used = 0;
}
