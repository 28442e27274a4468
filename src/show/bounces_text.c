/* SPDX-License-Identifier: ISC */
#include "show/bounces.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/plot.h"

enum {
	SHOWN = 5, /* names in a row */
	PROOFS = 3,
};

int
bounces_exit(const struct bag *bag)
{
	if (bag->messages == 0)
		return 3;
	return bag->records_n > 0 || bag->kinds[NOTICE_COMPLAINT] > 0 ||
	       bag->kinds[NOTICE_FAILURE] > 0;
}

/* "1,020 bounces, 12 notices of delay, ..." */
static struct str
kinds_line(const struct bag *bag, struct arena *a)
{
	static const struct {
		enum notice_kind kind;
		const char *one, *many;
	} words[] = {
	    {NOTICE_BOUNCE, N_("%s bounce"), N_("%s bounces")},
	    {NOTICE_DELAY, N_("%s notice of delay"), N_("%s notices of delay")},
	    {NOTICE_COMPLAINT, N_("%s complaint"), N_("%s complaints")},
	    {NOTICE_FAILURE, N_("%s report of failed authentication"),
		N_("%s reports of failed authentication")},
	    {NOTICE_DELIVERED, N_("%s receipt"), N_("%s receipts")},
	    {NOTICE_AUTOREPLY, N_("%s automatic answer"),
		N_("%s automatic answers")},
	    {NOTICE_CHALLENGE, N_("%s challenge of a spam filter"),
		N_("%s challenges of spam filters")},
	    {NOTICE_ORDINARY, N_("%s other"), N_("%s others")},
	};
	struct str line = {NULL, 0};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		uint64_t n = bag->kinds[words[i].kind];
		struct str number = str_z(lang_number(a, n));
		struct str form =
		    str_z(n == 1 ? _(words[i].one) : _(words[i].many));
		size_t at = str_find(form, S("%s"));

		if (n == 0 && words[i].kind != NOTICE_BOUNCE)
			continue;
		line = arena_printf(a, "%.*s%s%.*s%.*s%.*s", STR_ARG(line),
		    line.n > 0 ? ", " : "", STR_ARG(str_head(form, at)),
		    STR_ARG(number), STR_ARG(str_skip(form, at + 2)));
	}
	return line;
}

static void
head(const struct report *report, const struct bag *bag, const struct screen *s)
{
	struct arena *a = s->arena;

	screen_wrap(s, 0, 2,
	    arena_printf(a, "sereno %s, %s %s", SERENO_VERSION,
		lang_time(a, report->at, true), lang_zone(a, report->at)));
	screen_wrap(s, 0, 2,
	    arena_printf(a,
		_n("read %s message (%s) in %s s: %s",
		    "read %s messages (%s) in %s s: %s", bag->messages),
		lang_number(a, bag->messages), lang_bytes(a, bag->bytes),
		lang_seconds(a, report->took), kinds_line(bag, a).p));
	putc('\n', s->out);
}

static struct str
headline(
    const struct bag *bag, bool known, struct arena *a, enum style *ret_style)
{
	const char *forged = lang_number(a, bag->states[CLAIM_FORGED]);
	const char *ours = lang_number(a, bag->states[CLAIM_OURS]);
	const char *all = lang_number(a, bag->records_n);

	*ret_style = STYLE_WARN;
	switch (bag->verdict) {
	case BAG_SPOOFED:
		return arena_printf(a,
		    known ? _("YOU ARE BEING SPOOFED (%s of %s bounces): "
			      "strangers send mail under your addresses; it "
			      "does not pass your server")
			  : _("YOU ARE BEING SPOOFED (%s of %s bounces): "
			      "strangers send mail under your addresses from "
			      "elsewhere"),
		    forged, all);
	case BAG_OURS:
		*ret_style = STYLE_ALARM;
		return arena_printf(a,
		    _("THESE BOUNCES ARE OF YOUR OWN MAIL (%s of %s): it "
		      "really left your server"),
		    ours, all);
	case BAG_BOTH:
		*ret_style = STYLE_ALARM;
		return arena_printf(a,
		    _("BOTH: %s bounces are of mail that strangers forged, %s "
		      "of mail that really left your server"),
		    forged, ours);
	case BAG_NONE:
		if (bag->messages == 0)
			return str_z(_("nothing could be read"));
		*ret_style = STYLE_CALM;
		return str_z(_("no bounces"));
	case BAG_UNDETERMINED:
		break;
	}
	return str_z(_("NOT CLEAR: what came back does not tell whether the "
		       "mail was yours"));
}

/* "ana@x (12), bob@x (9) and 3,021 others" */
static struct str
names(const struct counted *c, enum claim_state state, struct arena *a)
{
	uint32_t top[SHOWN];
	size_t n = counted_top(c, state, SHOWN, top);
	uint64_t all = counted_in(c, state);
	struct str line = {NULL, 0};

	for (size_t i = 0; i < n; i++)
		line = arena_printf(a, "%.*s%s%.*s (%s)", STR_ARG(line),
		    i > 0 ? ", " : "", STR_ARG(c->items[top[i]].text),
		    lang_number(a, c->items[top[i]].states[state]));
	if (all > n)
		line = arena_printf(a, _("%.*s and %s others"), STR_ARG(line),
		    lang_number(a, all - n));
	return line;
}

static const char *const class_titles[REPLY_CLASSES] = {
    [REPLY_OTHER] = N_("other reasons"),
    [REPLY_ACCEPTED] = N_("accepted"),
    [REPLY_UNKNOWN_USER] = N_("unknown user"),
    [REPLY_UNKNOWN_DOMAIN] = N_("unknown domain"),
    [REPLY_MAILBOX_FULL] = N_("mailbox full"),
    [REPLY_SPAM] = N_("taken for spam"),
    [REPLY_BLOCKLIST] = N_("on a block list"),
    [REPLY_POLICY] = N_("policy"),
    [REPLY_RECIPIENT] = N_("recipient's own settings"),
    [REPLY_AUTH] = N_("SPF, DKIM or DMARC"),
    [REPLY_IDENTITY] = N_("identity of the server"),
    [REPLY_FORMAT] = N_("format"),
    [REPLY_RATE] = N_("too much mail"),
    [REPLY_GREYLIST] = N_("greylisting"),
    [REPLY_RECEIVER_ERROR] = N_("fault of the receiver"),
    [REPLY_TEMPORARY] = N_("receiver busy"),
    [REPLY_NETWORK] = N_("network"),
    [REPLY_LOCAL] = N_("fault of this server"),
    [REPLY_LOOP] = N_("mail loop"),
    [REPLY_SIZE] = N_("too large"),
    [REPLY_EXPIRED] = N_("given up after days"),
};

/* The classes of replies, the most frequent first. */
static struct str
reasons(const struct bag *bag, struct arena *a)
{
	bool shown[REPLY_CLASSES] = {false};
	struct str line = {NULL, 0};

	for (size_t k = 0; k < SHOWN; k++) {
		unsigned best = REPLY_CLASSES;

		for (unsigned i = 0; i < REPLY_CLASSES; i++)
			if (!shown[i] && bag->classes[i] > 0 &&
			    (best == REPLY_CLASSES ||
				bag->classes[i] > bag->classes[best]))
				best = i;
		if (best == REPLY_CLASSES)
			break;
		shown[best] = true;
		line = arena_printf(a, "%.*s%s%s (%s)", STR_ARG(line),
		    k > 0 ? ", " : "", reply_class_name((enum reply_class)best),
		    lang_number(a, bag->classes[best]));
	}
	return line;
}

static void
plot_row(const struct bag *bag, const struct screen *s, enum claim_state state,
    const char *label)
{
	struct plot plot = {0};
	struct arena *a = s->arena;
	wall_us from = bag->first / US_HOUR;
	size_t columns = s->width - SCREEN_LABEL;
	size_t hours;

	if (bag->first == WALL_NONE || bag->states[state] == 0)
		return;
	hours = (size_t)(bag->last / US_HOUR - from) + 1;
	if (columns > PLOT_MAX)
		columns = PLOT_MAX;
	plot.step = (uint32_t)((hours + columns - 1) / columns);
	plot.n = (hours + plot.step - 1) / plot.step;
	plot.from = (uint32_t)from;
	for (size_t i = 0; i < bag->records_n; i++) {
		const struct bag_record *r = &bag->records[i];

		if (r->at != WALL_NONE && r->state == state)
			plot.bars[(size_t)(r->at / US_HOUR - from) /
				  plot.step]++;
	}
	screen_label(s, str_z(label));
	plot_show(&plot, s);
	putc('\n', s->out);
	screen_gap(s, SCREEN_LABEL);
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    arena_printf(a, _("since %s, each sign %s"),
		lang_time(a, from * US_HOUR, false),
		lang_span(a, plot.step * US_HOUR)));
}

/* What speaks most for a state, with numbers. */
static void
proofs(const struct bag *bag, const struct screen *s, enum claim_state state)
{
	bool shown[SIGNALS_N] = {false};
	struct arena *a = s->arena;
	double side = state == CLAIM_OURS ? 1 : -1;

	for (size_t k = 0; k < PROOFS; k++) {
		unsigned best = SIGNALS_N;
		double most = 0;

		for (unsigned i = 0; i < SIGNALS_N; i++) {
			double value = side * claim_signals[i].weight *
				       (double)bag->signals[state][i];

			if (shown[i] || value <= most)
				continue;
			most = value;
			best = i;
		}
		if (best == SIGNALS_N)
			break;
		shown[best] = true;
		if (k == 0)
			screen_label(s, str_z(_("proof")));
		else
			screen_gap(s, SCREEN_LABEL);
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL + 2,
		    arena_printf(a, "%s: %s",
			lang_number(a, bag->signals[state][best]),
			_(claim_signals[best].sentence)));
	}
}

/* One bounce in words: the one in which most speaks for the state. */
static void
sample(const struct bag *bag, const struct screen *s, enum claim_state state)
{
	const struct bag_item *best = NULL;
	struct arena *a = s->arena;
	double most = 0;

	for (size_t i = 0; i < bag->items_n; i++) {
		const struct bag_item *item = &bag->items[i];
		double weight;

		if (item->record == UINT32_MAX || item->recipients_n == 0 ||
		    item->from_ip.n == 0)
			continue;
		if (bag->records[item->record].state != state)
			continue;
		weight = claim_weight(bag->records[item->record].signals);
		if (weight < 0)
			weight = -weight;
		if (weight > most) {
			most = weight;
			best = item;
		}
	}
	if (best == NULL)
		return;
	screen_line(s, _("example"),
	    arena_printf(a,
		state == CLAIM_FORGED
		    ? _("message %s of %.*s: a mail to %.*s under the name of "
			"%.*s. %.*s took it from %.*s (%.*s), not from your "
			"server, and returns it to you because the sender's "
			"name was yours")
		    : _("message %s of %.*s: a mail to %.*s under the name of "
			"%.*s. %.*s took it from %.*s (%.*s)"),
		lang_number(a, best->number), STR_ARG(best->path),
		STR_ARG(best->recipients[0].address), STR_ARG(best->address),
		STR_ARG(best->reporter.n > 0 ? best->reporter
					     : str_z(_("The receiver"))),
		STR_ARG(best->from_ip),
		STR_ARG(best->from_name.n > 0 ? best->from_name
					      : str_z(_("no name")))));
}

static void
forged_part(const struct bag *bag, const struct screen *s)
{
	struct arena *a = s->arena;

	if (bag->states[CLAIM_FORGED] == 0)
		return;
	screen_line(s, _("forged"),
	    arena_printf(a, _("%s bounces of mail that is not yours"),
		lang_number(a, bag->states[CLAIM_FORGED])));
	screen_line(s, _("sent from"), names(&bag->networks, CLAIM_FORGED, a));
	if (counted_in(&bag->countries, CLAIM_FORGED) > 0)
		screen_line(
		    s, _("countries"), names(&bag->countries, CLAIM_FORGED, a));
	screen_line(s, _("as"), names(&bag->addresses, CLAIM_FORGED, a));
	screen_line(
	    s, _("bounced by"), names(&bag->reporters, CLAIM_FORGED, a));
	plot_row(bag, s, CLAIM_FORGED, _("plot"));
	proofs(bag, s, CLAIM_FORGED);
	sample(bag, s, CLAIM_FORGED);
	putc('\n', s->out);
}

static void
own_part(const struct bag *bag, const struct screen *s)
{
	struct arena *a = s->arena;
	struct str who;

	if (bag->states[CLAIM_OURS] == 0)
		return;
	screen_line(s, _("ours"),
	    arena_printf(a, _("%s bounces of mail that really was yours"),
		lang_number(a, bag->states[CLAIM_OURS])));
	who = names(&bag->origins, CLAIM_OURS, a);
	if (who.n > 0)
		screen_line(s, _("put in by"), who);
	screen_line(s, _("as"), names(&bag->addresses, CLAIM_OURS, a));
	plot_row(bag, s, CLAIM_OURS, _("plot"));
	proofs(bag, s, CLAIM_OURS);
	sample(bag, s, CLAIM_OURS);
	putc('\n', s->out);
}

static void
rest_part(const struct bag *bag, const struct screen *s)
{
	struct arena *a = s->arena;
	uint64_t uncovered = bag->signals[CLAIM_UNKNOWN][SIGNAL_UNCOVERED];

	if (bag->recipients > 0)
		screen_line(s, _("reasons"), reasons(bag, a));
	if (bag->states[CLAIM_UNKNOWN] > 0)
		screen_line(s, _("unclear"),
		    uncovered > 0
			? arena_printf(a,
			      _("%s bounces do not tell whose mail it was; "
				"the log does not cover %s of them"),
			      lang_number(a, bag->states[CLAIM_UNKNOWN]),
			      lang_number(a, uncovered))
			: arena_printf(a,
			      _("%s bounces do not tell whose mail it was"),
			      lang_number(a, bag->states[CLAIM_UNKNOWN])));
	if (bag->records_missed > 0)
		screen_line(s, _("beyond"),
		    arena_printf(a, _("%s more bounces were counted only"),
			lang_number(a, bag->records_missed)));
}

static void
item_line(
    const struct bag *bag, const struct bag_item *item, const struct screen *s)
{
	struct arena *a = s->arena;

	for (size_t i = 0; i < item->recipients_n; i++) {
		const struct bag_recipient *r = &item->recipients[i];
		const char *state =
		    item->record == UINT32_MAX
			? ""
			: claim_state_name(
			      (enum claim_state)bag->records[item->record]
				  .state);

		screen_gap(s, 2);
		screen_wrap(s, 2, 4,
		    arena_printf(a, "%.*s  %s  %.*s %s  %s  [%s]  %.*s",
			STR_ARG(r->address), notice_kind_name(item->kind),
			STR_ARG(r->status.n > 0 ? r->status : S("-")),
			_(class_titles[r->reading.class]), state, item->form,
			STR_ARG(str_head(r->reply, 200))));
	}
}

static void
step(const struct screen *s, unsigned *n, struct str text)
{
	screen_gap(s, 2);
	fprintf(s->out, "%u  ", ++*n);
	screen_wrap(s, 5, 5, text);
}

/* "tienda.example: SPF ends in ~all, DMARC asks for none" */
static void
domains_part(const struct bounces_view *view, const struct screen *s)
{
	struct arena *a = s->arena;

	for (size_t i = 0; i < view->domains_n; i++) {
		const struct domain_state *d = &view->domains[i];
		struct str spf, dmarc;

		if (!d->known)
			continue;
		spf = !d->has_spf ? str_z(_("no SPF record"))
		      : d->all == 0
			  ? str_z(_("an SPF record without \"all\""))
			  : arena_printf(a, _("SPF ends in %call"), d->all);
		dmarc = d->policy.n == 0 ? str_z(_("no DMARC record"))
					 : arena_printf(a, "DMARC p=%.*s",
					       STR_ARG(d->policy));
		screen_line(s, _("in DNS"),
		    arena_printf(a, "%.*s: %.*s, %.*s", STR_ARG(d->domain),
			STR_ARG(spf), STR_ARG(dmarc)));
	}
}

/* What SPF and DMARC can still do. */
static void
policy_step(
    const struct bounces_view *view, const struct screen *s, unsigned *n)
{
	bool strict = view->domains_n > 0;

	for (size_t i = 0; i < view->domains_n; i++)
		strict &= domain_is_strict(&view->domains[i]);
	step(s, n,
	    strict
		? str_z(_("SPF and DMARC of your domain ask receivers to "
			  "refuse forged mail already; those that send these "
			  "bounces do not look."))
		: str_z(_("Publish SPF that ends in -all, sign with DKIM, and "
			  "set DMARC to reject: fewer receivers then take "
			  "mail forged in your name.")));
}

static void
todo(const struct bounces_view *view, const struct screen *s)
{
	const struct bag *bag = view->bag;
	struct arena *a = s->arena;
	struct str word = {NULL, 0};
	uint32_t top;
	unsigned n = 0;

	if (bag->verdict == BAG_NONE)
		return;
	putc('\n', s->out);
	screen_put(s, STYLE_BOLD, str_z(_("what to do now")));
	putc('\n', s->out);
	if (bag->states[CLAIM_OURS] > 0 &&
	    counted_top(&bag->origins, CLAIM_OURS, 1, &top) > 0)
		word = text_word(a, bag->origins.items[top].text);
	if (word.n > 0)
		step(s, &n,
		    arena_printf(a,
			_("sereno trace %.*s%.*s: look at what this "
			  "account or script sent"),
			STR_ARG(word), STR_ARG(view->trace_again)));
	else if (bag->states[CLAIM_OURS] > 0)
		step(s, &n,
		    arena_printf(a,
			_("sereno check%.*s: who sends so much, on the server "
			  "itself"),
			STR_ARG(view->check_again)));
	if (bag->states[CLAIM_FORGED] > 0) {
		if (bag->states[CLAIM_OURS] == 0)
			step(s, &n,
			    str_z(_("No password has to be changed for this: "
				    "anybody can write your name as sender.")));
		if (counted_in(&bag->addresses, CLAIM_FORGED) > 3)
			step(s, &n,
			    str_z(_("Have no catch-all: refuse unknown "
				    "recipients at the door, and most of these "
				    "bounces stay outside.")));
		policy_step(view, s, &n);
		step(s, &n,
		    str_z(_("If it lasts, tag your envelope senders (BATV) and "
			    "refuse bounces without a tag. Do not refuse all "
			    "mail with an empty sender.")));
	}
	if (bag->verdict == BAG_UNDETERMINED ||
	    bag->states[CLAIM_UNKNOWN] > bag->records_n / 2)
		step(s, &n,
		    view->match->lines == 0
			? str_z(
			      _("Name what is yours (--own IP, host, domain) "
				"and the mail log (--log FILE): then more can "
				"be said."))
			: str_z(_("Name what is yours (--own IP, host, domain) "
				  "and older logs (--log FILE): then more can "
				  "be said.")));
}

void
bounces_text(const struct report *report, const struct bounces_view *view,
    const struct screen *s)
{
	const struct bag *bag = view->bag;
	enum style style;
	struct str line;

	head(report, bag, s);
	line = headline(bag, bag->own->nets_n > 0 || view->match->lines > 0,
	    s->arena, &style);
	screen_style(s, style);
	screen_wrap(s, 0, 2, line);
	screen_style(s, STYLE_PLAIN);
	putc('\n', s->out);
	forged_part(bag, s);
	own_part(bag, s);
	domains_part(view, s);
	rest_part(bag, s);
	if (view->top > 0 && bag->items_n > 0) {
		putc('\n', s->out);
		for (size_t i = 0; i < bag->items_n && i < view->top; i++)
			item_line(bag, &bag->items[i], s);
	}
	todo(view, s);
	gaps_apart(report->not_examined, report->not_examined_n, s);
}
