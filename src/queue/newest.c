/* SPDX-License-Identifier: ISC */
#include "queue/newest.h"

#include "base/arena.h"

#include <stdlib.h>

/* In front of id and paths, which end with NUL each. */
struct packed {
	enum queue_state state;
	size_t parts_n, more;
	unsigned kinds[QUEUE_PARTS];
};

static char *
pack(const struct queue_entry *entry)
{
	struct packed head = {.state = entry->state,
	    .parts_n = entry->parts_n,
	    .more = entry->more};
	size_t n = sizeof(head) + strlen(entry->id) + 1;
	char *packed, *to;

	for (size_t i = 0; i < entry->parts_n; i++) {
		head.kinds[i] = entry->parts[i].kind;
		n += strlen(entry->parts[i].path) + 1;
	}
	packed = xcalloc(1, n);
	memcpy(packed, &head, sizeof(head));
	to = packed + sizeof(head);
	to = stpcpy(to, entry->id) + 1;
	for (size_t i = 0; i < entry->parts_n; i++)
		to = stpcpy(to, entry->parts[i].path) + 1;
	return packed;
}

static void
unpack(const char *packed, struct queue_entry *ret_entry)
{
	struct queue_entry *entry = ret_entry;
	const char *from = packed + sizeof(struct packed);
	struct packed head;

	memcpy(&head, packed, sizeof(head));
	entry->state = head.state;
	entry->parts_n = head.parts_n;
	entry->more = head.more;
	memcpy(entry->id, from, strlen(from) + 1);
	for (size_t i = 0; i < head.parts_n; i++) {
		from += strlen(from) + 1;
		entry->parts[i].kind = head.kinds[i];
		memcpy(entry->parts[i].path, from, strlen(from) + 1);
	}
}

static void
sink(struct newest *newest, size_t at)
{
	struct newest_item *items = newest->items, item = items[at];
	size_t below;

	while ((below = 2 * at + 1) < newest->n) {
		if (below + 1 < newest->n &&
		    items[below + 1].at < items[below].at)
			below++;
		if (items[below].at >= item.at)
			break;
		items[at] = items[below];
		at = below;
	}
	items[at] = item;
}

static void
rise(struct newest *newest, size_t at)
{
	struct newest_item *items = newest->items, item = items[at];

	while (at > 0 && items[(at - 1) / 2].at > item.at) {
		items[at] = items[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	items[at] = item;
}

void
newest_offer(struct newest *newest, wall_us at, unsigned queue,
    const struct queue_entry *entry)
{
	struct newest_item item = {.at = at, .queue = queue};

	if (newest->n == newest->max) {
		newest->more++;
		if (newest->max == 0 || at <= newest->items[0].at)
			return;
		free(newest->items[0].packed);
		item.packed = pack(entry);
		newest->items[0] = item;
		sink(newest, 0);
		return;
	}
	item.packed = pack(entry);
	VEC_ROOM(newest->items, newest->n, newest->cap);
	newest->items[newest->n] = item;
	rise(newest, newest->n++);
}

bool
newest_take(
    struct newest *newest, unsigned *ret_queue, struct queue_entry *ret_entry)
{
	struct newest_item first;

	if (newest->n == 0)
		return false;
	first = newest->items[0];
	newest->items[0] = newest->items[--newest->n];
	if (newest->n > 0)
		sink(newest, 0);
	*ret_queue = first.queue;
	unpack(first.packed, ret_entry);
	free(first.packed);
	return true;
}

void
newest_done(struct newest *newest)
{
	for (size_t i = 0; i < newest->n; i++)
		free(newest->items[i].packed);
	free(newest->items);
	*newest = (struct newest){0};
}
