/* SPDX-License-Identifier: ISC */
#include "mail/field.h"
#include "mail/header.h"
#include "show/gaps.h"
#include "show/part_json.h"
#include "show/queue.h"

static void
recipients_json(struct json *j, const struct queue_message *m, size_t top)
{
	json_array(j, "recipients");
	for (size_t i = 0; i < m->rcpts_n && i < top; i++) {
		const struct queue_rcpt *rcpt = &m->rcpts[i];

		json_object(j, NULL);
		json_str(j, "address", rcpt->address);
		queue_text_json(j, "original", rcpt->original);
		queue_text_json(j, "reason", rcpt->reason);
		queue_text_json(j, "dsn", rcpt->dsn);
		queue_text_json(j, "relay", rcpt->relay);
		json_end(j);
	}
	json_end(j);
	json_u64(j, "recipients_total", m->rcpts_all);
	json_u64(j, "recipients_done", m->rcpts_done);
}

static void
client_json(struct json *j, const struct queue_message *m)
{
	char ip[IP_TEXT];

	if (ip_is_none(&m->client)) {
		json_null(j, "client");
		return;
	}
	json_object(j, "client");
	json_str(j, "ip", str_z(ip_text(&m->client, ip)));
	queue_text_json(j, "name", m->client_name);
	queue_text_json(j, "helo", m->helo);
	queue_text_json(j, "protocol", m->protocol);
	queue_text_json(j, "method", m->method);
	json_end(j);
}

static void
header_json(struct json *j, struct str head)
{
	struct field field;

	json_array(j, "header");
	while (field_next(&head, &field)) {
		struct arena scratch = {0};

		json_object(j, NULL);
		json_str(j, "name", field.name);
		json_str(j, "value", header_decode(&scratch, field.value));
		json_end(j);
		arena_done(&scratch);
	}
	json_end(j);
}

static void
message_json(struct json *j, const struct shown *shown, size_t top)
{
	const struct queue_message *m = shown->message;

	json_object(j, NULL);
	json_str(j, "id", m->id);
	json_str(j, "queue", shown->root->path);
	json_str(j, "path", shown->path);
	json_str(j, "mta", str_z(shown->root->mta->name));
	json_str(j, "state", str_z(queue_state_name(m->state)));
	json_time(j, "arrived", m->arrived);
	json_time(j, "tried", m->tried);
	json_u64(j, "size", m->size);
	queue_origin_json(j, shown->origin.kind, shown->origin.name,
	    shown->origin.uid, shown->origin.script);
	client_json(j, m);
	json_str(j, "sender", m->sender);
	recipients_json(j, m, top);
	header_json(j, m->head);
	json_object(j, "body");
	json_str(j, "type", shown->body.type);
	json_str(j, "text", shown->body.text);
	json_bool(j, "cut", shown->body.cut);
	json_end(j);
	json_end(j);
}

void
queue_show_json(
    const struct report *report, const struct queue_show_view *view, FILE *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/queue-show/1", report);
	queue_seen_json(&j, &view->seen);
	json_array(&j, "messages");
	for (size_t i = 0; i < view->n; i++)
		message_json(&j, view->items[i], view->top);
	json_end(&j);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
