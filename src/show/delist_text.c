/* SPDX-License-Identifier: ISC */
/*
 * The overview: what blocks us, how far each is and what is next; then what
 * must be in order before anybody is asked. With a word: one of them, the
 * letter, and other ways out.
 */
#include "show/delist.h"

#include "base/lang.h"
#include "base/text.h"
#include "conf/options.h"
#include "show/gaps.h"
#include "show/head_text.h"

enum {
	ID_MAX = 40,
	STATE = 16,
	GAP = 2,
};

static const char nothing_asked[] =
    N_("no log and no list could be asked: it is not known what blocks this "
       "server");

bool
delist_shows(const struct delist_view *view, const struct petition *x)
{
	return view->word.n == 0 || petition_is(x, view->word);
}

/* Could one of them be asked? */
static bool
any_list(const struct dnsbl *d)
{
	for (size_t i = 0; d != NULL && i < d->probes_n; i++)
		if (dnsbl_usable(&d->probes[i]))
			return true;
	return false;
}

int
delist_exit(const struct delist_view *view)
{
	const struct report *report = view->report;

	for (size_t i = 0; i < view->p->n; i++)
		if (delist_shows(view, view->p->items[i]) &&
		    petition_is_open(view->p->items[i]))
			return 1;
	return report->from == WALL_NONE && !any_list(report->listings) ? 3 : 0;
}

static enum style
state_style(enum petition_state state)
{
	switch (state) {
	case PETITION_SENDING:
		return STYLE_ALARM;
	case PETITION_UNREADY:
	case PETITION_OVERDUE:
	case PETITION_REFUSED:
		return STYLE_WARN;
	case PETITION_READY:
	case PETITION_GONE:
		return STYLE_CALM;
	case PETITION_WAITING:
	case PETITION_EXPIRES:
	case PETITION_NOTHING:
	case PETITION_THEIRS:
	case PETITION_UNSEEN:
	case PETITION_STATES:
		break;
	}
	return STYLE_PLAIN;
}

/* How many there are, and for how many of them something can be done today.
 * unknown: not all of what they need is known. */
static struct str
count_words(struct arena *a, size_t open, size_t ready, bool unknown)
{
	if (open == 0)
		return str_z(_("no block is left to be lifted: what is below "
			       "is watched, or the receiver's own mistake"));
	if (ready == 0)
		return arena_printf(a,
		    _n("%zu block; there is nothing to ask for today",
			"%zu blocks; there is nothing to ask for today", open),
		    open);
	if (unknown)
		return arena_printf(a,
		    _n("%zu block; as far as is known, all is in order to "
		       "ask for the removal of %zu",
			"%zu blocks; as far as is known, all is in order to "
			"ask for the removal of %zu",
			open),
		    open, ready);
	return arena_printf(a,
	    _n("%zu block; all is in order to ask for the removal of %zu",
		"%zu blocks; all is in order to ask for the removal of %zu",
		open),
	    open, ready);
}

static void
headline(const struct delist_view *view, const struct screen *s)
{
	const struct petitions *p = view->p;
	size_t open = 0, ready = 0;
	bool sending = false, unknown = false;

	for (size_t i = 0; i < p->n; i++) {
		open += petition_is_open(p->items[i]);
		ready += p->items[i]->state == PETITION_READY;
		unknown |= p->items[i]->state == PETITION_READY &&
			   p->items[i]->unknown != 0;
		sending |= p->items[i]->state == PETITION_SENDING;
	}
	screen_style(s, sending                  ? STYLE_ALARM
			: open > 0               ? STYLE_WARN
			: delist_exit(view) == 3 ? STYLE_WARN
			: p->n == 0              ? STYLE_CALM
						 : STYLE_PLAIN);
	screen_wrap(s, 0, 2,
	    delist_exit(view) == 3 ? str_z(_(nothing_asked))
	    : p->n == 0
		? str_z(!any_list(view->report->listings)
			    ? _("no receiver refuses this server, as far "
				"as the logs say; the lists were not "
				"asked")
			    : _("nothing blocks this server, as far as "
				"lists and logs say"))
	    : sending
		? arena_printf(s->arena,
		      _n("%zu block, and the source still sends: nobody is to "
			 "be asked now",
			  "%zu blocks, and the source still sends: nobody is "
			  "to be asked now",
			  open),
		      open)
		: count_words(s->arena, open, ready, unknown));
	screen_style(s, STYLE_PLAIN);
	putc('\n', s->out);
}

static void
put_column(
    const struct screen *s, enum style style, struct str text, size_t width)
{
	struct str shown =
	    text_clip(s->arena, text_safe(s->arena, text), width);
	size_t used = screen_put(s, style, shown);

	if (width + GAP > used)
		screen_gap(s, width + GAP - used);
}

static void
table(const struct delist_view *view, const struct screen *s)
{
	const struct petitions *p = view->p;
	size_t width = 8, states = 5;

	for (size_t i = 0; i < p->n; i++) {
		size_t n = text_width(text_safe(s->arena, p->items[i]->id));
		size_t k = text_width(
		    str_z(_(petition_state_word(p->items[i]->state))));

		width = n > width ? n : width;
		states = k > states ? k : states;
	}
	width = width > ID_MAX ? ID_MAX : width;
	for (size_t i = 0; i < p->n; i++) {
		const struct petition *x = p->items[i];

		put_column(s, STYLE_BOLD, x->id, width);
		put_column(s, state_style(x->state),
		    str_z(_(petition_state_word(x->state))), states);
		screen_wrap(s, width + states + 2 * GAP,
		    width + states + 2 * GAP, petition_next(p, s->arena, x));
		if (x->way->paid) {
			screen_gap(s, 4);
			screen_wrap(s, 4, 4,
			    str_z(_("Somebody offers to remove it for money: "
				    "do not pay.")));
		}
	}
	if (p->n > 0)
		putc('\n', s->out);
}

static const char *
need_word(enum need need)
{
	static const char *const words[NEEDS] = {
	    [NEED_QUIET] = N_("source silent"),
	    [NEED_QUEUE] = N_("queue clean"),
	    [NEED_PTR] = N_("reverse name"),
	    [NEED_HELO] = N_("greeting"),
	    [NEED_SPF] = N_("SPF"),
	    [NEED_DMARC] = N_("DMARC"),
	    [NEED_RELAY] = N_("no open relay"),
	};

	return words[need];
}

static void
say_need(const struct screen *s, const struct standing *standing,
    enum need need, bool bad)
{
	static const char *const marks[] = {
	    [STANDING_UNKNOWN] = "?",
	    [STANDING_GOOD] = "+",
	    [STANDING_BAD] = "-",
	};
	enum standing_state state = bad ? STANDING_BAD : standing->state;
	size_t used;

	screen_gap(s, 2);
	used = screen_put(s,
	    state == STANDING_BAD    ? STYLE_WARN
	    : state == STANDING_GOOD ? STYLE_CALM
				     : STYLE_DIM,
	    str_z(marks[state]));
	putc(' ', s->out);
	used += 3 + screen_put(s, STYLE_BOLD, str_z(_(need_word(need))));
	(void)screen_put(s, STYLE_PLAIN, S(": "));
	screen_wrap(s, used + 2, 6, standing->sentence);
	if (state == STANDING_BAD && standing->proof != NULL &&
	    standing->proof->source.n > 0) {
		screen_gap(s, 6);
		screen_wrap(s, 6, 8,
		    arena_printf(s->arena, _("%.*s line %lu: %.*s"),
			STR_ARG(standing->proof->source),
			(unsigned long)standing->proof->line,
			STR_ARG(standing->proof->excerpt)));
	}
}

/* What a petition needs, or, for the overview, what any of them does. */
static void
needs(const struct delist_view *view, const struct screen *s, unsigned wanted,
    struct str target, bool sending)
{
	const struct footing *f = &view->p->footing;

	for (int i = 0; i < NEEDS; i++)
		if ((wanted & 1U << i) != 0)
			say_need(s, footing_of(f, target, (enum need)i),
			    (enum need)i, i == NEED_QUIET && sending);
}

static void
overview(const struct delist_view *view, const struct screen *s)
{
	const struct petitions *p = view->p;
	unsigned wanted = 0;
	bool sending = false, drafts = false;

	headline(view, s);
	table(view, s);
	for (size_t i = 0; i < p->n; i++) {
		wanted |= p->items[i]->way->needs;
		sending |= p->items[i]->state == PETITION_SENDING;
		drafts |= petition_may_ask(p->items[i]);
	}
	if (p->n == 0)
		return;
	screen_wrap(s, 0, 2,
	    str_z(_("before anybody is asked (+ in order, - not, ? not "
		    "known):")));
	needs(view, s, wanted,
	    p->footing.hosts_n > 0 ? p->footing.hosts[0].target : S(""),
	    sending);
	putc('\n', s->out);
	screen_wrap(s, 0, 2,
	    arena_printf(s->arena,
		drafts ? _("'sereno delist %.*s%.*s' shows one with its "
			   "letter")
		       : _("'sereno delist %.*s%.*s' shows one, and other "
			   "ways out"),
		STR_ARG(options_word(s->arena, p->items[0]->id)),
		STR_ARG(view->again)));
}

/* ---- one of them ---- */

static void
say_words(const struct petition *x, const struct screen *s)
{
	if (x->meaning[0] != '\0')
		screen_line(s, _("means"), str_z(_(x->meaning)));
	if (x->said.n > 0)
		screen_line(s, _("their words"), x->said);
	if (x->cite != NULL && x->cite->source.n > 0)
		screen_line(s, _("proof"),
		    arena_printf(s->arena, _("%.*s line %lu: %.*s"),
			STR_ARG(x->cite->source), (unsigned long)x->cite->line,
			STR_ARG(x->cite->excerpt)));
	if (x->first != WALL_NONE)
		screen_line(
		    s, _("since"), str_z(lang_time(s->arena, x->first, true)));
}

static void
say_way(const struct delist_view *view, const struct petition *x,
    const struct screen *s)
{
	struct str to = petition_to(s->arena, x);

	screen_line(s, _("way back"),
	    to.n > 0 ? arena_printf(s->arena, "%s: %.*s",
			   _(way_how_sentence(x->way->how)), STR_ARG(to))
		     : str_z(_(way_how_sentence(x->way->how))));
	if (x->way->expiry_hours > 0)
		screen_line(s, _("clock"),
		    arena_printf(s->arena,
			_("it goes by itself %s after the last cause"),
			lang_span(s->arena,
			    (span_us)x->way->expiry_hours * US_HOUR)));
	if (x->way->note[0] != '\0')
		screen_line(s, _("note"), str_z(_(x->way->note)));
	if (x->way->paid)
		screen_line(s, _("money"),
		    str_z(_("Somebody offers to remove it for money: do not "
			    "pay.")));
	if (x->times > 0)
		screen_line(s, _("asked"),
		    arena_printf(s->arena,
			_n("%lu time, last noted on %s",
			    "%lu times, last noted on %s",
			    (unsigned long)x->times),
			(unsigned long)x->times,
			lang_time(s->arena, x->asked_at, true)));
	screen_line(s, _("next"), petition_next(view->p, s->arena, x));
	putc('\n', s->out);
}

static void
letter(const struct delist_view *view, const struct petition *x,
    const struct screen *s)
{
	struct draft d;
	struct str rest, text;

	if (!way_has_letter(x->way->how))
		return;
	if (!draft_make(s->arena, view->p, x, view->report, view->done,
		view->done_n, &d)) {
		screen_style(s, STYLE_WARN);
		screen_wrap(s, 0, 2,
		    str_z(x->state == PETITION_SENDING
			      ? _("no letter is drafted: the source still "
				  "sends, and who is asked too early lists "
				  "again and listens less")
			      : _("no letter is drafted before the above is "
				  "in order")));
		screen_style(s, STYLE_PLAIN);
		putc('\n', s->out);
		return;
	}
	screen_wrap(s, 0, 2,
	    str_z(d.to.n > 0 ? _("the letter, or the words for the form:")
			     : _("the ticket for the owner of the network "
				 "(your hoster):")));
	if (x->way->english_only && !str_eq(str_z(_("en")), S("en")))
		screen_wrap(s, 0, 2,
		    arena_printf(s->arena,
			_("they read English: sereno delist %.*s%.*s --lang "
			  "en"),
			STR_ARG(options_word(s->arena, x->id)),
			STR_ARG(view->again)));
	putc('\n', s->out);
	if (d.to.n > 0)
		fprintf(s->out, "%s %.*s\n", _("To:"), STR_ARG(d.to));
	fprintf(s->out, "%s %.*s\n\n", _("Subject:"), STR_ARG(d.subject));
	rest = d.body;
	while (rest.n > 0) {
		text = str_take(&rest, '\n');
		fprintf(s->out, "%.*s\n", STR_ARG(text));
	}
	putc('\n', s->out);
	if (d.blanks > 0)
		screen_wrap(s, 0, 2,
		    str_z(_("Fill in what stands in brackets; --done \"...\" "
			    "says what was done.")));
	if (view->kept)
		screen_wrap(s, 0, 2,
		    arena_printf(s->arena,
			_("When it is sent: sereno delist %.*s --mark "
			  "asked%.*s"),
			STR_ARG(options_word(s->arena, x->id)),
			STR_ARG(view->store)));
	putc('\n', s->out);
}

static void
escapes(const struct delist_view *view, const struct screen *s)
{
	const struct footing *f = &view->p->footing;

	screen_style(s, STYLE_BOLD);
	screen_wrap(s, 0, 2, str_z(_("other ways out meanwhile:")));
	screen_style(s, STYLE_PLAIN);
	for (int i = 0; i < ESCAPES; i++) {
		enum escape_what what = (enum escape_what)i;
		const struct escape *e = escape_find(view->mta, what);
		struct str rest;

		screen_gap(s, 2);
		screen_wrap(s, 2, 4, str_z(_(escape_title(what))));
		screen_gap(s, 4);
		screen_wrap(s, 4, 4, str_z(_(escape_risk(what))));
		if (e == NULL)
			continue;
		screen_gap(s, 4);
		screen_wrap(s, 4, 4, arena_printf(s->arena, "%s:", e->where));
		rest = str_z(e->lines);
		while (rest.n > 0) {
			struct str text = str_take(&rest, '\n');

			fprintf(s->out, "      %.*s\n", STR_ARG(text));
		}
	}
	if (f->record.n == 0)
		return;
	screen_gap(s, 2);
	screen_wrap(s, 2, 4,
	    arena_printf(s->arena,
		_("the SPF record of %.*s then, before the first mail goes:"),
		STR_ARG(f->record_of)));
	screen_gap(s, 4);
	screen_wrap(
	    s, 4, 6, escape_spf(s->arena, f->record, "ip4:NEW-ADDRESS"));
	screen_gap(s, 4);
	screen_wrap(
	    s, 4, 6, escape_spf(s->arena, f->record, "include:SPF-OF-RELAY"));
}

static void
details(const struct delist_view *view, const struct screen *s)
{
	bool any = false, blocks = false;

	for (size_t i = 0; i < view->p->n; i++) {
		const struct petition *x = view->p->items[i];
		size_t used;

		if (!delist_shows(view, x))
			continue;
		any = true;
		used = screen_put(s, STYLE_BOLD, x->id);
		used += screen_put(s, STYLE_PLAIN, S("  "));
		used += screen_put(s, state_style(x->state),
		    str_z(_(petition_state_word(x->state))));
		used += screen_put(s, STYLE_PLAIN, S("  "));
		screen_wrap(s, used, 2, str_z(x->way->name));
		say_words(x, s);
		say_way(view, x, s);
		needs(view, s, x->way->needs, x->target,
		    x->state == PETITION_SENDING);
		if (x->way->needs != 0)
			putc('\n', s->out);
		if (x->state == PETITION_GONE)
			continue;
		letter(view, x, s);
		blocks = true;
	}
	if (blocks)
		escapes(view, s);
	else if (!any)
		screen_wrap(s, 0, 2,
		    delist_exit(view) == 3
			? str_z(_(nothing_asked))
			: arena_printf(s->arena,
			      _("nothing of that name blocks this server: "
				"%.*s"),
			      STR_ARG(view->word)));
}

void
delist_text(const struct delist_view *view, const struct screen *s)
{
	head_text(view->report, s);
	if (view->word.n == 0)
		overview(view, s);
	else
		details(view, s);
	gaps_text(view->report->not_examined, view->report->not_examined_n, s);
}
