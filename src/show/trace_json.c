/* SPDX-License-Identifier: ISC */
#include "show/trace.h"

#include "show/gaps.h"
#include "show/part_json.h"

static const char *
kind_name(enum event_kind kind)
{
	static const char *const names[] = {[EVENT_NONE] = "none",
	    [EVENT_CONNECT] = "connect",
	    [EVENT_DISCONNECT] = "disconnect",
	    [EVENT_AUTH_OK] = "auth-ok",
	    [EVENT_AUTH_FAIL] = "auth-fail",
	    [EVENT_ACCEPT] = "accept",
	    [EVENT_PICKUP] = "pickup",
	    [EVENT_RECEIVED] = "received",
	    [EVENT_SENDER] = "sender",
	    [EVENT_CALL] = "call",
	    [EVENT_MESSAGE_ID] = "message-id",
	    [EVENT_SUBJECT] = "subject",
	    [EVENT_QUEUED] = "queued",
	    [EVENT_ATTEMPT] = "attempt",
	    [EVENT_REDIRECTED] = "redirected",
	    [EVENT_HANDED] = "handed",
	    [EVENT_DELIVERY] = "delivery",
	    [EVENT_REJECT] = "reject",
	    [EVENT_HOLD] = "hold",
	    [EVENT_DSN] = "dsn",
	    [EVENT_EXPIRED] = "expired",
	    [EVENT_REMOVED] = "removed",
	    [EVENT_DELETED] = "deleted",
	    [EVENT_REQUEUED] = "requeued",
	    [EVENT_MOVED] = "moved",
	    [EVENT_SCRIPT] = "script",
	    [EVENT_POST] = "post",
	    [EVENT_NOTICE] = "notice"};

	return names[kind];
}

static const char *
status_name(enum event_status status)
{
	static const char *const names[] = {[STATUS_NONE] = "",
	    [STATUS_SENT] = "sent",
	    [STATUS_DEFERRED] = "deferred",
	    [STATUS_BOUNCED] = "bounced",
	    [STATUS_EXPIRED] = "expired",
	    [STATUS_UNDELIVERABLE] = "undeliverable",
	    [STATUS_DELIVERABLE] = "deliverable"};

	return names[status];
}

static void
some_str(struct json *j, const char *key, struct str value)
{
	if (value.n > 0)
		json_str(j, key, value);
}

static void
some_ip(struct json *j, const char *key, const struct ip *ip)
{
	char buf[IP_TEXT];

	if (!ip_is_none(ip))
		json_str(j, key, str_z(ip_text(ip, buf)));
}

/* Only what the line says. */
static void
event_json(struct json *j, const struct trace_event *e)
{
	const struct event *event = &e->event;

	json_object(j, NULL);
	json_str(j, "kind", str_z(kind_name(event->kind)));
	json_time(j, "at", event->at);
	some_str(j, "queue_id", event->queue_id);
	json_bool(j, "matched", e->matched);
	some_str(j, "status", str_z(status_name(event->status)));
	some_str(j, "service", event->service);
	some_str(j, "client_name", event->client_name);
	some_ip(j, "client", &event->client);
	some_str(j, "helo", event->helo);
	some_str(j, "account", event->account);
	if (event->uid >= 0)
		json_u64(j, "uid", (uint64_t)event->uid);
	some_str(j, "user", event->user);
	if (event->has_sender)
		json_str(j, "sender", event->sender);
	some_str(j, "recipient", event->recipient);
	some_str(j, "orig_to", event->orig_to);
	some_str(j, "relay", event->relay);
	some_ip(j, "relay_ip", &event->relay_ip);
	some_str(j, "dsn", event->dsn);
	some_str(j, "reply", event->reply);
	some_str(j, "message_id", event->message_id);
	some_str(j, "subject", event->subject);
	some_str(j, "script", event->script);
	some_str(j, "child_id", event->child_id);
	some_str(j, "parent_id", event->parent_id);
	if (event->size > 0)
		json_u64(j, "size", event->size);
	if (event->nrcpt > 0)
		json_u64(j, "nrcpt", event->nrcpt);
	cite_json(j, "evidence", &e->cite);
	json_end(j);
}

/* The events of one message from number at on; returns the next one's. */
static size_t
story_json(struct json *j, const struct trace *trace, size_t at)
{
	uint32_t story = trace->halves[trace->events[at].half].story;

	json_object(j, NULL);
	json_array(j, "queue_ids");
	for (size_t i = 0; i < trace->halves_n; i++)
		if (trace->halves[i].story == story)
			some_str(j, NULL, trace->halves[i].queue_id);
	json_end(j);
	json_array(j, "events");
	for (; at < trace->events_n &&
	       trace->halves[trace->events[at].half].story == story;
	     at++)
		event_json(j, &trace->events[at]);
	json_end(j);
	json_end(j);
	return at;
}

void
trace_json(
    const struct report *report, const struct trace_view *view, FILE *out)
{
	const struct trace *trace = view->trace;
	struct json j;
	size_t at = 0;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/trace/1", report);
	json_str(&j, "pattern", view->pattern);
	json_u64(&j, "total", trace->stories_n);
	json_u64(&j, "lines", trace->matched);
	json_bool(&j, "complete", !trace->too_many);
	json_array(&j, "messages");
	for (size_t n = 0; at < trace->events_n && n < view->top; n++)
		at = story_json(&j, trace, at);
	json_end(&j);
	examined_json(&j, report);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
