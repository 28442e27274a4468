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
	e->now = now;
	for (size_t i = 0; i < e->n; i++) {
		wall_us at = e->items[i].arrived;

		e->recipients += e->items[i].rcpts;
		if (at == WALL_NONE || at > now)
			continue;
		e->last_hour += now - at < US_HOUR;
		e->hour_before += now - at >= US_HOUR && now - at < 2 * US_HOUR;
	}
}

static bool
is_asked(const struct queue_asked *asked, const struct waiting *w)
{
	return w->kind == asked->kind &&
	       (asked->origin.n == 0 ||
		   str_eq_fold(w->origin, asked->origin)) &&
	       !(asked->only_abroad && asked->is_here(asked->arg, w->rcpt));
}

/* "Order 4711" and "Order 4712" are the same. */
static uint64_t
subject_key(struct str subject)
{
	char text[64];
	size_t n = 0;

	for (size_t i = 0; i < subject.n && n < sizeof(text); i++)
		if (subject.p[i] < '0' || subject.p[i] > '9')
			text[n++] = subject.p[i];
	return str_hash_fold_keyed((struct str){text, n});
}

/* Where a webmail says that it was written is no client: a range of such
 * addresses would be everybody. */
static void
note_client(struct queue_part_of *p, struct map *clients, struct map *writers,
    const struct waiting *w)
{
	const struct ip *ip = &w->client;
	bool is_new;

	if (!ip_is_none(&w->writer))
		(void)map_put(writers, ip_hash(&w->writer), &is_new);
	if (ip_is_none(ip))
		return;
	(void)map_put(clients, ip_hash(ip), &is_new);
	if (clients->n == 1 || memcmp(ip, &p->low, sizeof(*ip)) < 0)
		p->low = *ip;
	if (clients->n == 1 || memcmp(ip, &p->high, sizeof(*ip)) > 0)
		p->high = *ip;
}

static void
note_time(struct queue_part_of *p, wall_us at, wall_us now)
{
	if (at == WALL_NONE)
		return;
	p->timed++;
	p->recent += at <= now && now - at < QUEUE_RECENT_HOURS * US_HOUR;
	if (p->first == WALL_NONE || at < p->first)
		p->first = at;
	if (at > p->last)
		p->last = at;
}

void
evidence_part(const struct queue_evidence *evidence, const struct campaign *c,
    const struct queue_asked *asked, struct queue_part_of *ret_part)
{
	struct queue_part_of *p = ret_part;
	struct map clients = {0}, writers = {0}, subjects = {0};

	*p = (struct queue_part_of){.first = WALL_NONE, .last = WALL_NONE};
	for (size_t i = 0; i < c->messages; i++) {
		const struct waiting *w = c->items[i];
		bool is_new;

		if (!is_asked(asked, w))
			continue;
		if (p->sample == NULL)
			p->sample = w;
		p->messages++;
		p->recipients += w->rcpts;
		p->spam += waiting_is_spam(w);
		p->lists += w->is_list;
		p->strange += w->kind == ORIGIN_ACCOUNT &&
			      address_is_strange(w->origin, w->sender);
		p->foreign += !address_is_null(w->sender) &&
			      !asked->is_here(asked->arg, w->sender);
		(void)map_put(&subjects, subject_key(w->subject), &is_new);
		note_client(p, &clients, &writers, w);
		note_time(p, w->arrived, evidence->now);
	}
	p->clients = clients.n;
	p->writers = writers.n;
	p->subjects = subjects.n;
	map_done(&clients);
	map_done(&writers);
	map_done(&subjects);
}

void
evidence_notices(const struct queue_evidence *evidence,
    bool (*is_here)(const void *arg, struct str address), const void *arg,
    struct queue_notices *ret_notices)
{
	struct queue_notices *n = ret_notices;
	struct map domains = {0};

	*n = (struct queue_notices){0};
	for (size_t i = 0; i < evidence->n; i++) {
		const struct waiting *w = &evidence->items[i];
		bool is_new;

		if (!w->is_notice || is_here(arg, w->rcpt))
			continue;
		if (n->messages++ == 0)
			n->sample = w;
		(void)map_put(&domains,
		    str_hash_fold_keyed(address_domain(w->rcpt)), &is_new);
	}
	n->domains = domains.n;
	map_done(&domains);
}
