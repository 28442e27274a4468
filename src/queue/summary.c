/* SPDX-License-Identifier: ISC */
#include "queue/summary.h"

#include "mail/address.h"

#include <stdlib.h>

const unsigned summary_ages[AGES - 1] = {1, 4, 24, 72};

static uint64_t
key_of(const struct waiting *w, enum queue_by by)
{
	switch (by) {
	case QUEUE_BY_ORIGIN:
		return (str_hash_fold_keyed(w->origin) +
			   (uint64_t)w->kind * 7919) |
		       1;
	case QUEUE_BY_SENDER:
		return w->sender.n == 0 ? 1 : address_hash(w->sender) | 1;
	case QUEUE_BY_REASON:
		return w->reason_key;
	case QUEUE_BYS:
		break;
	}
	return 0;
}

static void
add(struct group *g, const struct waiting *w)
{
	if (g->sample == NULL)
		*g = (struct group){
		    .sample = w, .first = WALL_NONE, .last = WALL_NONE};
	g->messages++;
	g->recipients += w->rcpts;
	if (w->arrived == WALL_NONE)
		return;
	if (g->first == WALL_NONE || w->arrived < g->first)
		g->first = w->arrived;
	if (w->arrived > g->last)
		g->last = w->arrived;
}

/* The oldest first among those of the same size: the same in every run. */
static int
by_messages(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->messages != b->messages)
		return a->messages > b->messages ? -1 : 1;
	return (a->sample > b->sample) - (a->sample < b->sample);
}

static void
group(struct groups *ret_groups, struct arena *a, const struct waiting *items,
    size_t n, enum queue_by by)
{
	struct map numbers = {0};
	struct group *groups = NULL;
	size_t groups_n = 0, cap = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_of(&items[i], by);
		uint32_t *number;
		bool is_new;

		if (key == 0)
			continue;
		number = map_put(&numbers, key, &is_new);
		if (is_new) {
			VEC_ROOM(groups, groups_n, cap);
			groups[groups_n++] = (struct group){0};
			*number = (uint32_t)groups_n;
		}
		add(&groups[*number - 1], &items[i]);
	}
	map_done(&numbers);
	if (groups_n > 0)
		qsort(groups, groups_n, sizeof(*groups), by_messages);
	ret_groups->items =
	    arena_alloc(a, (groups_n + 1) * sizeof(*ret_groups->items));
	if (groups_n > 0)
		memcpy(ret_groups->items, groups, groups_n * sizeof(*groups));
	ret_groups->n = groups_n;
	free(groups);
}

static void
count_age(struct summary *s, const struct waiting *w, wall_us now)
{
	size_t age = 0;

	if (w->arrived == WALL_NONE)
		return;
	while (
	    age < AGES - 1 && now - w->arrived >= summary_ages[age] * US_HOUR)
		age++;
	s->ages[age]++;
	if (s->first == WALL_NONE || w->arrived < s->first)
		s->first = w->arrived;
	if (w->arrived > s->last)
		s->last = w->arrived;
}

void
summary_make(struct summary *ret_summary, struct arena *a,
    const struct waiting *items, size_t n, wall_us now)
{
	struct summary *s = ret_summary;

	*s = (struct summary){
	    .messages = n, .first = WALL_NONE, .last = WALL_NONE};
	for (size_t i = 0; i < n; i++) {
		s->recipients += items[i].rcpts;
		s->bytes += items[i].size;
		s->states[items[i].state]++;
		s->notices += items[i].is_notice;
		s->lists += items[i].is_list;
		count_age(s, &items[i], now);
	}
	for (int by = 0; by < QUEUE_BYS; by++)
		group(&s->by[by], a, items, n, (enum queue_by)by);
}
