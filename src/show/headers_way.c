/* SPDX-License-Identifier: ISC */
/*
 * The way of a message, the newest hop first, as its header has it:
 *
 *	#  time                 delay  taken by              from
 *	1  Sat 21 Nov 03:45:00  1m     mx.other.example      203.0.113.5
 *	   -- boundary ------------------------------------------------
 *	2  Sat 21 Nov 03:44:00         mx1.tienda.example !  198.51.100.22
 */
#include "base/lang.h"
#include "base/text.h"
#include "mail/header.h"
#include "show/headers.h"

enum {
	AT = 2,
	NUMBER = 4,
	MOMENT = 21,
	DELAY = 7,
	FIXED = AT + NUMBER + MOMENT + DELAY,
	HANG = 9,
};

/* "2s", "-3m": the largest unit that is not 0. */
static struct str
delay_text(struct arena *a, span_us span)
{
	static const struct {
		span_us unit;
		char letter;
	} units[] = {{US_DAY, 'd'}, {US_HOUR, 'h'}, {US_MINUTE, 'm'}};
	span_us size = span < 0 ? -span : span;

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (size >= 2 * units[i].unit)
			return arena_printf(a, "%lld%c",
			    (long long)(span / units[i].unit), units[i].letter);
	return arena_printf(a, "%llds", (long long)(span / US_SECOND));
}

/* Are the times of this hop and the one below it both known? */
static bool
has_delay(const struct chain *c, size_t i)
{
	return i + 1 < c->n && c->hops[i].received.at != WALL_NONE &&
	       c->hops[i + 1].received.at != WALL_NONE;
}

static struct str
client_word(const struct received_field *r, struct arena *a)
{
	char ip[IP_TEXT];

	if (!ip_is_none(&r->ip))
		return str_keep(a, str_z(ip_text(&r->ip, ip)));
	if (r->rdns.n > 0)
		return r->rdns;
	if (r->helo.n > 0)
		return r->helo;
	return r->uid >= 0 ? arena_printf(a, "uid %lld", (long long)r->uid)
			   : S("-");
}

/* One cell, filled up with blanks. */
static void
cell(const struct screen *s, enum style style, struct str text, size_t width)
{
	struct str safe =
	    text_clip(s->arena, text_safe(s->arena, text), width - 1);
	size_t used = screen_put(s, style, safe);

	screen_gap(s, used < width ? width - used : 0);
}

static void
table_row(const struct chain *c, size_t i, size_t by, const struct screen *s)
{
	const struct hop *hop = &c->hops[i];
	const struct received_field *r = &hop->received;
	struct arena *a = s->arena;
	enum style style = hop->trusted ? STYLE_PLAIN : STYLE_DIM;
	struct str name = r->by.n > 0 ? r->by : S("-");

	screen_gap(s, AT);
	cell(s, style, arena_printf(a, "%zu", i + 1), NUMBER);
	cell(s, style,
	    r->at == WALL_NONE ? S("-") : str_z(lang_moment(a, r->at)), MOMENT);
	cell(s, style, has_delay(c, i) ? delay_text(a, hop->delay) : S(" "),
	    DELAY);
	cell(s, style,
	    hop_is_forged(hop) ? arena_printf(a, "!%.*s", STR_ARG(name)) : name,
	    by);
	screen_put(s, style,
	    text_clip(
		a, text_safe(a, client_word(r, a)), s->width - FIXED - by));
	putc('\n', s->out);
}

static void
boundary_line(const struct screen *s, size_t at)
{
	struct str word = str_z(_("boundary: below it nothing is certain"));

	screen_gap(s, at);
	screen_put(
	    s, STYLE_WARN, arena_printf(s->arena, "== %.*s ==", STR_ARG(word)));
	putc('\n', s->out);
}

static void
table(const struct inspection *x, const struct screen *s)
{
	const struct chain *c = &x->chain;
	size_t by = (s->width - FIXED) / 2;

	screen_gap(s, AT);
	cell(s, STYLE_DIM, S("#"), NUMBER);
	cell(s, STYLE_DIM, str_z(_("time")), MOMENT);
	cell(s, STYLE_DIM, str_z(_("delay")), DELAY);
	cell(s, STYLE_DIM, str_z(_("taken by")), by);
	screen_put(s, STYLE_DIM, str_z(_("from")));
	putc('\n', s->out);
	for (size_t i = 0; i < c->n; i++) {
		table_row(c, i, by, s);
		if (i == c->entry && i + 1 < c->n)
			boundary_line(s, AT + NUMBER);
	}
}

/* ---- the picture ---- */

static void
branch(const struct screen *s, const char *sign, struct str text)
{
	screen_gap(s, AT + NUMBER);
	fputs(sign, s->out);
	screen_gap(s, HANG - AT - NUMBER - 1);
	screen_wrap(s, HANG, HANG, text);
}

/* Comma-separated. */
static struct str
join(struct arena *a, struct str line, struct str more)
{
	if (more.n == 0)
		return line;
	return line.n == 0 ? more
			   : arena_printf(
				 a, "%.*s, %.*s", STR_ARG(line), STR_ARG(more));
}

static struct str
labelled(struct arena *a, const char *form, struct str value)
{
	return value.n == 0 ? value
			    : arena_printf(a, "%s %.*s", form, STR_ARG(value));
}

static struct str
details(const struct received_field *r, struct arena *a)
{
	struct str line = {NULL, 0};

	line = join(a, line, r->program == NULL ? S("") : str_z(r->program));
	line = join(a, line, labelled(a, "id", r->id));
	line = join(a, line, labelled(a, _("for"), r->recipient));
	line = join(a, line, labelled(a, _("sender"), r->sender));
	line = join(a, line, labelled(a, _("login"), r->account));
	if (r->uid >= 0)
		line = join(
		    a, line, arena_printf(a, "uid %lld", (long long)r->uid));
	return line;
}

static struct str
handover(const struct received_field *r, struct arena *a)
{
	struct str with = header_decode(a, r->with.n > 0 ? r->with : r->via);
	struct str line = {NULL, 0};
	char ip[IP_TEXT];

	if (!ip_is_none(&r->ip))
		line = arena_printf(a, _("from %s"), ip_text(&r->ip, ip));
	else if (r->helo.n == 0 && r->rdns.n == 0)
		line = str_z(str_has_fold(with, S("smtp"))
				 ? _("it does not tell from whom")
				 : _("put in on this host"));
	line = join(a, line,
	    r->rdns.n > 0 && r->rdns_doubtful
		? arena_printf(
		      a, _("DNS name %.*s, not confirmed"), STR_ARG(r->rdns))
		: labelled(a, _("DNS name"), r->rdns));
	line = join(a, line, labelled(a, "HELO", r->helo));
	return join(a, line, labelled(a, _("by"), with));
}

static void
state_lines(
    const struct hop *hop, const struct inspection *x, const struct screen *s)
{
	struct str told = {NULL, 0};
	bool own = own_has_name(x->own, hop->received.by);

	if (hop->confirmed)
		branch(s, "|", str_z(_("true: your log has this line's id")));
	else if (hop->trusted)
		branch(s, "|",
		    str_z(own ? _("believed, of your server") : _("believed")));
	for (unsigned bit = 1; bit <= DOUBT_CLOCK; bit <<= 1)
		if ((hop->doubts & bit) != 0)
			told =
			    join(s->arena, told, str_z(_(headers_doubt(bit))));
	if (told.n == 0 && !hop->trusted)
		branch(s, "|",
		    str_z(_("not proved, and nothing speaks against it")));
	if (told.n == 0)
		return;
	if (hop_is_forged(hop))
		branch(s, "!",
		    arena_printf(s->arena, _("FORGED: %.*s"), STR_ARG(told)));
	else
		branch(s, "?",
		    arena_printf(s->arena,
			hop->trusted ? _("look: %.*s") : _("doubtful: %.*s"),
			STR_ARG(told)));
}

static void
picture(const struct inspection *x, const struct screen *s)
{
	const struct chain *c = &x->chain;
	struct arena *a = s->arena;

	for (size_t i = 0; i < c->n; i++) {
		const struct hop *hop = &c->hops[i];
		const struct received_field *r = &hop->received;

		screen_gap(s, AT);
		cell(s, STYLE_PLAIN, arena_printf(a, "%zu", i + 1), NUMBER);
		screen_style(s, hop->trusted ? STYLE_BOLD : STYLE_DIM);
		screen_wrap(s, AT + NUMBER, AT + NUMBER,
		    r->by.n > 0 ? r->by : str_z(_("a host without a name")));
		screen_style(s, STYLE_PLAIN);
		state_lines(hop, x, s);
		if (details(r, a).n > 0)
			branch(s, "|", details(r, a));
		branch(s, "^", handover(r, a));
		if (i != c->entry || i + 1 >= c->n)
			continue;
		boundary_line(s, AT);
		screen_gap(s, AT + 3);
		screen_wrap(s, AT + 3, AT + 3, headers_boundary(x, a));
	}
}

/* The message's own date against the oldest hop's. */
static void
clock_line(const struct inspection *x, const struct screen *s)
{
	const struct chain *c = &x->chain;
	span_us off;

	if (x->date == WALL_NONE || c->n == 0 ||
	    c->hops[c->entry].received.at == WALL_NONE)
		return;
	off = x->date - c->hops[c->entry].received.at;
	if (off < 10 * US_MINUTE && off > -5 * US_DAY)
		return;
	screen_label(s, str_z(_("clock")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    arena_printf(s->arena,
		off > 0 ? _("its Date is %s later than the time at which the "
			    "boundary's host took it: the sender's clock or "
			    "date is wrong")
			: _("its Date is %s older than the time at which the "
			    "boundary's host took it: it waited, or its date "
			    "is wrong"),
		lang_span(s->arena, off > 0 ? off : -off)));
}

void
headers_way(const struct headers_view *view, const struct screen *s)
{
	const struct inspection *x = view->x;
	struct arena *a = s->arena;

	if (x->chain.n == 0) {
		screen_wrap(s, 0, 2,
		    str_z(_("It has no Received line that can be read: it was "
			    "never handed over by a mail server, or somebody "
			    "took these lines away.")));
		putc('\n', s->out);
		return;
	}
	screen_put(
	    s, STYLE_BOLD, str_z(_("the way it took, the newest line first")));
	putc('\n', s->out);
	table(x, s);
	if (x->chain.missed > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(a,
			_n("  %s older line is not shown",
			    "  %s older lines are not shown", x->chain.missed),
			lang_number(a, x->chain.missed)));
	putc('\n', s->out);
	picture(x, s);
	putc('\n', s->out);
	clock_line(x, s);
}
