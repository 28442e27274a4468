/* SPDX-License-Identifier: ISC */
/*
 * A header names two things that a log has, too:
 *
 *	Received: ... by mx1.tienda.example (Postfix) id 4jYqNN50Ck
 *	Message-ID: <1@pc>
 *
 * The queue id counts if it is exactly that, at about that time: short ids
 * come again. What became of the message is told by its trace.
 */
#include "letter/passage.h"

const char *
passage_state_name(enum passage_state state)
{
	static const char *const names[PASSAGE_STATES] = {
	    [PASSAGE_NO_LOG] = "no-log",
	    [PASSAGE_UNCOVERED] = "uncovered",
	    [PASSAGE_NO_ID] = "no-id",
	    [PASSAGE_ABSENT] = "absent",
	    [PASSAGE_FOUND] = "found",
	};

	return names[state];
}

struct search {
	const struct passage_wanted *wanted;
	struct passage *found;
	char id[128]; /* the queue id that was met */
	size_t id_n;
	bool by_queue_id;
};

static bool
is_near(wall_us a, wall_us b)
{
	return a == WALL_NONE || b == WALL_NONE ||
	       (a - b < 8 * US_DAY && b - a < 8 * US_DAY);
}

static void
meet(struct search *s, const struct event *event, bool by_queue_id)
{
	/* a queue id of the header is surer than a Message-ID */
	if (event->queue_id.n == 0 || event->queue_id.n > sizeof(s->id) ||
	    (s->id_n > 0 && (s->by_queue_id || !by_queue_id)))
		return;
	memcpy(s->id, event->queue_id.p, event->queue_id.n);
	s->id_n = event->queue_id.n;
	s->by_queue_id = by_queue_id;
}

static void
on_line(void *arg, const struct event *event, struct str raw, struct ref ref)
{
	struct search *s = arg;
	const struct passage_wanted *w = s->wanted;

	(void)raw;
	(void)ref;
	if (event->queue_id.n == 0 || !is_near(w->sent, event->at))
		return;
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(event->queue_id, w->queue_ids[i])) {
			s->found->by_queue_id = true;
			meet(s, event, true);
		}
	if (w->message_id.n > 0 && str_eq(event->message_id, w->message_id)) {
		s->found->by_message_id = true;
		meet(s, event, false);
	}
}

/* ---- its story ---- */

/* Which story of the trace has this queue id, at about that time? */
static bool
pick_story(struct passage *p, struct str id, wall_us sent)
{
	for (size_t i = 0; i < p->trace.halves_n; i++) {
		const struct trace_half *h = &p->trace.halves[i];

		if (h->wanted && str_eq(h->queue_id, id) &&
		    (is_near(sent, h->first) || is_near(sent, h->last))) {
			p->story = h->story;
			return true;
		}
	}
	return false;
}

static void
name_ids(struct passage *p)
{
	struct arena *a = &p->trace.arena;

	for (size_t i = 0; i < p->trace.halves_n; i++) {
		const struct trace_half *h = &p->trace.halves[i];

		if (!h->wanted || h->story != p->story || h->queue_id.n == 0)
			continue;
		if (p->queue_ids.n == 0)
			p->queue_id = p->queue_ids = h->queue_id;
		else
			p->queue_ids = arena_printf(a, "%.*s -> %.*s",
			    STR_ARG(p->queue_ids), STR_ARG(h->queue_id));
	}
}

static void
read_entry(struct passage *p, const struct event *event)
{
	p->account = event->account;
	p->user = event->user;
	p->uid = event->uid;
	p->client = event->client;
	p->client_name = event->client_name;
	if (!ip_is_none(&event->origin_client))
		p->client = event->origin_client;
	if (event->parent_id.n > 0)
		p->origin = PASSAGE_BY_SYSTEM;
	else if (event->account.n > 0)
		p->origin = PASSAGE_BY_ACCOUNT;
	else if (event->user.n > 0 || event->uid >= 0)
		p->origin = PASSAGE_BY_USER;
	else if (!ip_is_none(&p->client) || event->client_name.n > 0)
		p->origin = PASSAGE_BY_CLIENT;
}

/* A line with which a message comes in. */
static bool
is_entry(const struct event *event)
{
	return event->kind == EVENT_ACCEPT || event->kind == EVENT_PICKUP ||
	       event->kind == EVENT_RECEIVED;
}

static void
read_delivery(struct passage *p, const struct event *event)
{
	switch (event->status) {
	case STATUS_SENT:
		p->delivered++;
		p->left |= event->agent == AGENT_SMTP &&
			   !ip_is_none(&event->relay_ip) &&
			   !ip_is_loopback(&event->relay_ip);
		break;
	case STATUS_BOUNCED:
	case STATUS_EXPIRED:
		p->bounced++;
		break;
	case STATUS_DEFERRED:
		p->deferred++;
		break;
	case STATUS_NONE:
	case STATUS_UNDELIVERABLE:
	case STATUS_DELIVERABLE:
		break;
	}
}

static void
note_recipient(struct passage *p, struct str address)
{
	if (address.n == 0)
		return;
	for (size_t i = 0; i < p->recipients_n; i++)
		if (str_eq_fold(p->recipients[i], address))
			return;
	if (p->recipients_n == PASSAGE_SHOWN)
		p->recipients_more = true;
	else
		p->recipients[p->recipients_n++] = address;
}

/* To a filter, or for an address here that sends it on. */
static bool
goes_on_here(const struct event *event)
{
	return event->child_id.n > 0 && (event->local == LOCAL_FORWARDED ||
					    ip_is_loopback(&event->relay_ip));
}

/* The first line that names an origin counts; a filter hands the message back
 * from 127.0.0.1 later. */
static void
read_story(struct passage *p)
{
	for (size_t i = 0; i < p->trace.events_n; i++) {
		const struct trace_event *e = &p->trace.events[i];
		const struct event *event = &e->event;

		if (p->trace.halves[e->half].story != p->story)
			continue;
		if (event->kind == EVENT_DELIVERY && !goes_on_here(event)) {
			read_delivery(p, event);
			note_recipient(p, event->recipient);
		}
		if (is_entry(event) && p->at == WALL_NONE) {
			p->at = event->at;
			p->cite = e->cite;
			read_entry(p, event);
		} else if (is_entry(event) && p->origin == PASSAGE_BY_CLIENT &&
			   ip_is_loopback(&p->client)) {
			read_entry(p, event);
		}
		if (event->kind == EVENT_HANDED && event->account.n > 0) {
			p->account = event->account;
			p->origin = PASSAGE_BY_ACCOUNT;
		}
	}
}

static bool
is_covered(const struct match *match, wall_us sent)
{
	return sent != WALL_NONE && match->first != WALL_NONE &&
	       sent >= match->first && sent <= match->last;
}

void
passage_find(struct reading *reading, const struct match *match,
    const struct passage_wanted *wanted, struct passage *ret_passage)
{
	struct passage *p = ret_passage;
	struct search s = {.wanted = wanted, .found = p};
	struct str id;

	*p = (struct passage){.at = WALL_NONE, .uid = -1};
	if (match->first == WALL_NONE)
		return;
	p->state = PASSAGE_NO_ID;
	if (wanted->n == 0 && (wanted->message_id.n == 0 || !match->has_ids))
		return;
	reading_each(reading, on_line, &s);
	p->state = is_covered(match, wanted->sent) ? PASSAGE_ABSENT
						   : PASSAGE_UNCOVERED;
	if (s.id_n == 0)
		return;
	p->state = PASSAGE_FOUND;
	id = (struct str){s.id, s.id_n};
	trace_run(reading, id, &p->trace);
	if (!pick_story(p, id, wanted->sent)) {
		p->queue_id = p->queue_ids = str_keep(&p->trace.arena, id);
		p->story = UINT32_MAX;
		return;
	}
	name_ids(p);
	read_story(p);
}

bool
passage_has_id(const struct passage *p, struct str id)
{
	if (id.n == 0)
		return false;
	if (str_eq(p->queue_id, id))
		return true;
	for (size_t i = 0; i < p->trace.halves_n; i++)
		if (p->trace.halves[i].story == p->story &&
		    str_eq(p->trace.halves[i].queue_id, id))
			return true;
	return false;
}

void
passage_done(struct passage *passage)
{
	trace_done(&passage->trace);
}
