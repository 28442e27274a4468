/* SPDX-License-Identifier: ISC */
#include "show/gaps.h"
#include "show/part_json.h"
#include "show/queue.h"

void
queue_text_json(struct json *j, const char *key, struct str text)
{
	if (text.n > 0)
		json_str(j, key, text);
	else
		json_null(j, key);
}

void
queue_origin_json(struct json *j, enum origin_kind kind, struct str name,
    int64_t uid, struct str script)
{
	json_object(j, "origin");
	json_str(j, "kind", str_z(origin_kind_name(kind)));
	json_str(j, "name", name);
	if (uid >= 0)
		json_u64(j, "uid", (uint64_t)uid);
	if (script.n > 0)
		json_str(j, "script", script);
	json_end(j);
}

void
queue_reason_json(struct json *j, const struct waiting *w)
{
	queue_text_json(j, "reason", w->reason);
	if (w->reason_key == 0)
		return;
	json_str(j, "class", str_z(reply_class_name(w->class)));
	queue_text_json(
	    j, "rule", w->rule != NULL ? str_z(w->rule->id) : S(""));
}

static void
group_json(struct json *j, const struct group *g, enum queue_by by)
{
	json_object(j, NULL);
	switch (by) {
	case QUEUE_BY_ORIGIN:
		queue_origin_json(j, g->sample->kind, g->sample->origin,
		    g->sample->uid, g->sample->script);
		break;
	case QUEUE_BY_SENDER:
		json_str(j, "sender", g->sample->sender);
		break;
	case QUEUE_BY_REASON:
		queue_reason_json(j, g->sample);
		break;
	case QUEUE_BYS:
		break;
	}
	json_u64(j, "messages", g->messages);
	json_u64(j, "recipients", g->recipients);
	json_time(j, "first", g->first);
	json_time(j, "last", g->last);
	json_str(j, "sample", g->sample->id);
	json_end(j);
}

static void
groups_json(struct json *j, const char *key, const struct queue_view *view,
    enum queue_by by)
{
	const struct groups *groups = &view->summary.by[by];

	json_array(j, key);
	for (size_t i = 0; i < groups->n && i < view->top; i++)
		group_json(j, &groups->items[i], by);
	json_end(j);
}

static void
domains_json(struct json *j, const struct queue_view *view)
{
	json_array(j, "domains");
	for (size_t i = 0; i < view->domains_n && i < view->top; i++) {
		json_object(j, NULL);
		json_str(j, "domain", view->domains[i].text);
		json_u64(j, "messages", view->domains[i].messages);
		json_u64(j, "recipients", view->domains[i].recipients);
		json_end(j);
	}
	json_end(j);
}

static void
sums_json(struct json *j, const struct summary *sum)
{
	json_u64(j, "messages", sum->messages);
	json_u64(j, "recipients", sum->recipients);
	json_u64(j, "bytes", sum->bytes);
	json_u64(j, "notices", sum->notices);
	json_time(j, "first", sum->first);
	json_time(j, "last", sum->last);
	json_object(j, "states");
	for (int i = 0; i < QUEUE_STATES; i++)
		json_u64(
		    j, queue_state_name((enum queue_state)i), sum->states[i]);
	json_end(j);
	json_array(j, "ages");
	for (size_t i = 0; i < AGES; i++) {
		json_object(j, NULL);
		if (i < AGES - 1)
			json_u64(j, "below_hours", summary_ages[i]);
		else
			json_null(j, "below_hours");
		json_u64(j, "messages", sum->ages[i]);
		json_end(j);
	}
	json_end(j);
}

void
queue_seen_json(struct json *j, const struct queue_seen *seen)
{
	json_array(j, "queues");
	for (size_t i = 0; i < seen->roots->n; i++) {
		json_object(j, NULL);
		json_str(j, "path", seen->roots->items[i].path);
		json_str(j, "mta", str_z(seen->roots->items[i].mta->name));
		json_u64(j, "bytes", seen->sums[i].bytes);
		json_end(j);
	}
	json_end(j);
}

void
queue_json(
    const struct report *report, const struct queue_view *view, FILE *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/queue/1", report);
	queue_seen_json(&j, &view->seen);
	sums_json(&j, &view->summary);
	groups_json(&j, "origins", view, QUEUE_BY_ORIGIN);
	groups_json(&j, "senders", view, QUEUE_BY_SENDER);
	groups_json(&j, "reasons", view, QUEUE_BY_REASON);
	domains_json(&j, view);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
