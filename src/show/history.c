/* SPDX-License-Identifier: ISC */
/*
 * What is listed now, what was, what was asked for, and then what happened, the
 * newest first. Texts of lists are strangers' words: screen_wrap and json_str
 * make them safe.
 */
#include "show/history.h"

#include "base/lang.h"
#include "check/list.h"
#include "show/gaps.h"

enum {
	INDENT = 4,
	SAID = 200,
};

/* "xbl.spamhaus.org" of "spamhaus-xbl"; what the catalogue does not know, as
 * it is. */
static struct str
list_zone(struct str id)
{
	const struct list *list = list_find(id);

	return list != NULL ? str_z(list->zone) : id;
}

static struct str
entry_text(struct arena *a, const struct listing *l)
{
	struct str name = list_zone(l->list);

	if (l->gone == WALL_NONE)
		return arena_printf(a, _("%.*s (%.*s) since %s, last seen %s"),
		    STR_ARG(name), STR_ARG(l->labels),
		    lang_time(a, l->first, true), lang_time(a, l->last, true));
	return arena_printf(a, _("%.*s (%.*s) from %s to %s: %s"),
	    STR_ARG(name), STR_ARG(l->labels), lang_time(a, l->first, true),
	    lang_time(a, l->gone, true),
	    lang_span(a, l->gone > l->first ? l->gone - l->first : 0));
}

static void
listings_text(const struct history_view *view, const struct screen *s)
{
	for (size_t i = 0; i < view->listings_n; i++) {
		const struct listing *l = view->listings[i];
		bool open = l->gone == WALL_NONE;
		size_t used;

		screen_gap(s, 2);
		used = screen_put(s, open ? STYLE_ALARM : STYLE_CALM,
		    str_z(open ? _("listed") : _("cleared")));
		screen_gap(s, 2);
		screen_wrap(s, used + 4, INDENT,
		    arena_printf(s->arena, "%.*s: %.*s", STR_ARG(l->target),
			STR_ARG(entry_text(s->arena, l))));
	}
}

static const char *
state_words(enum request_state state)
{
	static const char *const words[REQUEST_STATES] = {
	    [REQUEST_OPEN] = N_("not asked for"),
	    [REQUEST_ASKED] = N_("asked for"),
	    [REQUEST_REFUSED] = N_("refused"),
	    [REQUEST_DELISTED] = N_("it is gone"),
	    [REQUEST_AGAIN] = N_("it came back")};

	return _(words[state]);
}

static void
requests_text(const struct history_view *view, const struct screen *s)
{
	struct arena *a = s->arena;

	if (view->requests_n == 0)
		return;
	putc('\n', s->out);
	(void)screen_put(s, STYLE_BOLD, str_z(_("requests")));
	putc('\n', s->out);
	for (size_t i = 0; i < view->requests_n; i++) {
		const struct request *r = view->requests[i];

		screen_gap(s, 2);
		screen_wrap(s, 2, INDENT,
		    arena_printf(a,
			_n("%.*s: %s since %s; %s time asked; a reason first "
			   "seen %s, last %s",
			    "%.*s: %s since %s; %s times asked; a reason first "
			    "seen %s, last %s",
			    r->times),
			STR_ARG(r->id), state_words(r->state),
			lang_time(a, r->at, true), lang_number(a, r->times),
			lang_time(a, r->first, true),
			lang_time(a, r->seen, true)));
	}
}

/* Unknown words of a newer version are shown as they are. */
static struct str
what_words(struct str what)
{
	static const struct {
		const char *name, *words;
	} all[] = {{"listed", N_("listed")}, {"again", N_("listed again")},
	    {"gone", N_("off the list")}, {"asked", N_("asked for")},
	    {"refused", N_("refused")}, {"delisted", N_("it is gone")},
	    {"open", N_("not asked for")}};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (str_eq(what, str_z(all[i].name)))
			return str_z(_(all[i].words));
	return what;
}

static void
changes_text(const struct history_view *view, const struct screen *s)
{
	struct arena *a = s->arena;

	if (view->changes_n == 0)
		return;
	putc('\n', s->out);
	(void)screen_put(s, STYLE_BOLD, str_z(_("what happened")));
	putc('\n', s->out);
	for (size_t i = 0; i < view->changes_n && i < view->top; i++) {
		const struct change *c = view->changes[i];
		struct str said = str_head(c->said, SAID);

		screen_gap(s, 2);
		screen_wrap(s, 2, INDENT,
		    arena_printf(a, "%s  %.*s%s%.*s: %.*s%s%.*s%s",
			lang_time(a, c->at, true), STR_ARG(c->target),
			c->target.n > 0 ? ", " : "",
			STR_ARG(list_zone(c->list)),
			STR_ARG(what_words(c->what)), said.n > 0 ? " (" : "",
			STR_ARG(said), said.n > 0 ? ")" : ""));
	}
	if (view->changes_n > view->top)
		screen_wrap(s, 0, INDENT,
		    arena_printf(a,
			_n("%s older change; --top shows more",
			    "%s older changes; --top shows more",
			    view->changes_n - view->top),
			lang_number(a, view->changes_n - view->top)));
}

void
history_text(const struct history_view *view, const struct screen *s)
{
	struct arena *a = s->arena;
	size_t n = view->listings_n + view->requests_n + view->changes_n;

	screen_wrap(s, 0, 2,
	    arena_printf(a, _("sereno %s on %.*s, %s %s"), SERENO_VERSION,
		STR_ARG(view->host), lang_time(a, view->at, true),
		lang_zone(a, view->at)));
	screen_style(s, view->listed > 0 ? STYLE_ALARM : STYLE_CALM);
	if (n == 0)
		screen_wrap(s, 0, 2,
		    view->filtered
			? str_z(_("nothing is remembered about that"))
			: arena_printf(a, _("nothing is remembered in %.*s"),
			      STR_ARG(view->path)));
	else
		screen_wrap(s, 0, 2,
		    arena_printf(a,
			_("listed, when last looked at: %zu; cleared: %zu; "
			  "requests: %zu"),
			view->listed, view->listings_n - view->listed,
			view->requests_n));
	screen_style(s, STYLE_PLAIN);
	if (view->listings_n > 0)
		putc('\n', s->out);
	listings_text(view, s);
	requests_text(view, s);
	changes_text(view, s);
	gaps_apart(view->notes, view->notes_n, s);
}

static void
listings_json(struct json *j, const struct history_view *view)
{
	json_array(j, "listings");
	for (size_t i = 0; i < view->listings_n; i++) {
		const struct listing *l = view->listings[i];

		json_object(j, NULL);
		json_str(j, "list", l->list);
		json_str(j, "zone", list_zone(l->list));
		json_str(j, "target", l->target);
		json_str(j, "labels", l->labels);
		json_bool(j, "listed", l->gone == WALL_NONE);
		json_time(j, "first_seen", l->first);
		json_time(j, "last_seen", l->last);
		json_time(j, "gone", l->gone);
		json_end(j);
	}
	json_end(j);
}

static void
requests_json(struct json *j, const struct history_view *view)
{
	json_array(j, "requests");
	for (size_t i = 0; i < view->requests_n; i++) {
		const struct request *r = view->requests[i];

		json_object(j, NULL);
		json_str(j, "id", r->id);
		json_str(j, "state", str_z(request_state_name(r->state)));
		json_time(j, "since", r->at);
		json_u64(j, "times_asked", r->times);
		json_time(j, "first_seen", r->first);
		json_time(j, "last_seen", r->seen);
		json_end(j);
	}
	json_end(j);
}

static void
changes_json(struct json *j, const struct history_view *view)
{
	json_array(j, "changes");
	for (size_t i = 0; i < view->changes_n; i++) {
		const struct change *c = view->changes[i];

		json_object(j, NULL);
		json_time(j, "at", c->at);
		json_str(j, c->target.n > 0 ? "list" : "request", c->list);
		if (c->target.n > 0)
			json_str(j, "target", c->target);
		json_str(j, "change", c->what);
		json_str(j, "said", c->said);
		json_end(j);
	}
	json_end(j);
}

void
history_json(const struct history_view *view, FILE *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "schema", S("sereno/history/1"));
	json_str(&j, "sereno", S(SERENO_VERSION));
	json_str(&j, "host", view->host);
	json_time(&j, "at", view->at);
	json_str(&j, "store", view->path);
	listings_json(&j, view);
	requests_json(&j, view);
	changes_json(&j, view);
	gaps_json(&j, view->notes, view->notes_n);
	json_end(&j);
	json_done(&j);
}
