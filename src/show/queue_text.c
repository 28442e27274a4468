/* SPDX-License-Identifier: ISC */
#include "show/queue.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/culprit_text.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/plot.h"

enum {
	COLUMNS = 3, /* messages, recipients, since */
	GAP = 2,
	WHO_MIN = 18,
	PLOT = 24,
};

struct str
queue_origin_label(struct arena *a, enum origin_kind kind, struct str name,
    int64_t uid, struct str script)
{
	struct origin origin = {.kind = kind, .name = name};

	if (script.n > 0)
		return arena_printf(a, _("script %.*s of uid %lld"),
		    STR_ARG(script), (long long)uid);
	return origin_label(a, &origin);
}

struct str
waiting_origin(struct arena *a, const struct waiting *w)
{
	return queue_origin_label(a, w->kind, w->origin, w->uid, w->script);
}

struct str
waiting_reason(struct arena *a, const struct waiting *w)
{
	if (w->rule != NULL)
		return arena_printf(
		    a, "%s: %s", w->rule->provider, _(w->rule->meaning));
	return w->reason;
}

/* ---- the top ---- */

void
queue_head_text(const struct report *report, const struct queue_seen *seen,
    const struct screen *s)
{
	struct arena *a = s->arena;

	screen_wrap(s, 0, 2,
	    arena_printf(a, "sereno %s, %s %s", SERENO_VERSION,
		lang_time(a, report->at, true), lang_zone(a, report->at)));
	for (size_t i = 0; i < seen->roots->n; i++)
		screen_wrap(s, 0, 2,
		    arena_printf(a,
			/* TRANSLATORS: "read the postfix queue
			 * /var/spool/postfix in 0.9 s" */
			_("read the %s queue %.*s in %s s"),
			mta_title(str_z(seen->roots->items[i].mta->name)).p,
			STR_ARG(seen->roots->items[i].path),
			lang_seconds(a, report->took)));
	putc('\n', s->out);
}

static const char *
queue_state_word(enum queue_state state)
{
	static const char *const words[QUEUE_STATES] = {
	    [QUEUE_INCOMING] = N_("coming in"),
	    [QUEUE_ACTIVE] = N_("being delivered"),
	    [QUEUE_DEFERRED] = N_("put off"),
	    [QUEUE_HELD] = N_("held"),
	    [QUEUE_CORRUPT] = N_("corrupt"),
	};

	return _(words[state]);
}

const char *
queue_state_of_one(enum queue_state state)
{
	static const char *const words[QUEUE_STATES] = {
	    [QUEUE_INCOMING] = N_("is coming in"),
	    [QUEUE_ACTIVE] = N_("is being delivered"),
	    [QUEUE_DEFERRED] = N_("is put off"),
	    [QUEUE_HELD] = N_("is held"),
	    [QUEUE_CORRUPT] = N_("is corrupt"),
	};

	return _(words[state]);
}

/* "13,900 deferred, 312 active" */
static struct str
states(const struct summary *sum, struct arena *a)
{
	static const enum queue_state order[QUEUE_STATES] = {QUEUE_DEFERRED,
	    QUEUE_ACTIVE, QUEUE_INCOMING, QUEUE_HELD, QUEUE_CORRUPT};
	struct str text = {NULL, 0};

	for (size_t i = 0; i < QUEUE_STATES; i++) {
		uint64_t n = sum->states[order[i]];

		if (n > 0)
			text = arena_printf(a, "%.*s%s%s %s", STR_ARG(text),
			    text.n > 0 ? ", " : "", lang_number(a, n),
			    queue_state_word(order[i]));
	}
	return text;
}

static struct str
ages(const struct summary *sum, struct arena *a)
{
	static const char *const words[AGES] = {
	    N_("below an hour"),
	    N_("below 4 hours"),
	    N_("below a day"),
	    N_("below 3 days"),
	    N_("older"),
	};
	struct str text = {NULL, 0};

	for (size_t i = 0; i < AGES; i++) {
		struct str part;

		if (sum->ages[i] == 0)
			continue;
		part = arena_printf(
		    a, "%s %s", lang_number(a, sum->ages[i]), _(words[i]));
		text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text),
		    text.n > 0 ? ", " : "", STR_ARG(part));
	}
	return text;
}

static void
plot_of(struct plot *plot, const struct waiting *items, size_t n, wall_us from,
    wall_us to, size_t columns)
{
	uint64_t run = 0;
	uint32_t hour = 0;

	plot_span(plot, from, to, columns);
	for (size_t i = 0; i < n && plot->n > 0; i++) {
		uint32_t at;

		if (items[i].arrived < from || items[i].arrived > to)
			continue;
		at = (uint32_t)(items[i].arrived / US_HOUR);
		run = at == hour ? run + 1 : 1;
		hour = at;
		if (run > plot->peak)
			plot->peak = run;
		plot->bars[(at - plot->from) / plot->step]++;
	}
}

static void
plot_line(const struct queue_view *view, const struct screen *s)
{
	const struct summary *sum = &view->summary;
	struct arena *a = s->arena;
	struct plot plot;

	if (sum->first == WALL_NONE)
		return;
	plot_of(&plot, view->items, view->n, sum->first, sum->last,
	    s->width - SCREEN_LABEL - 1);
	screen_label(s, str_z(_("came in")));
	plot_show(&plot, s);
	putc('\n', s->out);
	screen_gap(s, SCREEN_LABEL);
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    arena_printf(a, _("since %s, each sign %s; most: %s in an hour"),
		lang_time(a, sum->first, false),
		lang_span(a, plot.step * US_HOUR), lang_number(a, plot.peak)));
}

static void
sums(const struct report *report, const struct queue_view *view,
    const struct screen *s)
{
	const struct summary *sum = &view->summary;
	struct arena *a = s->arena;

	screen_style(s, STYLE_BOLD);
	screen_wrap(s, 0, 2,
	    arena_printf(a,
		_n("%s message to %s recipients waits (%s)",
		    "%s messages to %s recipients wait (%s)", sum->messages),
		lang_number(a, sum->messages), lang_number(a, sum->recipients),
		lang_bytes(a, sum->bytes)));
	screen_style(s, STYLE_PLAIN);
	putc('\n', s->out);
	screen_label(s, str_z(_("state")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, states(sum, a));
	if (sum->first == WALL_NONE)
		return;
	screen_label(s, str_z(_("age")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    arena_printf(a, _("%.*s; the oldest %s"), STR_ARG(ages(sum, a)),
		lang_span(a, report->at - sum->first)));
	plot_line(view, s);
}

/* ---- tables ---- */

struct row {
	struct str who;
	uint64_t numbers[COLUMNS - 1];
	wall_us first;
};

static size_t
number_width(const struct row *rows, size_t n, size_t column, struct arena *a,
    const char *title)
{
	size_t width = text_width(str_z(title));

	for (size_t i = 0; i < n; i++) {
		size_t w = strlen(lang_number(a, rows[i].numbers[column]));

		if (w > width)
			width = w;
	}
	return width;
}

static void
cell(const struct screen *s, size_t width, struct str text)
{
	size_t used = text_width(text);

	screen_gap(s, GAP + (used < width ? width - used : 0));
	fwrite(text.p, 1, text.n, s->out);
}

/* Title, messages and recipients, aligned; the text is clipped. */
static void
table(const char *title, const struct row *rows, size_t n, size_t all,
    const struct screen *s)
{
	const char *const heads[COLUMNS - 1] = {_("messages"), _("recipients")};
	struct arena *a = s->arena;
	size_t widths[COLUMNS - 1], who;

	if (n == 0)
		return;
	for (size_t i = 0; i + 1 < COLUMNS; i++)
		widths[i] = number_width(rows, n, i, a, heads[i]);
	who = s->width - widths[0] - widths[1] - 2 * GAP - 2;
	putc('\n', s->out);
	screen_style(s, STYLE_BOLD);
	fputs(title, s->out);
	screen_gap(s, who + 2 > text_width(str_z(title))
			  ? who + 2 - text_width(str_z(title))
			  : 0);
	for (size_t i = 0; i + 1 < COLUMNS; i++)
		cell(s, widths[i], str_z(heads[i]));
	putc('\n', s->out);
	screen_style(s, STYLE_PLAIN);
	for (size_t i = 0; i < n; i++) {
		struct str text = text_clip(a, text_safe(a, rows[i].who), who);

		screen_gap(s, 2);
		fwrite(text.p, 1, text.n, s->out);
		screen_gap(s, who - text_width(text));
		for (size_t k = 0; k + 1 < COLUMNS; k++)
			cell(s, widths[k],
			    str_z(lang_number(a, rows[i].numbers[k])));
		putc('\n', s->out);
	}
	if (all > n)
		screen_wrap(s, 0, 2,
		    arena_printf(
			a, _("  and %s more"), lang_number(a, all - n)));
}

static struct str
group_title(struct arena *a, const struct group *g, enum queue_by by)
{
	switch (by) {
	case QUEUE_BY_ORIGIN:
		return waiting_origin(a, g->sample);
	case QUEUE_BY_SENDER:
		return g->sample->sender.n > 0 ? g->sample->sender
					       : str_z(_("<> (bounces)"));
	case QUEUE_BY_REASON:
		return waiting_reason(a, g->sample);
	case QUEUE_BYS:
		break;
	}
	return S("");
}

static void
group_table(const char *title, const struct queue_view *view, enum queue_by by,
    const struct screen *s)
{
	const struct groups *groups = &view->summary.by[by];
	size_t n = groups->n < view->top ? groups->n : view->top;
	struct row *rows = arena_alloc(s->arena, (n + 1) * sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){
		    .who = group_title(s->arena, &groups->items[i], by),
		    .numbers = {groups->items[i].messages,
			groups->items[i].recipients},
		    .first = groups->items[i].first};
	table(title, rows, n, groups->n, s);
}

static void
domain_table(const struct queue_view *view, const struct screen *s)
{
	size_t n = view->domains_n < view->top ? view->domains_n : view->top;
	struct row *rows = arena_alloc(s->arena, (n + 1) * sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){.who = view->domains[i].text,
		    .numbers = {view->domains[i].messages,
			view->domains[i].recipients}};
	table(_("to domain"), rows, n, view->domains_n, s);
}

void
queue_text(const struct report *report, const struct queue_view *view,
    const struct screen *s)
{
	queue_head_text(report, &view->seen, s);
	if (view->summary.messages == 0) {
		if (view->seen.roots->n > 0)
			screen_wrap(s, 0, 0, str_z(_("the queue is empty")));
	} else {
		sums(report, view, s);
		group_table(_("from"), view, QUEUE_BY_ORIGIN, s);
		group_table(_("sender"), view, QUEUE_BY_SENDER, s);
		domain_table(view, s);
		group_table(_("why it waits"), view, QUEUE_BY_REASON, s);
	}
	gaps_apart(report->not_examined, report->not_examined_n, s);
}
