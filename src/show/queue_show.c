/* SPDX-License-Identifier: ISC */
/* One message of a queue: envelope, header, the beginning of its text. */
#include "base/lang.h"
#include "base/text.h"
#include "mail/field.h"
#include "mail/header.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/queue.h"

static void
row(const struct screen *s, const char *label, struct str text)
{
	if (text.n == 0)
		return;
	screen_label(s, str_z(label));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, text);
}

static struct str
when(struct arena *a, const char *words, wall_us at, wall_us now)
{
	if (at == WALL_NONE)
		return (struct str){NULL, 0};
	if (now <= at)
		return arena_printf(a, "%s %s", words, lang_moment(a, at));
	/* TRANSLATORS: "arrived Fri 20 Nov 19:12:03, 9 hours ago" */
	return arena_printf(a, _("%s %s, %s ago"), words, lang_moment(a, at),
	    lang_span(a, now - at));
}

/* "pc (mail.example.org [192.0.2.7]), ESMTPSA, login by LOGIN" */
static struct str
way_in(struct arena *a, const struct queue_message *m)
{
	char ip[IP_TEXT];
	struct str text = {NULL, 0};

	if (ip_is_none(&m->client))
		return text;
	text = arena_printf(a, "%.*s%s[%s]", STR_ARG(m->client_name),
	    m->client_name.n > 0 ? " " : "", ip_text(&m->client, ip));
	if (m->helo.n > 0)
		text = arena_printf(a, _("%.*s, which called itself %.*s"),
		    STR_ARG(text), STR_ARG(m->helo));
	if (m->protocol.n > 0)
		text = arena_printf(
		    a, "%.*s, %.*s", STR_ARG(text), STR_ARG(m->protocol));
	if (m->method.n > 0)
		text = arena_printf(a, _("%.*s, login by %.*s"), STR_ARG(text),
		    STR_ARG(m->method));
	return text;
}

static void
recipients(const struct queue_message *m, size_t top, const struct screen *s)
{
	struct arena *a = s->arena;
	size_t n = m->rcpts_n < top ? m->rcpts_n : top;

	for (size_t i = 0; i < n; i++) {
		const struct queue_rcpt *rcpt = &m->rcpts[i];
		struct str text = rcpt->address;

		if (rcpt->original.n > 0)
			text = arena_printf(a, _("%.*s (written as %.*s)"),
			    STR_ARG(text), STR_ARG(rcpt->original));
		if (rcpt->reason.n > 0)
			text = arena_printf(a, "%.*s: %.*s", STR_ARG(text),
			    STR_ARG(rcpt->reason));
		row(s, i == 0 ? _("to") : "", text);
	}
	if (m->rcpts_all > n)
		row(s, "",
		    arena_printf(
			a, _("and %s more"), lang_number(a, m->rcpts_all - n)));
	if (m->rcpts_done > 0)
		row(s, "",
		    arena_printf(a,
			_n("%s recipient is done with",
			    "%s recipients are done with", m->rcpts_done),
			lang_number(a, m->rcpts_done)));
}

static void
envelope(const struct report *report, const struct shown *shown, size_t top,
    const struct screen *s)
{
	const struct queue_message *m = shown->message;
	struct arena *a = s->arena;
	struct str came = when(a, _("arrived"), m->arrived, report->at);
	struct str tried = when(a, _("last tried"), m->tried, report->at);

	(void)screen_put(s, STYLE_BOLD, m->id);
	fprintf(s->out, "  %s, %s\n", queue_state_of_one(m->state),
	    lang_bytes(a, m->size));
	row(s, _("file"),
	    arena_printf(a, "%.*s/%.*s", STR_ARG(shown->root->path),
		STR_ARG(shown->path)));
	row(s, _("when"),
	    tried.n > 0 && came.n > 0
		? arena_printf(a, "%.*s; %.*s", STR_ARG(came), STR_ARG(tried))
		: came);
	row(s, _("put in by"),
	    queue_origin_label(a, shown->origin.kind, shown->origin.name,
		shown->origin.uid, shown->origin.script));
	row(s, _("client"), way_in(a, m));
	row(s, _("sender"),
	    m->sender.n > 0 ? m->sender : str_z(_("<> (bounces)")));
	recipients(m, top, s);
}

static void
header(const struct shown *shown, const struct screen *s)
{
	struct str rest = shown->message->head;
	struct field field;

	putc('\n', s->out);
	while (field_next(&rest, &field)) {
		size_t used =
		    screen_put(s, STYLE_BOLD, str_head(field.name, 60));

		fputs(": ", s->out);
		screen_wrap(
		    s, used + 2, 4, header_decode(s->arena, field.value));
	}
}

static struct str
untabbed(struct arena *a, struct str line)
{
	char *text = arena_alloc(a, line.n + 1);

	for (size_t i = 0; i < line.n; i++)
		text[i] = line.p[i] == '\t' ? ' ' : line.p[i];
	return (struct str){text, line.n};
}

/* Line by line as it came, so that a table stays one. */
static void
body(const struct shown *shown, const struct screen *s)
{
	struct str rest = str_trim(shown->body.text), line;

	putc('\n', s->out);
	if (rest.n == 0) {
		screen_wrap(s, 0, 0,
		    arena_printf(s->arena, _("(no text to show: %.*s)"),
			STR_ARG(shown->body.type)));
		return;
	}
	while (field_line(&rest, &line))
		screen_wrap(s, 0, 0, untabbed(s->arena, line));
	if (shown->body.cut)
		screen_wrap(
		    s, 0, 0, str_z(_("(there is more of it in the file)")));
}

void
queue_show_text(const struct report *report, const struct queue_show_view *view,
    const struct screen *s)
{
	queue_head_text(report, &view->seen, s);
	for (size_t i = 0; i < view->n; i++) {
		if (i > 0)
			fputs("\n\n", s->out);
		envelope(report, view->items[i], view->top, s);
		header(view->items[i], s);
		body(view->items[i], s);
	}
	if (view->n == 0 && view->seen.roots->n > 0)
		screen_wrap(s, 0, 2,
		    str_z(_("no message of that id is in the queue; it may "
			    "have left meanwhile")));
	gaps_apart(report->not_examined, report->not_examined_n, s);
}
