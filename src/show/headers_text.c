/* SPDX-License-Identifier: ISC */
#include "base/lang.h"
#include "mail/header.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/headers.h"
#include "show/sums.h"

static void
row(const struct screen *s, const char *label, struct str text)
{
	if (text.n == 0)
		return;
	screen_label(s, str_z(label));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, text);
}

/* What was read, and which part of it is looked at. */
static struct str
exhibit_text(const struct inspection *x, struct arena *a)
{
	const struct notice *n = &x->notice;
	struct str who = n->reporter;

	switch (x->exhibit.how) {
	case EXHIBIT_COMPLAINT:
		return arena_printf(a,
		    who.n > 0 ? _("a complaint (%.*s) of %.*s; the message in "
				  "it is looked at")
			      : _("a complaint (%.*s); the message in it is "
				  "looked at"),
		    STR_ARG(n->arf.type), STR_ARG(who));
	case EXHIBIT_RETURNED:
		return arena_printf(a,
		    who.n > 0 ? _("a bounce of %.*s; the message that it "
				  "returns is looked at")
			      : _("a bounce; the message that it returns is "
				  "looked at"),
		    STR_ARG(who));
	case EXHIBIT_ATTACHED:
		return str_z(_("a mail with another one attached, which is "
			       "looked at (--outer: the mail itself)"));
	case EXHIBIT_PASTED:
		return str_z(_("a mail with the header of another one in its "
			       "text, which is looked at (--outer: the mail "
			       "itself)"));
	case EXHIBIT_ITSELF:
	case EXHIBIT_HOWS:
		break;
	}
	return (struct str){NULL, 0};
}

static void
head(const struct report *report, const struct headers_view *view,
    const struct screen *s)
{
	struct arena *a = s->arena;
	struct str source = view->source;

	screen_wrap(s, 0, 2,
	    arena_printf(a, "sereno %s, %s %s", SERENO_VERSION,
		lang_time(a, report->at, true), lang_zone(a, report->at)));
	if (str_eq(source, S("-")))
		source = str_z(_("standard input"));
	screen_wrap(s, 0, 2,
	    view->found && exhibit_text(view->x, a).n > 0
		? arena_printf(a, "%.*s: %.*s", STR_ARG(source),
		      STR_ARG(exhibit_text(view->x, a)))
		: source);
	putc('\n', s->out);
}

static void
message_part(const struct inspection *x, const struct screen *s)
{
	struct arena *a = s->arena;

	row(s, _("from"), header_decode(a, str_head(x->from, 500)));
	row(s, _("sender"), header_decode(a, str_head(x->sender, 500)));
	row(s, _("envelope"), x->return_path);
	row(s, _("to"), header_decode(a, str_head(x->to, 500)));
	row(s, _("subject"), header_decode(a, str_head(x->subject, 500)));
	if (x->date != WALL_NONE)
		row(s, _("date"),
		    arena_printf(a, "%s %s", lang_time(a, x->date, true),
			lang_zone(a, x->date)));
	row(s, _("id"), x->message_id);
	if (x->from.n + x->sender.n + x->return_path.n + x->to.n +
		x->subject.n + x->message_id.n >
	    0)
		putc('\n', s->out);
}

static const char *
passage_words(const struct passage *p)
{
	switch (p->state) {
	case PASSAGE_NO_LOG:
		return _("no log was read");
	case PASSAGE_UNCOVERED:
		return _("it is not there, but the log does not cover the time "
			 "of this mail");
	case PASSAGE_NO_ID:
		return _("the mail has no id that a log could have");
	case PASSAGE_ABSENT:
		return _("neither its queue id nor its Message-ID is there, "
			 "though the log covers that time");
	case PASSAGE_FOUND:
	case PASSAGE_STATES:
		break;
	}
	return "";
}

static void
log_part(const struct report *report, const struct inspection *x,
    const struct screen *s)
{
	const struct passage *p = &x->passage;
	struct arena *a = s->arena;
	struct str place;

	if (p->state != PASSAGE_FOUND) {
		row(s, _("log"), str_z(passage_words(p)));
		return;
	}
	place = cite_place(a, report, &p->cite);
	row(s, _("log"),
	    arena_printf(a,
		p->by_queue_id && p->by_message_id
		    ? _("queue id and Message-ID are there: %.*s, %s (%.*s)")
		: p->by_queue_id
		    ? _("its queue id is there: %.*s, %s (%.*s)")
		    : _("its Message-ID is there: %.*s, %s (%.*s)"),
		STR_ARG(p->queue_ids),
		p->at == WALL_NONE ? "-" : lang_moment(a, p->at),
		STR_ARG(place.n > 0 ? place : S("-"))));
	row(s, "",
	    arena_printf(a,
		_("%s recipients got it, %s were refused, %s put off"),
		lang_number(a, p->delivered), lang_number(a, p->bounced),
		lang_number(a, p->deferred)));
}

static void
signs_part(const struct inspection *x, const struct screen *s)
{
	bool first = true;

	for (unsigned i = 0; i < SIGNALS_N; i++) {
		if (!(x->claim.signals & UINT32_C(1) << i))
			continue;
		row(s, first ? _("signs") : "",
		    str_z(_(claim_signals[i].sentence)));
		first = false;
	}
}

static void
results_part(const struct inspection *x, const struct screen *s)
{
	struct arena *a = s->arena;

	for (size_t i = 0; i < x->results_n; i++) {
		const struct inspection_result *r = &x->results[i];

		row(s, i == 0 ? _("checks") : "",
		    arena_printf(a, "%.*s=%.*s%s%.*s%s%.*s: %s",
			STR_ARG(r->result.method), STR_ARG(r->result.result),
			r->result.about.n > 0 ? ", " : "",
			STR_ARG(
			    header_decode(a, str_head(r->result.about, 200))),
			r->server.n > 0 ? ", " : "", STR_ARG(r->server),
			r->believed ? _("believed") : _("may be forged")));
	}
}

static struct str
seal_text(const struct seal *seal, struct arena *a)
{
	const struct dkim_verdict *v = &seal->verdict;
	struct str line = arena_printf(a, "%.*s (%.*s)%s: %s",
	    STR_ARG(seal->signature.domain), STR_ARG(seal->signature.selector),
	    seal->ours ? _(", your domain") : "",
	    _(dkim_state_words(v->state)));

	if (v->why != NULL)
		line = arena_printf(a, "%.*s: %s", STR_ARG(line), _(v->why));
	for (unsigned bit = 1; dkim_note_name(bit) != NULL; bit <<= 1)
		if ((v->notes & bit) != 0)
			line = arena_printf(a, "%.*s; %s", STR_ARG(line),
			    _(dkim_note_words(bit)));
	return line;
}

static void
seals_part(const struct inspection *x, const struct screen *s)
{
	struct arena *a = s->arena;

	for (size_t i = 0; i < x->seals.n; i++)
		row(s, i == 0 ? "DKIM" : "", seal_text(&x->seals.items[i], a));
	if (x->seals.missed > 0)
		row(s, "",
		    arena_printf(a,
			_n("%s more signature was not looked at",
			    "%s more signatures were not looked at",
			    x->seals.missed),
			lang_number(a, x->seals.missed)));
}

static void
imprints_part(const struct inspection *x, const struct screen *s)
{
	struct arena *a = s->arena;

	if (x->imprints.n == 0)
		return;
	putc('\n', s->out);
	screen_put(s, STYLE_BOLD,
	    str_z(_("fields that name an origin, and how far to believe "
		    "them")));
	putc('\n', s->out);
	for (size_t i = 0; i < x->imprints.n; i++) {
		const struct imprint *m = &x->imprints.items[i];

		screen_gap(s, 2);
		screen_wrap(s, 2, 4,
		    arena_printf(a, "%.*s: %.*s", STR_ARG(m->field),
			STR_ARG(header_decode(a, str_head(m->value, 300)))));
		screen_gap(s, 4);
		screen_wrap(s, 4, 4,
		    arena_printf(a, "%s; %s", _(m->sentence),
			_(imprint_trust_words(m->trust))));
	}
	if (x->imprints.missed > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(a,
			_n("  %s more is not shown", "  %s more are not shown",
			    x->imprints.missed),
			lang_number(a, x->imprints.missed)));
}

struct steps {
	const struct screen *s;
	unsigned n;
};

static void
step(void *arg, struct str command, struct str sentence)
{
	struct steps *steps = arg;
	const struct screen *s = steps->s;

	if (steps->n++ == 0) {
		putc('\n', s->out);
		screen_put(s, STYLE_BOLD, str_z(_("what to do now")));
		putc('\n', s->out);
	}
	screen_gap(s, 2);
	fprintf(s->out, "%u  ", steps->n);
	screen_wrap(s, 5, 5,
	    command.n == 0 ? sentence
			   : arena_printf(s->arena, "%.*s: %.*s",
				 STR_ARG(command), STR_ARG(sentence)));
}

static enum style
verdict_style(const struct headers_view *view)
{
	switch (view->x->verdict) {
	case INSPECTION_OURS:
	case INSPECTION_THROUGH:
		return STYLE_ALARM;
	case INSPECTION_FORGED:
	case INSPECTION_FOREIGN:
		return STYLE_CALM;
	case INSPECTION_INBOUND:
	case INSPECTION_UNKNOWN:
	case INSPECTION_VERDICTS:
		break;
	}
	return STYLE_WARN;
}

void
headers_text(const struct report *report, const struct headers_view *view,
    const struct screen *s)
{
	const struct inspection *x = view->x;
	struct steps steps = {.s = s};

	head(report, view, s);
	screen_style(s, verdict_style(view));
	screen_wrap(s, 0, 2, headers_sentence(view, s->arena));
	screen_style(s, STYLE_PLAIN);
	putc('\n', s->out);
	if (view->found) {
		message_part(x, s);
		headers_way(view, s);
		log_part(report, x, s);
		signs_part(x, s);
		results_part(x, s);
		seals_part(x, s);
		imprints_part(x, s);
		headers_next(view, s->arena, step, &steps);
	}
	gaps_apart(report->not_examined, report->not_examined_n, s);
}
