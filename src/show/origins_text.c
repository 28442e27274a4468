/* SPDX-License-Identifier: ISC */
#include "show/origins.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/culprit_text.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/plot.h"

enum {
	COLUMNS = 5,
	GAP = 2,
	WHO_MIN = 18
};

/* One row before it is laid out. */
struct row {
	struct str cells[COLUMNS]; /* who and numbers, safe */
	const struct origin *origin;
};

/* How wide each column is. */
struct table {
	size_t widths[COLUMNS];
	size_t columns; /* that fit, of those that are known */
	size_t plot;
};

static void
row_make(struct row *row, const struct origin *origin, enum origins_by by,
    struct arena *a)
{
	/* Grouped by something else, the name is that thing. */
	struct str who = by != BY_ORIGIN && origin->name.n > 0
			     ? origin->name
			     : origin_label(a, origin);

	const uint64_t numbers[COLUMNS - 1] = {origin->counts.messages,
	    origin->counts.recipients, origin->counts.bounced,
	    (uint64_t)origin->ips_n + origin->ips_missed};

	row->origin = origin;
	row->cells[0] = text_safe(a, who);
	for (size_t i = 0; i + 1 < COLUMNS; i++)
		row->cells[i + 1] = str_z(lang_number(a, numbers[i]));
}

static void
head_make(struct row *row)
{
	*row = (struct row){.cells = {
				str_z(_("who")),
				str_z(_("messages")),
				str_z(_("recipients")),
				str_z(_("refused")),
				str_z(_("addresses")),
			    }};
}

/* Numbers get what they need, from the left; what is left goes to the name
 * and a plot. */
static void
table_fit(struct table *table, const struct row *rows, size_t n,
    enum origins_by by, size_t width)
{
	/* Whose messages are put together by their sender has no address. */
	size_t known =
	    by == BY_SENDER || by == BY_DOMAIN ? COLUMNS - 1 : COLUMNS;
	size_t rest = width;

	*table = (struct table){.columns = 1};
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < COLUMNS; k++) {
			size_t w = text_width(rows[i].cells[k]);

			if (w > table->widths[k])
				table->widths[k] = w;
		}
	while (table->columns < known) {
		size_t w = table->widths[table->columns] + GAP;

		if (rest < WHO_MIN + w)
			break;
		rest -= w;
		table->columns++;
	}
	table->plot = rest > 3 * WHO_MIN ? 24 : rest > WHO_MIN + 14 ? 12 : 0;
	if (table->plot > 0)
		rest -= table->plot + GAP;
	if (table->widths[0] > rest)
		table->widths[0] = rest;
}

static void
row_show(const struct row *row, const struct table *table,
    const struct report *report, const struct screen *s)
{
	struct str who = text_clip(s->arena, row->cells[0], table->widths[0]);
	struct plot plot;

	fwrite(who.p, 1, who.n, s->out);
	screen_gap(s, table->widths[0] - text_width(who));
	for (size_t k = 1; k < table->columns; k++) {
		screen_gap(
		    s, GAP + table->widths[k] - text_width(row->cells[k]));
		fwrite(row->cells[k].p, 1, row->cells[k].n, s->out);
	}
	if (row->origin != NULL && table->plot > 0) {
		screen_gap(s, GAP);
		plot_hours(
		    &plot, row->origin, report->from, report->to, table->plot);
		plot_show(&plot, s);
	}
	putc('\n', s->out);
}

static void
foot(const struct report *report, const struct origins_view *view,
    const struct table *table, const struct screen *s)
{
	struct arena *a = s->arena;
	struct plot plot = {0};

	putc('\n', s->out);
	if (view->n < view->total)
		screen_wrap(s, 0, 0,
		    arena_printf(a,
			_("%s of %s are shown; --top %s shows all of them"),
			lang_number(a, view->n), lang_number(a, view->total),
			arena_printf(a, "%zu", view->total).p));
	if (view->n > 0)
		plot_hours(&plot, view->rows[0], report->from, report->to,
		    table->plot > 0 ? table->plot : 1);
	if (table->plot > 0 && plot.n > 0)
		screen_wrap(s, 0, 0,
		    arena_printf(a,
			_("plot: since %s, each sign %s, each row on its own "
			  "scale"),
			lang_time(a, report->from, false),
			lang_span(a, plot.step * US_HOUR)));
}

void
origins_text(const struct report *report, const struct origins_view *view,
    const struct screen *s)
{
	struct row *rows = arena_alloc(s->arena, (view->n + 1) * sizeof(*rows));
	struct table table;

	head_text(report, s);
	if (view->n == 0) {
		screen_wrap(s, 0, 0,
		    str_z(view->by == BY_ORIGIN
			      ? _("no message was seen that was sent from here")
			      : _("of no message the log tells that; without "
				  "--by all who sent are shown")));
	} else {
		head_make(&rows[0]);
		for (size_t i = 0; i < view->n; i++)
			row_make(
			    &rows[i + 1], view->rows[i], view->by, s->arena);
		table_fit(&table, rows, view->n + 1, view->by, s->width);
		screen_style(s, STYLE_BOLD);
		row_show(&rows[0], &table, report, s);
		screen_style(s, STYLE_PLAIN);
		for (size_t i = 1; i <= view->n; i++)
			row_show(&rows[i], &table, report, s);
		foot(report, view, &table, s);
	}
	gaps_text(report->not_examined, report->not_examined_n, s);
}
