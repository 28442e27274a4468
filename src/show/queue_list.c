/* SPDX-License-Identifier: ISC */
/* The messages of a queue, one by one. */
#include "base/lang.h"
#include "base/text.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/part_json.h"
#include "show/queue.h"

/* ---- text ---- */

static void
put_clipped(const struct screen *s, size_t indent, struct str text)
{
	struct str safe =
	    text_clip(s->arena, text_safe(s->arena, text), s->width - indent);

	screen_gap(s, indent);
	fwrite(safe.p, 1, safe.n, s->out);
	putc('\n', s->out);
}

static struct str
sender_of(const struct waiting *w)
{
	return w->sender.n > 0 ? w->sender : S("<>");
}

/* "ana@tienda.example to b@gmail.example and 3 more" */
static struct str
envelope(struct arena *a, const struct waiting *w)
{
	if (w->rcpts > 1)
		return arena_printf(a, _("%.*s to %.*s and %s more"),
		    STR_ARG(sender_of(w)), STR_ARG(w->rcpt),
		    lang_number(a, w->rcpts - 1));
	return arena_printf(
	    a, _("%.*s to %.*s"), STR_ARG(sender_of(w)), STR_ARG(w->rcpt));
}

static void
message_text(const struct waiting *w, const struct screen *s)
{
	struct arena *a = s->arena;
	struct str reason = waiting_reason(a, w);
	char id[CAMPAIGN_ID];

	(void)screen_put(s, STYLE_BOLD, w->id);
	fprintf(s->out, "  %s  %s  %s\n",
	    w->arrived != WALL_NONE ? lang_moment(a, w->arrived) : "-",
	    queue_state_of_one(w->state), lang_bytes(a, w->size));
	put_clipped(s, 2, envelope(a, w));
	if (w->subject.n > 0)
		put_clipped(s, 2,
		    arena_printf(a, _("subject: %.*s"), STR_ARG(w->subject)));
	put_clipped(s, 2,
	    arena_printf(a, _("from: %.*s"), STR_ARG(waiting_origin(a, w))));
	if (w->campaign != 0)
		put_clipped(s, 2,
		    arena_printf(a, _("campaign: %s"),
			campaign_id_text(w->campaign, id)));
	if (reason.n > 0)
		put_clipped(
		    s, 2, arena_printf(a, _("why: %.*s"), STR_ARG(reason)));
}

void
queue_list_text(const struct report *report, const struct queue_list_view *view,
    const struct screen *s)
{
	struct arena *a = s->arena;

	queue_head_text(report, &view->seen, s);
	if (view->all == 0 && view->seen.roots->n > 0)
		screen_wrap(s, 0, 0, str_z(_("the queue is empty")));
	else if (view->all > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(a,
			_n("%s of %s message is meant",
			    "%s of %s messages are meant", view->all),
			lang_number(a, view->n), lang_number(a, view->all)));
	for (size_t i = 0; i < view->n && i < view->top; i++) {
		/* Each line of its own: a queue may be long. */
		struct arena scratch = {0};
		struct screen own = *s;

		own.arena = &scratch;
		putc('\n', s->out);
		message_text(view->items[i], &own);
		arena_done(&scratch);
	}
	if (view->n > view->top) {
		putc('\n', s->out);
		screen_wrap(s, 0, 2,
		    arena_printf(a, _("and %s more: --top N, or --json"),
			lang_number(a, view->n - view->top)));
	}
	gaps_apart(report->not_examined, report->not_examined_n, s);
}

/* ---- JSON ---- */

static void
message_json(struct json *j, const struct waiting *w)
{
	char id[CAMPAIGN_ID];

	json_object(j, NULL);
	json_str(j, "id", w->id);
	json_str(j, "queue", w->root->path);
	json_str(j, "path", w->path);
	json_str(j, "state", str_z(queue_state_name(w->state)));
	json_time(j, "arrived", w->arrived);
	json_time(j, "tried", w->tried);
	json_u64(j, "size", w->size);
	json_str(j, "sender", w->sender);
	queue_text_json(j, "from", w->from);
	queue_text_json(j, "subject", w->subject);
	queue_origin_json(j, w->kind, w->origin, w->uid, w->script);
	queue_text_json(j, "recipient", w->rcpt);
	json_u64(j, "recipients", w->rcpts);
	queue_reason_json(j, w);
	json_bool(j, "notice", w->is_notice);
	if (w->campaign != 0)
		json_str(
		    j, "campaign", str_z(campaign_id_text(w->campaign, id)));
	else
		json_null(j, "campaign");
	json_end(j);
}

void
queue_list_json(
    const struct report *report, const struct queue_list_view *view, FILE *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/queue-list/1", report);
	queue_seen_json(&j, &view->seen);
	json_u64(&j, "queued", view->all);
	json_u64(&j, "meant", view->n);
	json_array(&j, "messages");
	for (size_t i = 0; i < view->n && i < view->top; i++)
		message_json(&j, view->items[i]);
	json_end(&j);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
