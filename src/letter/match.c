/* SPDX-License-Identifier: ISC */
/*
 * The log is read again for the ids that bounces return. Who put a message in
 * is told by the line with which it came:
 *
 *	4jYq...: client=pc[198.51.100.7], sasl_username=ana@tienda.example
 *	4jYq...: uid=33 from=<www-data>
 *	4jYq...: message-id=<1@pc>
 *
 * A queue id is looked for in the days around the time at which the original
 * was sent: short ids come again. Who got a mail of ours can copy its lines, ids
 * and all, on top of spam; to whom the log says that it went tells them apart.
 */
#include "letter/match.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	HOSTS_MAX = 64,
	/* Recipients and next hosts of a message that are kept; with more of
	 * them nothing is called copied. */
	SENT_TO_MAX = 12,
	SENT_BY_MAX = 4,
	/* Networks that nobody's forwarding comes from. */
	STRANGE_NETWORKS = 3,
};

/* An id that is looked for. */
struct wanted {
	uint64_t key;
	wall_us sent;
	bool seen;
	uint32_t origin;   /* in bag.origins */
	uint64_t queue_id; /* of a Message-ID: where it was met */
	/* where the log says that it went */
	uint64_t recipients[SENT_TO_MAX];
	struct ip relays[SENT_BY_MAX];       /* their networks */
	struct ip strange[STRANGE_NETWORKS]; /* that brought copies of it */
	uint8_t recipients_n, relays_n, strange_n;
	bool more; /* recipients or relays than are kept */
};

struct search {
	struct bag *bag;
	struct map ids; /* key -> number in wanted */
	struct wanted *wanted;
	size_t n, cap;
};

struct look {
	struct own *own;
	struct match *match;
	struct str last; /* host of the line before */
	char buf[256];
	size_t hosts;
};

static void
on_look(void *arg, const struct event *event, struct str raw, struct ref ref)
{
	struct look *look = arg;
	struct match *m = look->match;

	(void)raw;
	(void)ref;
	m->lines++;
	m->has_ids |= event->kind == EVENT_MESSAGE_ID;
	if (event->at != WALL_NONE) {
		if (m->first == WALL_NONE || event->at < m->first)
			m->first = event->at;
		if (m->last == WALL_NONE || event->at > m->last)
			m->last = event->at;
	}
	if (event->queue_id.n == 0 || event->host.n == 0 ||
	    event->host.n > sizeof(look->buf) ||
	    str_eq(event->host, look->last))
		return;
	memcpy(look->buf, event->host.p, event->host.n);
	look->last = (struct str){look->buf, event->host.n};
	if (look->hosts < HOSTS_MAX && !own_is_name(look->own, event->host))
		look->hosts += own_add(look->own, event->host);
}

void
match_look(struct reading *reading, struct own *own, struct match *ret_match)
{
	struct look look = {.own = own, .match = ret_match};

	*ret_match = (struct match){.first = WALL_NONE, .last = WALL_NONE};
	reading_each(reading, on_look, &look);
}

static void
want(struct search *s, uint64_t key, wall_us sent)
{
	bool is_new;
	uint32_t *number;

	if (key == 0)
		return;
	number = map_put(&s->ids, key, &is_new);
	if (!is_new)
		return;
	*number = (uint32_t)s->n;
	VEC_ROOM(s->wanted, s->n, s->cap);
	s->wanted[s->n++] =
	    (struct wanted){.key = key, .sent = sent, .origin = COUNTED_NONE};
}

static struct wanted *
find(const struct search *s, struct str id)
{
	const uint32_t *number;

	if (id.n == 0)
		return NULL;
	number = map_get(&s->ids, str_hash(id) | 1);
	return number == NULL ? NULL : &s->wanted[*number];
}

static bool
is_near(wall_us a, wall_us b)
{
	if (a == WALL_NONE || b == WALL_NONE)
		return true;
	return a - b < 8 * US_DAY && b - a < 8 * US_DAY;
}

static uint32_t
origin_of(struct bag *bag, const struct event *event)
{
	char text[64 + IP_TEXT];
	char ip[IP_TEXT];

	if (event->account.n > 0)
		return counted_add(&bag->origins, &bag->arena, event->account);
	if (event->kind == EVENT_PICKUP && event->uid >= 0) {
		snprintf(text, sizeof(text), "uid %lld", (long long)event->uid);
		return counted_add(&bag->origins, &bag->arena, str_z(text));
	}
	if (ip_is_none(&event->client))
		return COUNTED_NONE;
	return counted_add(
	    &bag->origins, &bag->arena, str_z(ip_text(&event->client, ip)));
}

/* False: it is there already, or does not fit. */
static bool
add_network(struct ip *nets, uint8_t *n, uint8_t max, const struct ip *ip)
{
	struct ip net = ip_network(ip);

	for (size_t i = 0; i < *n; i++)
		if (ip_eq(&nets[i], &net))
			return false;
	if (*n == max)
		return false;
	nets[(*n)++] = net;
	return true;
}

static bool
has_recipient(const struct wanted *w, uint64_t key)
{
	for (size_t i = 0; i < w->recipients_n; i++)
		if (w->recipients[i] == key)
			return true;
	return false;
}

static void
note_delivery(struct wanted *w, const struct event *event)
{
	uint64_t key = str_hash_fold(event->recipient) | 1;

	if (event->kind != EVENT_DELIVERY || event->recipient.n == 0)
		return;
	if (!ip_is_none(&event->relay_ip)) {
		w->more |= w->relays_n == SENT_BY_MAX;
		(void)add_network(
		    w->relays, &w->relays_n, SENT_BY_MAX, &event->relay_ip);
	}
	if (has_recipient(w, key))
		return;
	w->more |= w->recipients_n == SENT_TO_MAX;
	if (!w->more)
		w->recipients[w->recipients_n++] = key;
}

static void
on_line(void *arg, const struct event *event, struct str raw, struct ref ref)
{
	struct search *s = arg;
	struct wanted *w = find(s, event->queue_id);

	(void)raw;
	(void)ref;
	if (w != NULL && is_near(w->sent, event->at)) {
		w->seen = true;
		note_delivery(w, event);
		if ((event->kind == EVENT_ACCEPT ||
			event->kind == EVENT_PICKUP) &&
		    w->origin == COUNTED_NONE)
			w->origin = origin_of(s->bag, event);
	}
	if (event->kind != EVENT_MESSAGE_ID)
		return;
	w = find(s, event->message_id);
	if (w == NULL || !is_near(w->sent, event->at))
		return;
	w->seen = true;
	w->queue_id = str_hash(event->queue_id) | 1;
}

/* Message-IDs that were found lead to queue ids, and these to origins. */
static bool
want_more(struct search *s)
{
	size_t before = s->n;

	for (size_t i = 0; i < before; i++)
		if (s->wanted[i].queue_id != 0)
			want(s, s->wanted[i].queue_id, s->wanted[i].sent);
	return s->n > before;
}

static const struct wanted *
wanted_of(const struct search *s, uint64_t key)
{
	const uint32_t *number = key == 0 ? NULL : map_get(&s->ids, key);

	return number == NULL ? NULL : &s->wanted[*number];
}

/*
 * Did somebody else bring it to somebody else than the log says? So does a
 * copy, and so does who forwards: he brings it from his own network, or from
 * one more.
 */
static bool
is_copied(const struct wanted *w, const struct bag_record *r)
{
	const uint32_t strange =
	    UINT32_C(1) << SIGNAL_FOREIGN_IP | UINT32_C(1) << SIGNAL_STRANGE_IP;
	struct ip net = ip_network(&r->entry);

	if ((r->signals & strange) == 0 || w->more || w->recipients_n == 0 ||
	    r->recipient == 0 || has_recipient(w, r->recipient) ||
	    (r->recipient_original != 0 &&
		has_recipient(w, r->recipient_original)))
		return false;
	for (size_t i = 0; i < w->relays_n; i++)
		if (ip_eq(&w->relays[i], &net))
			return false;
	return true;
}

static void
mark_copy(struct search *s, struct bag_record *r)
{
	const uint32_t *number =
	    r->queue_id == 0 ? NULL : map_get(&s->ids, r->queue_id);
	struct wanted *w = number == NULL ? NULL : &s->wanted[*number];

	if (w == NULL || !w->seen || !is_copied(w, r))
		return;
	r->signals |= UINT32_C(1) << SIGNAL_COPIED;
	(void)add_network(
	    w->strange, &w->strange_n, STRANGE_NETWORKS, &r->entry);
}

/* Once all copies are known. */
static void
mark_copies(const struct search *s, struct bag_record *r)
{
	const struct wanted *w = wanted_of(s, r->queue_id);

	if ((r->signals & UINT32_C(1) << SIGNAL_COPIED) != 0 && w != NULL &&
	    w->strange_n == STRANGE_NETWORKS)
		r->signals |= UINT32_C(1) << SIGNAL_COPIED_OFTEN;
}

/* Seen at an address of ours, and sent by a host of ours whose log is not here:
 * nothing in this one says nothing. */
static bool
is_elsewhere(const struct bag_record *r)
{
	return r->elsewhere && !r->names_us &&
	       (r->signals & UINT32_C(1) << SIGNAL_OWN_IP) != 0;
}

static void
mark(const struct match *match, const struct search *s, struct bag_record *r)
{
	const struct wanted *queue = wanted_of(s, r->queue_id);
	const struct wanted *id = wanted_of(s, r->message_id);
	bool covered = r->sent != WALL_NONE && match->first != WALL_NONE &&
		       r->sent >= match->first && r->sent <= match->last;
	uint32_t origin = COUNTED_NONE;

	if (queue != NULL && queue->seen) {
		r->signals |= UINT32_C(1) << SIGNAL_QUEUE_ID;
		origin = queue->origin;
	} else if (queue != NULL && covered && r->names_us) {
		r->signals |= UINT32_C(1) << SIGNAL_NO_QUEUE_ID;
	}
	if (id != NULL && id->seen) {
		const struct wanted *other = wanted_of(s, id->queue_id);

		r->signals |= UINT32_C(1) << SIGNAL_MESSAGE_ID;
		if (origin == COUNTED_NONE && other != NULL)
			origin = other->origin;
	} else if (id != NULL && covered && match->has_ids &&
		   !is_elsewhere(r)) {
		r->signals |= UINT32_C(1) << SIGNAL_NO_MESSAGE_ID;
	}
	if (!covered && (queue == NULL || !queue->seen) &&
	    (id == NULL || !id->seen))
		r->signals |= UINT32_C(1) << SIGNAL_UNCOVERED;
	if (origin != COUNTED_NONE)
		r->origin = origin;
}

void
match_run(const struct match *match, struct reading *reading, struct bag *bag)
{
	struct search s = {.bag = bag};

	if (match->lines == 0)
		return;
	for (size_t i = 0; i < bag->records_n; i++) {
		want(&s, bag->records[i].queue_id, bag->records[i].sent);
		want(&s, bag->records[i].message_id, bag->records[i].sent);
	}
	if (s.n > 0)
		reading_each(reading, on_line, &s);
	if (want_more(&s))
		reading_each(reading, on_line, &s);
	for (size_t i = 0; i < bag->records_n; i++) {
		mark(match, &s, &bag->records[i]);
		mark_copy(&s, &bag->records[i]);
	}
	for (size_t i = 0; i < bag->records_n; i++)
		mark_copies(&s, &bag->records[i]);
	map_done(&s.ids);
	free(s.wanted);
}
