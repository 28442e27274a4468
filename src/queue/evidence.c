/* SPDX-License-Identifier: ISC */
#include "queue/evidence.h"

#include "mail/address.h"

static wall_us
newest(const struct waiting *items, size_t n)
{
	wall_us last = WALL_NONE;

	for (size_t i = 0; i < n; i++)
		if (items[i].arrived > last)
			last = items[i].arrived;
	return last;
}

void
evidence_make(struct queue_evidence *ret_evidence, struct arena *a,
    struct shelf *shelf, wall_us now)
{
	struct queue_evidence *e = ret_evidence;

	*e = (struct queue_evidence){0};
	e->items = shelf_items(shelf, &e->n);
	campaigns_find(&e->campaigns, a, shelf);
	if (now == WALL_NONE)
		now = newest(e->items, e->n);
	for (size_t i = 0; i < e->n; i++) {
		wall_us at = e->items[i].arrived;

		e->recipients += e->items[i].rcpts;
		if (at == WALL_NONE || at > now)
			continue;
		e->last_hour += now - at < US_HOUR;
		e->hour_before += now - at >= US_HOUR && now - at < 2 * US_HOUR;
	}
}

void
evidence_part(const struct campaign *c, enum origin_kind kind,
    struct str origin, struct queue_part_of *ret_part)
{
	struct queue_part_of *p = ret_part;
	struct map seen = {0};

	*p = (struct queue_part_of){.first = WALL_NONE, .last = WALL_NONE};
	for (size_t i = 0; i < c->messages; i++) {
		const struct waiting *w = c->items[i];
		bool is_new;

		if (w->kind != kind || !str_eq_fold(w->origin, origin))
			continue;
		if (p->sample == NULL)
			p->sample = w;
		p->messages++;
		p->recipients += w->rcpts;
		p->spam +=
		    w->reason_key != 0 &&
		    (w->class == REPLY_SPAM || w->class == REPLY_BLOCKLIST);
		p->lists += w->is_list;
		p->strange += w->kind == ORIGIN_ACCOUNT &&
			      address_is_strange(w->origin, w->sender);
		if (!ip_is_none(&w->client))
			(void)map_put(&seen, ip_hash(&w->client), &is_new);
		if (w->arrived == WALL_NONE)
			continue;
		if (p->first == WALL_NONE || w->arrived < p->first)
			p->first = w->arrived;
		if (w->arrived > p->last)
			p->last = w->arrived;
	}
	p->clients = seen.n;
	map_done(&seen);
}

uint64_t
evidence_backscatter(const struct queue_evidence *evidence,
    bool (*is_here)(const void *arg, struct str address), const void *arg,
    const struct waiting **ret_sample)
{
	uint64_t n = 0;

	*ret_sample = NULL;
	for (size_t i = 0; i < evidence->n; i++) {
		const struct waiting *w = &evidence->items[i];

		if (!w->is_notice || is_here(arg, w->rcpt))
			continue;
		if (*ret_sample == NULL)
			*ret_sample = w;
		n++;
	}
	return n;
}
