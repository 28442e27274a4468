/* SPDX-License-Identifier: ISC */
#include "trail/trace.h"

#include "trail/logins.h"
#include "trail/step.h"

#include <ctype.h>
#include <stdlib.h>

/* What one pass over the log does with a line. */
struct pass {
	struct trace *trace;
	struct map ids; /* key of a queue id or of a session -> 1 */
	/* step_session -> twice the number of its process's session, and 1 if
	 * that one's first line holds the pattern */
	struct map sessions;
	struct str pattern;
	struct logins *logins;
	bool keeps; /* the last pass: keep the lines */
	bool grew;  /* a new id was found */
};

static bool
holds(struct str line, struct str pattern)
{
	if (pattern.n > line.n)
		return false;
	for (size_t i = 0; i + pattern.n <= line.n; i++) {
		int first = tolower((unsigned char)line.p[i]);

		if (first == tolower((unsigned char)pattern.p[0]) &&
		    str_eq_fold((struct str){line.p + i, pattern.n}, pattern))
			return true;
	}
	return false;
}

static void
want(struct pass *pass, uint64_t key)
{
	bool is_new;

	if (map_get(&pass->ids, key) != NULL)
		return;
	if (pass->ids.n >= TRACE_IDS) {
		pass->trace->too_many = true;
		return;
	}
	*map_put(&pass->ids, key, &is_new) = 1;
	pass->grew = true;
}

static bool
is_wanted(const struct pass *pass, uint64_t key)
{
	return map_get(&pass->ids, key) != NULL;
}

/* Does the line lead from one queue id of this host to another? */
static bool
leads_on(const struct event *event)
{
	if (event->child_id.n == 0)
		return false;
	return event->kind != EVENT_DELIVERY ||
	       event->local == LOCAL_FORWARDED ||
	       step_is_near(&event->relay_ip);
}

/*
 * The session of a line without a queue id, which a filter in front of the
 * queue leaves behind (proxy.c); 0: it is of none. Each "client=" of a process
 * begins another one.
 */
static uint64_t
session_of(struct pass *pass, const struct event *event, bool matched)
{
	bool begins_one =
	    event->kind == EVENT_CONNECT || event->kind == EVENT_AUTH_OK;
	uint32_t *number;
	uint64_t key;
	bool is_new;

	if (event->queue_id.n > 0 || event->pid == 0 ||
	    (!begins_one && event->kind != EVENT_REQUEUED) ||
	    !str_ends(event->service, S("smtpd")))
		return 0;
	key = step_session(event);
	if (pass->sessions.n >= TRACE_SESSIONS &&
	    map_get(&pass->sessions, key) == NULL) {
		pass->trace->too_many = true;
		return 0;
	}
	number = map_put(&pass->sessions, key, &is_new);
	if (begins_one)
		*number = (*number / 2 + 1) * 2;
	*number |= matched;
	key ^= *number / 2 * UINT64_C(0x9e3779b97f4a7c15);
	return key == 0 ? 1 : key;
}

/* "proxy-accept: ... queued as ID": the session and that message are one. */
static void
follow_session(struct pass *pass, const struct event *event, struct str raw)
{
	uint64_t session = session_of(pass, event, holds(raw, pass->pattern));
	uint64_t child = step_key(event->host, event->child_id);
	const uint32_t *number;

	if (session == 0 || event->kind != EVENT_REQUEUED ||
	    event->child_id.n == 0)
		return;
	number = map_get(&pass->sessions, step_session(event));
	if ((number != NULL && *number % 2 == 1) || is_wanted(pass, session)) {
		want(pass, session);
		want(pass, child);
	} else if (is_wanted(pass, child)) {
		want(pass, session);
	}
}

static void
follow(struct pass *pass, const struct event *event, struct str raw)
{
	uint64_t key = step_key(event->host, event->queue_id);
	bool here = event->queue_id.n > 0;
	uint64_t other = 0;

	if (leads_on(event))
		other = step_key(event->host, event->child_id);
	else if (event->origin_id.n > 0)
		other = step_key(event->host, event->origin_id);
	else if (event->parent_id.n > 0)
		other = step_key(event->host, event->parent_id);
	if (here && !is_wanted(pass, key) && holds(raw, pass->pattern))
		want(pass, key);
	if (!here)
		follow_session(pass, event, raw);
	if (!here || other == 0)
		return;
	if (is_wanted(pass, key))
		want(pass, other);
	else if (is_wanted(pass, other))
		want(pass, key);
}

static struct event
event_keep(struct arena *a, const struct event *event)
{
	struct event e = *event;
	struct str *slices[] = {&e.host, &e.service, &e.queue_id, &e.child_id,
	    &e.origin_id, &e.parent_id, &e.client_name, &e.helo, &e.account,
	    &e.method, &e.user, &e.sender, &e.recipient, &e.orig_to, &e.relay,
	    &e.dsn, &e.reply, &e.message_id, &e.subject, &e.script, &e.text};

	for (size_t i = 0; i < ARRAY_LEN(slices); i++)
		*slices[i] = str_keep(a, *slices[i]);
	return e;
}

static void
keep(struct pass *pass, const struct event *event, struct str raw,
    struct ref ref)
{
	struct trace *t = pass->trace;
	bool matched = holds(raw, pass->pattern);
	uint64_t session = session_of(pass, event, matched);

	t->matched += matched;
	if (!is_wanted(pass, session))
		session = 0;
	if (event->queue_id.n == 0
		? !matched && session == 0
		: !is_wanted(pass, step_key(event->host, event->queue_id)))
		return;
	if (t->events_n >= TRACE_EVENTS) {
		t->too_many = true;
		return;
	}
	VEC_ROOM(t->events, t->events_n, t->events_cap);
	t->events[t->events_n++] =
	    (struct trace_event){.event = event_keep(&t->arena, event),
		.cite = {.ref = ref, .at = event->at},
		.session = session,
		.matched = matched};
}

static void
on_line(void *arg, const struct event *event, struct str raw, struct ref ref)
{
	struct pass *pass = arg;
	struct event known;
	bool wanted = false;

	if (event->session != 0) {
		known = logins_see(
		    pass->logins, event, holds(raw, pass->pattern), &wanted);
		event = &known;
	}
	if (wanted && event->queue_id.n > 0)
		want(pass, step_key(event->host, event->queue_id));
	if (pass->keeps)
		keep(pass, event, raw, ref);
	else
		follow(pass, event, raw);
}

/* ---- halves: a queue id may come again ---- */

static uint32_t
half_new(struct trace *t, const struct event *event)
{
	VEC_ROOM(t->halves, t->halves_n, t->halves_cap);
	t->halves[t->halves_n++] =
	    (struct trace_half){.queue_id = event->queue_id,
		.first = event->at,
		.last = event->at,
		.story = UINT32_MAX};
	return (uint32_t)t->halves_n - 1;
}

static bool
begins(const struct event *event)
{
	return event->kind == EVENT_ACCEPT || event->kind == EVENT_PICKUP ||
	       event->kind == EVENT_RECEIVED;
}

/* Give each event its half. Events are in the order of the log. */
static void
cut_halves(struct trace *t)
{
	struct map open = {0}; /* key -> 1 + number of the half */

	for (size_t i = 0; i < t->events_n; i++) {
		struct trace_event *e = &t->events[i];
		uint64_t key = step_key(e->event.host, e->event.queue_id);
		uint32_t *number, half;
		bool is_new;

		if (e->session != 0)
			key = e->session;
		else if (e->event.queue_id.n == 0)
			key = UINT64_MAX - i; /* a line of its own */
		number = map_put(&open, key, &is_new);
		if (is_new || t->halves[*number - 1].ended ||
		    (begins(&e->event) &&
			t->halves[*number - 1].first != e->event.at))
			half = half_new(t, &e->event);
		else
			half = *number - 1;
		*number = half + 1;
		e->half = half;
		t->halves[half].last = e->event.at;
		t->halves[half].wanted |= e->matched;
		t->halves[half].ended |= e->event.kind == EVENT_REMOVED ||
					 e->event.kind == EVENT_DELETED;
	}
	map_done(&open);
}

/* The half of that id that was alive at that time. */
static struct trace_half *
half_at(struct trace *t, struct str queue_id, wall_us at)
{
	for (size_t i = t->halves_n; i-- > 0;) {
		struct trace_half *h = &t->halves[i];

		if (str_eq(h->queue_id, queue_id) &&
		    h->first <= at + US_MINUTE && h->last >= at - US_MINUTE)
			return h;
	}
	return NULL;
}

static bool
join_halves(struct trace_half *a, struct trace_half *b)
{
	bool changed = false;

	if (a == NULL || b == NULL || a == b)
		return false;
	if (a->wanted != b->wanted) {
		a->wanted = b->wanted = true;
		changed = true;
	}
	if (a->story != b->story) {
		uint32_t story = a->story < b->story ? a->story : b->story;

		changed |= a->wanted;
		a->story = b->story = story;
	}
	return changed;
}

/* Halves that lead to one another are one story. */
static void
join_stories(struct trace *t)
{
	bool changed = true;

	for (size_t i = 0; i < t->halves_n; i++)
		t->halves[i].story = (uint32_t)i;
	for (int pass = 0; changed && pass < TRACE_PASSES; pass++) {
		changed = false;
		for (size_t i = 0; i < t->events_n; i++) {
			const struct trace_event *e = &t->events[i];
			struct str other =
			    leads_on(&e->event)        ? e->event.child_id
			    : e->event.parent_id.n > 0 ? e->event.parent_id
						       : e->event.origin_id;

			if (other.n > 0)
				changed |= join_halves(&t->halves[e->half],
				    half_at(t, other, e->event.at));
		}
	}
}

static int
by_place(const void *left, const void *right)
{
	const struct trace_event *a = left, *b = right;

	if (a->cite.ref.segment != b->cite.ref.segment)
		return a->cite.ref.segment < b->cite.ref.segment ? -1 : 1;
	return a->cite.ref.line < b->cite.ref.line
		   ? -1
		   : a->cite.ref.line > b->cite.ref.line;
}

/* Stories numbered from 0 in the order of their first lines; events without
 * one that is wanted are dropped; the rest in order. */
static void
order_stories(struct trace *t)
{
	uint32_t *number = xcalloc(t->halves_n + 1, sizeof(*number));
	size_t *count, n = 0, at = 0;
	struct trace_event *sorted;

	for (size_t i = 0; i < t->events_n; i++) {
		struct trace_half *h = &t->halves[t->events[i].half];

		if (h->wanted && number[h->story] == 0)
			number[h->story] = ++t->stories_n;
		n += h->wanted;
	}
	sorted = xcalloc(n + 1, sizeof(*sorted));
	count = xcalloc(t->stories_n + 2, sizeof(*count));
	for (size_t i = 0; i < t->events_n; i++) {
		struct trace_half *h = &t->halves[t->events[i].half];

		if (h->wanted)
			count[number[h->story]]++;
	}
	for (uint32_t i = 1; i <= t->stories_n; i++) {
		size_t size = count[i];

		count[i] = at;
		at += size;
	}
	for (size_t i = 0; i < t->events_n; i++) {
		struct trace_half *h = &t->halves[t->events[i].half];

		if (h->wanted)
			sorted[count[number[h->story]]++] = t->events[i];
	}
	for (size_t i = 0; i < t->halves_n; i++)
		t->halves[i].story = t->halves[i].wanted
					 ? number[t->halves[i].story] - 1
					 : UINT32_MAX;
	free(t->events);
	t->events = sorted;
	t->events_n = n;
	free(number);
	free(count);
}

void
trace_run(struct reading *reading, struct str pattern, struct trace *ret_trace)
{
	struct pass pass = {.trace = ret_trace, .pattern = pattern};

	*ret_trace = (struct trace){0};
	for (int i = 0; i < TRACE_PASSES; i++) {
		pass.grew = false;
		map_done(&pass.sessions);
		logins_free(pass.logins);
		pass.logins = logins_new();
		reading_each(reading, on_line, &pass);
		if (!pass.grew)
			break;
	}
	pass.keeps = true;
	map_done(&pass.sessions);
	logins_free(pass.logins);
	pass.logins = logins_new();
	reading_each(reading, on_line, &pass);
	if (ret_trace->events_n > 0)
		qsort(ret_trace->events, ret_trace->events_n,
		    sizeof(*ret_trace->events), by_place);
	cut_halves(ret_trace);
	join_stories(ret_trace);
	order_stories(ret_trace);
	logins_free(pass.logins);
	map_done(&pass.ids);
	map_done(&pass.sessions);
}

void
trace_done(struct trace *trace)
{
	free(trace->events);
	free(trace->halves);
	arena_done(&trace->arena);
	*trace = (struct trace){0};
}
