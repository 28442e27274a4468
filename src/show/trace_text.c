/* SPDX-License-Identifier: ISC */
#include "show/trace.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/sums.h"

/* Columns of "19:12:03" and of a queue id, with their gaps. */
enum {
	AT = 2,
	CLOCK = 8,
	TIME = CLOCK + 2,
	ID_MAX = 16
};

/* Safe copies of what was shown are dropped between messages. */
enum {
	SCRATCH_MAX = 1 << 20
};

/* "Fri 20 Nov", on a line of its own where the day changes. */
static void
day_text(const struct trace_event *e, struct str *last, const struct screen *s)
{
	struct str moment = str_z(lang_moment(s->arena, e->event.at));
	struct str day;

	if (moment.n <= CLOCK)
		return;
	day = str_head(moment, moment.n - CLOCK - 1);
	if (str_eq(day, *last))
		return;
	*last = day;
	screen_gap(s, AT);
	screen_put(s, STYLE_DIM, day);
	putc('\n', s->out);
}

/* The queue ids of a message, one after another. */
static struct str
ids_of(const struct trace *trace, uint32_t story, struct arena *a)
{
	struct str ids = {NULL, 0};

	for (size_t i = 0; i < trace->halves_n; i++) {
		const struct trace_half *half = &trace->halves[i];

		if (half->story != story || half->queue_id.n == 0)
			continue;
		ids = ids.n == 0 ? half->queue_id
				 : arena_printf(a, "%.*s -> %.*s", STR_ARG(ids),
				       STR_ARG(half->queue_id));
	}
	return ids;
}

static void
event_text(const struct report *report, const struct trace_event *e,
    size_t id_width, const struct screen *s)
{
	struct arena *a = s->arena;
	struct str place = cite_place(a, report, &e->cite);
	struct str id = text_clip(a, text_safe(a, e->event.queue_id), id_width);
	struct str moment = str_z(lang_moment(a, e->event.at));
	size_t hang = AT + TIME + id_width + 2, used;

	if (moment.n > CLOCK)
		moment = str_skip(moment, moment.n - CLOCK);
	screen_gap(s, AT);
	used = screen_put(s, STYLE_DIM, moment);
	screen_gap(s, used < TIME ? TIME - used : 1);
	used = screen_put(s, e->matched ? STYLE_BOLD : STYLE_PLAIN, id);
	screen_gap(s, id_width + 2 - used);
	screen_wrap(s, hang, hang,
	    place.n == 0
		? event_sentence(a, &e->event)
		: arena_printf(a, "%.*s (%.*s)",
		      STR_ARG(event_sentence(a, &e->event)), STR_ARG(place)));
}

static size_t
id_columns(const struct trace *trace)
{
	size_t width = 4;

	for (size_t i = 0; i < trace->halves_n; i++)
		if (trace->halves[i].story != UINT32_MAX &&
		    trace->halves[i].queue_id.n > width)
			width = trace->halves[i].queue_id.n;
	return width < ID_MAX ? width : ID_MAX;
}

static void
story_head(
    const struct trace_view *view, uint32_t story, const struct screen *s)
{
	struct arena *a = s->arena;
	struct str ids = ids_of(view->trace, story, a);

	screen_style(s, STYLE_BOLD);
	if (ids.n > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(a, _("message %lu of %lu: %.*s"),
			(unsigned long)story + 1,
			(unsigned long)view->trace->stories_n, STR_ARG(ids)));
	else
		screen_wrap(s, 0, 2,
		    arena_printf(a, _("%lu of %lu: no message"),
			(unsigned long)story + 1,
			(unsigned long)view->trace->stories_n));
	screen_style(s, STYLE_PLAIN);
}

void
trace_text(const struct report *report, const struct trace_view *view,
    const struct screen *s)
{
	const struct trace *trace = view->trace;
	size_t id_width = id_columns(trace);
	struct str day = {NULL, 0};
	uint32_t story = UINT32_MAX;

	head_text(report, s);
	if (trace->stories_n == 0)
		screen_wrap(s, 0, 0,
		    arena_printf(s->arena, _("no line has '%.*s'"),
			STR_ARG(view->pattern)));
	for (size_t i = 0; i < trace->events_n; i++) {
		const struct trace_event *e = &trace->events[i];
		uint32_t own = trace->halves[e->half].story;

		if (own >= view->top)
			break;
		if (own != story) {
			if (story != UINT32_MAX)
				putc('\n', s->out);
			story = own;
			day = (struct str){NULL, 0};
			if (s->arena->used > SCRATCH_MAX)
				arena_done(s->arena);
			story_head(view, story, s);
		}
		day_text(e, &day, s);
		event_text(report, e, id_width, s);
	}
	putc('\n', s->out);
	if (trace->stories_n > view->top)
		screen_wrap(s, 0, 0,
		    arena_printf(s->arena,
			_("%zu of %lu messages are shown; --top shows more"),
			view->top, (unsigned long)trace->stories_n));
	if (trace->too_many)
		screen_wrap(s, 0, 0,
		    str_z(_("there is more than can be followed at once: a "
			    "narrower pattern or --since shows the rest")));
	gaps_text(report->not_examined, report->not_examined_n, s);
}
