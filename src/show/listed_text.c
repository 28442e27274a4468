/* SPDX-License-Identifier: ISC */
/*
 * The matrix of lists and addresses, then each list that has something with
 * what it means and the way off it, then what could not be checked.
 */
#include "show/listed.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/gaps.h"

enum {
	COLUMNS = 4, /* targets side by side; more are shown as lines */
	CELL_MIN = 8,
	GAP = 2,
	NAMES = 5, /* targets named behind a list */
	ROWS = 60,
	TEXT_MAX = 300,
};

static bool
row_worth(const struct dnsbl *d, size_t probe)
{
	const struct dnsbl_probe *p = &d->probes[probe];

	if (p->list->kind != LIST_BLOCK)
		return false;
	for (size_t t = 0; t < d->targets_n; t++) {
		enum dnsbl_cell cell = dnsbl_cell_of(d, probe, t);

		if (cell == CELL_LISTED ||
		    (cell == CELL_UNKNOWN && dnsbl_usable(p)))
			return true;
	}
	return false;
}

static const struct dnsbl_entry *
entry_of(const struct dnsbl *d, size_t probe, size_t target)
{
	for (size_t i = 0; i < d->entries_n; i++)
		if (d->entries[i]->probe == probe &&
		    d->entries[i]->target == target)
			return d->entries[i];
	return NULL;
}

static struct str
cell_text(const struct dnsbl *d, struct arena *a, size_t probe, size_t target)
{
	const struct dnsbl_entry *e = entry_of(d, probe, target);

	switch (dnsbl_cell_of(d, probe, target)) {
	case CELL_LISTED:
		return e != NULL ? listed_labels(a, e) : S("");
	case CELL_CLEAN:
		return S("-");
	case CELL_UNKNOWN:
		return S("?");
	case CELL_GOOD:
	case CELL_NEUTRAL:
		return S("(-)");
	case CELL_NOT_ASKED:
	case CELL_WAITING:
		return S("");
	}
	return S("");
}

static enum style
cell_style(const struct dnsbl *d, size_t probe, size_t target)
{
	const struct dnsbl_entry *e = entry_of(d, probe, target);

	if (e == NULL || e->cell != CELL_LISTED)
		return STYLE_PLAIN;
	return dnsbl_entry_severity(d, e) <= LIST_SEVERITY_HIGH ? STYLE_ALARM
								: STYLE_WARN;
}

/* Text in a column of that width, cut when it is longer. */
static void
put_column(const struct screen *s, enum style style, struct str text,
    size_t width, bool last)
{
	struct str shown =
	    text_clip(s->arena, text_safe(s->arena, text), width);
	size_t used = screen_put(s, style, shown);

	if (!last && width > used)
		screen_gap(s, width - used);
}

static void
matrix(const struct dnsbl *d, const struct screen *s)
{
	size_t first = 0, columns[COLUMNS], room;
	size_t clean = 0;

	for (size_t i = 0; i < d->probes_n; i++)
		if (row_worth(d, i) && d->probes[i].shown.n > first)
			first = d->probes[i].shown.n;
	if (first > s->width / 2)
		first = s->width / 2;
	room = (s->width - first) / d->targets_n - GAP;
	for (size_t t = 0; t < d->targets_n; t++) {
		columns[t] = d->targets[t].name.n;
		if (columns[t] < CELL_MIN)
			columns[t] = CELL_MIN;
		if (columns[t] > room)
			columns[t] = room;
	}
	screen_gap(s, first);
	for (size_t t = 0; t < d->targets_n; t++) {
		screen_gap(s, GAP);
		put_column(s, STYLE_BOLD, d->targets[t].name, columns[t],
		    t + 1 == d->targets_n);
	}
	putc('\n', s->out);
	for (size_t i = 0; i < d->probes_n; i++) {
		const struct dnsbl_probe *p = &d->probes[i];

		if (!row_worth(d, i)) {
			clean += dnsbl_usable(p) && p->list->kind == LIST_BLOCK;
			continue;
		}
		put_column(s, STYLE_PLAIN, p->shown, first, false);
		for (size_t t = 0; t < d->targets_n; t++) {
			screen_gap(s, GAP);
			put_column(s, cell_style(d, i, t),
			    cell_text(d, s->arena, i, t), columns[t],
			    t + 1 == d->targets_n);
		}
		putc('\n', s->out);
	}
	if (clean > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(s->arena,
			_n("%zu more list has none of them",
			    "%zu more lists have none of them", clean),
			clean));
	putc('\n', s->out);
}

/* Many targets: one line for each that is listed. */
static void
lines(const struct dnsbl *d, const struct screen *s)
{
	size_t shown = 0, listed = 0;

	for (size_t t = 0; t < d->targets_n; t++) {
		struct str text = {NULL, 0};
		size_t used;

		for (size_t i = 0; i < d->entries_n; i++) {
			const struct dnsbl_entry *e = d->entries[i];

			if (e->target != t || e->cell != CELL_LISTED)
				continue;
			text = arena_printf(s->arena, "%.*s%s%.*s (%.*s)",
			    STR_ARG(text), text.n > 0 ? ", " : "",
			    STR_ARG(d->probes[e->probe].shown),
			    STR_ARG(listed_labels(s->arena, e)));
		}
		if (text.n == 0)
			continue;
		listed++;
		if (shown == ROWS)
			continue;
		shown++;
		used = screen_put(s, STYLE_BOLD, d->targets[t].name);
		screen_gap(s, GAP);
		screen_wrap(s, used + GAP, 4, text);
	}
	if (listed > shown)
		screen_wrap(s, 0, 2,
		    arena_printf(s->arena,
			_("... and %zu more are listed (--json names them "
			  "all)"),
			listed - shown));
	screen_wrap(s, 0, 2,
	    arena_printf(s->arena, _("%zu of %zu are on no list"),
		d->targets_n - listed, d->targets_n));
	putc('\n', s->out);
}

/* "203.0.113.25, 203.0.113.26 and 12 more" */
static struct str
names_of(const struct dnsbl *d, size_t probe, struct arena *a)
{
	struct str text = {NULL, 0};
	size_t n = 0;

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];

		if (e->probe != probe || e->cell != CELL_LISTED)
			continue;
		if (n++ < NAMES)
			text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text),
			    n > 1 ? ", " : "",
			    STR_ARG(d->targets[e->target].name));
	}
	if (n > NAMES)
		text = arena_printf(
		    a, _("%.*s and %zu more"), STR_ARG(text), n - NAMES);
	return text;
}

static void
say_causes(const struct dnsbl *d, size_t probe, const struct screen *s)
{
	bool said[CAUSES] = {false};

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];

		if (e->probe != probe || e->cell != CELL_LISTED)
			continue;
		for (size_t k = 0; k < e->n; k++) {
			const struct list_reading *r = &e->readings[k];

			if (r->kind != READING_BAD || said[r->cause])
				continue;
			said[r->cause] = true;
			screen_gap(s, 4);
			screen_wrap(s, 4, 4,
			    r->label[0] != '\0'
				? arena_printf(s->arena, "%s: %s", r->label,
				      _(cause_sentence(r->cause)))
				: str_z(_(cause_sentence(r->cause))));
			if (!r->documented) {
				screen_gap(s, 4);
				screen_wrap(s, 4, 4,
				    arena_printf(s->arena,
					_("(its answer %u.%u.%u.%u is "
					  "documented nowhere)"),
					r->code >> 24, r->code >> 16 & 255,
					r->code >> 8 & 255, r->code & 255));
			}
		}
	}
}

static void
say_texts(const struct dnsbl *d, size_t probe, const struct screen *s)
{
	struct str before = {NULL, 0};

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];

		if (e->probe != probe || e->text.n == 0 ||
		    e->cell != CELL_LISTED || str_eq(e->text, before))
			continue;
		if (before.n > 0)
			return; /* one is enough to read; --json has all */
		before = e->text;
		screen_gap(s, 4);
		screen_wrap(s, 4, 4,
		    arena_printf(s->arena, _("its words: %.*s"),
			STR_ARG(str_head(e->text, TEXT_MAX))));
	}
}

/* The earliest of the list's entries: most often there is one. */
static void
say_since(const struct listed_view *view, size_t probe, const struct screen *s)
{
	const struct dnsbl *d = view->d;
	wall_us since = WALL_NONE;

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];
		wall_us first = e->probe == probe && e->cell == CELL_LISTED
				    ? listed_since(view, e)
				    : WALL_NONE;

		if (first != WALL_NONE && (since == WALL_NONE || first < since))
			since = first;
	}
	if (since == WALL_NONE)
		return;
	screen_gap(s, 4);
	screen_wrap(s, 4, 4,
	    view->at - since < US_MINUTE
		? arena_printf(s->arena, _("First seen there on %s."),
		      lang_time(s->arena, since, true))
		: arena_printf(s->arena, _("First seen there on %s, %s ago."),
		      lang_time(s->arena, since, true),
		      lang_span(s->arena, view->at - since)));
}

static struct str
url_of(const struct dnsbl *d, size_t probe, struct arena *a)
{
	struct str rest = str_z(d->probes[probe].list->url);
	size_t at = str_find(rest, S("{ip}"));
	struct str ip = {NULL, 0};

	for (size_t i = 0; i < d->entries_n && ip.n == 0; i++)
		if (d->entries[i]->probe == probe)
			ip = d->targets[d->entries[i]->target].name;
	if (at == rest.n)
		return rest;
	return arena_printf(a, "%.*s%.*s%.*s", (int)at, rest.p, STR_ARG(ip),
	    STR_ARG(str_skip(rest, at + 4)));
}

static void
say_way_back(const struct dnsbl *d, size_t probe, const struct screen *s)
{
	const struct list *list = d->probes[probe].list;
	struct arena *a = s->arena;

	if (list->expiry_hours > 0) {
		screen_gap(s, 4);
		screen_wrap(s, 4, 4,
		    arena_printf(a,
			_("It goes by itself %s after the last cause."),
			lang_span(a, (span_us)list->expiry_hours * US_HOUR)));
	}
	if (list->removal != REMOVAL_NONE) {
		screen_gap(s, 4);
		screen_wrap(s, 4, 4,
		    arena_printf(a, "%s %.*s",
			_(list_removal_sentence(list->removal)),
			STR_ARG(url_of(d, probe, a))));
	}
	if (list->note[0] != '\0') {
		screen_gap(s, 4);
		screen_wrap(s, 4, 4, str_z(_(list->note)));
	}
	if (list->paid && list->note[0] == '\0') {
		screen_gap(s, 4);
		screen_wrap(s, 4, 4,
		    str_z(_("Removal for money is offered: do not pay.")));
	}
}

static bool
has_listing(const struct dnsbl *d, size_t probe, enum list_severity severity)
{
	for (size_t i = 0; i < d->entries_n; i++)
		if (d->entries[i]->probe == probe &&
		    d->entries[i]->cell == CELL_LISTED &&
		    d->probes[probe].list->severity == severity)
			return true;
	return false;
}

static void
details(const struct listed_view *view, const struct screen *s)
{
	const struct dnsbl *d = view->d;

	for (int severity = 0; severity < LIST_SEVERITIES; severity++)
		for (size_t i = 0; i < d->probes_n; i++) {
			size_t used;

			if (!has_listing(d, i, (enum list_severity)severity))
				continue;
			used = screen_put(s, STYLE_BOLD, d->probes[i].shown);
			putc(' ', s->out);
			screen_wrap(s, used + 1, 4,
			    arena_printf(s->arena, "(%s): %.*s",
				_(list_severity_word(
				    (enum list_severity)severity)),
				STR_ARG(names_of(d, i, s->arena))));
			say_causes(d, i, s);
			say_texts(d, i, s);
			say_since(view, i, s);
			say_way_back(d, i, s);
			putc('\n', s->out);
		}
}

static struct str
change_sentence(
    struct arena *a, const struct dnsbl *d, const struct listed_change *c)
{
	struct str who = d->targets[c->target].name;
	struct str where = d->probes[c->probe].shown;
	const char *since = lang_time(a, c->since, true);

	switch (c->what) {
	case LISTED_NEW:
		return arena_printf(a,
		    _("%.*s is new on %.*s; on %s it was not there"),
		    STR_ARG(who), STR_ARG(where), since);
	case LISTED_AGAIN:
		return arena_printf(a,
		    _("%.*s is on %.*s again; it had been let go on %s"),
		    STR_ARG(who), STR_ARG(where), since);
	case LISTED_GONE:
		return arena_printf(a,
		    _("%.*s is no longer on %.*s, where it was first seen "
		      "on %s"),
		    STR_ARG(who), STR_ARG(where), since);
	case LISTED_UNSURE:
		return arena_printf(a,
		    _("%.*s may be gone from %.*s, where it was first seen on "
		      "%s: no second name server says so yet"),
		    STR_ARG(who), STR_ARG(where), since);
	case LISTED_UNSEEN:
		return arena_printf(a,
		    _("%.*s was on %.*s, first seen on %s; that list does not "
		      "answer now"),
		    STR_ARG(who), STR_ARG(where), since);
	}
	return S("");
}

static void
changes(const struct listed_view *view, const struct screen *s)
{
	for (size_t i = 0; i < view->changes_n && i < ROWS; i++) {
		const struct listed_change *c = &view->changes[i];
		size_t used = screen_put(s,
		    c->what == LISTED_GONE     ? STYLE_CALM
		    : c->what == LISTED_UNSURE ? STYLE_DIM
					       : STYLE_WARN,
		    str_z(_("changed:")));

		putc(' ', s->out);
		screen_wrap(
		    s, used + 1, 4, change_sentence(s->arena, view->d, c));
	}
	if (view->changes_n > ROWS)
		screen_wrap(s, 0, 2,
		    arena_printf(s->arena,
			_("... and %zu more changes (--json names them all)"),
			view->changes_n - ROWS));
	if (view->changes_n > 0)
		putc('\n', s->out);
}

static void
good_and_scores(const struct dnsbl *d, const struct screen *s)
{
	bool any = false;

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];
		const struct dnsbl_probe *p = &d->probes[e->probe];
		const struct list_reading *r = &e->readings[0];
		struct str value = {NULL, 0};

		if (e->cell == CELL_LISTED && p->list->kind != LIST_SCORE)
			continue;
		if (p->list->decode == DECODE_SCORE)
			value = arena_printf(
			    s->arena, _(" (score %d of 100)"), r->value);
		else if (p->list->decode == DECODE_DNSWL)
			value = arena_printf(
			    s->arena, _(" (trust %d of 3)"), r->value);
		else if (p->list->decode == DECODE_HOURS)
			value =
			    arena_printf(s->arena, _(" (%d hours)"), r->value);
		screen_wrap(s, 0, 4,
		    arena_printf(s->arena, _("%.*s says of %.*s: %s%.*s"),
			STR_ARG(p->shown), STR_ARG(d->targets[e->target].name),
			_(cause_sentence(r->cause)), STR_ARG(value)));
		any = true;
	}
	if (any)
		putc('\n', s->out);
}

/* Lists with the same fault, in one sentence. */
static void
broken_of(
    const struct dnsbl *d, enum dnsbl_health health, const struct screen *s)
{
	struct str names = {NULL, 0};
	size_t n = 0, used;

	for (size_t i = 0; i < d->probes_n; i++) {
		if (d->probes[i].health != health)
			continue;
		if (!str_has(names, d->probes[i].shown))
			names = arena_printf(s->arena, "%.*s%s%.*s",
			    STR_ARG(names), n++ > 0 ? ", " : "",
			    STR_ARG(d->probes[i].shown));
	}
	if (n == 0)
		return;
	used = screen_put(
	    s, STYLE_DIM, str_z(_n("cannot check:", "cannot check:", n)));
	putc(' ', s->out);
	screen_wrap(s, used + 1, 4,
	    arena_printf(s->arena, "%.*s: %s", STR_ARG(names),
		_(dnsbl_health_sentence(health))));
}

static void
broken_dead(const struct dnsbl *d, const struct screen *s)
{
	for (size_t i = 0; i < d->probes_n; i++) {
		const struct dnsbl_probe *p = &d->probes[i];
		size_t used;

		if (p->health != HEALTH_DEAD)
			continue;
		used = screen_put(s, STYLE_WARN, str_z(_("refused:")));
		putc(' ', s->out);
		screen_wrap(s, used + 1, 4,
		    arena_printf(s->arena, "%.*s (%s%s%s): %s",
			STR_ARG(p->shown), p->dead->operator,
			p->dead->since[0] != '\0' ? ", " : "", p->dead->since,
			_(dead_sentence(p->dead->why))));
	}
}

static void
foot(const struct listed_view *view, const struct screen *s)
{
	broken_dead(view->d, s);
	for (int health = HEALTH_REFUSED; health < HEALTHS; health++)
		if (health != HEALTH_DEAD)
			broken_of(view->d, (enum dnsbl_health)health, s);
	gaps_text(view->notes, view->notes_n, s);
}

static const char *
many_lists(struct arena *a, size_t n)
{
	return arena_printf(a, _n("%zu list", "%zu lists", n), n).p;
}

static const char *
many_targets(struct arena *a, size_t n)
{
	return arena_printf(
	    a, _n("%zu address or name", "%zu addresses and names", n), n)
	    .p;
}

static void
head(const struct listed_view *view, const struct screen *s)
{
	struct arena *a = s->arena;
	struct listed_sums sums;
	size_t lists = 0;

	listed_sum(view, &sums);
	for (size_t i = 0; i < view->d->probes_n; i++)
		lists += view->d->probes[i].health != HEALTH_DEAD &&
			 view->d->probes[i].health != HEALTH_NO_KEY;
	screen_wrap(s, 0, 2,
	    arena_printf(a, _("sereno %s on %.*s, %s %s"), SERENO_VERSION,
		STR_ARG(view->host), lang_time(a, view->at, true),
		lang_zone(a, view->at)));
	screen_wrap(s, 0, 2,
	    arena_printf(a,
		_("asked %s about %s in %s s (questions: %s, %.*s)"),
		many_lists(a, lists), many_targets(a, view->d->targets_n),
		lang_seconds(a, view->took), lang_number(a, view->asked),
		STR_ARG(view->resolver)));
	putc('\n', s->out);
	screen_style(s, sums.entries == 0
			    ? (sums.lists > 0 ? STYLE_CALM : STYLE_WARN)
			: sums.worst <= LIST_SEVERITY_HIGH ? STYLE_ALARM
							   : STYLE_WARN);
	screen_wrap(s, 0, 2, listed_headline(view, a));
	screen_style(s, STYLE_PLAIN);
	putc('\n', s->out);
}

void
listed_text(const struct listed_view *view, const struct screen *s)
{
	const struct dnsbl *d = view->d;
	bool rows = false;

	head(view, s);
	for (size_t i = 0; i < d->probes_n; i++)
		rows |= row_worth(d, i);
	if (rows && d->targets_n <= COLUMNS)
		matrix(d, s);
	else if (rows)
		lines(d, s);
	details(view, s);
	changes(view, s);
	good_and_scores(d, s);
	foot(view, s);
}
