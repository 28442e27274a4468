/* SPDX-License-Identifier: ISC */
#include "show/culprit_text.h"

#include "base/lang.h"
#include "base/text.h"
#include "show/plot.h"
#include "show/sums.h"

#include <math.h>

/* That of a server which keeps mailboxes of this one, in the open. */
static bool
is_public(struct str address)
{
	struct ip ip;

	return ip_parse(address, &ip) && !ip_is_private(&ip) &&
	       !ip_is_loopback(&ip);
}

/* "local user uid=1004"; an account is known by its name alone. */
struct str
origin_label(struct arena *a, const struct origin *origin)
{
	static const char *const titles[ORIGIN_KINDS] = {
	    [ORIGIN_UNKNOWN] = N_("unknown origin"),
	    [ORIGIN_LOCAL_USER] = N_("local user"),
	    [ORIGIN_SCRIPT] = N_("script"),
	    [ORIGIN_CLIENT] = N_("client without login"),
	    [ORIGIN_NETWORK] = N_("private address"),
	    [ORIGIN_FORWARD] = N_("forwarding of"),
	    [ORIGIN_LIST] = N_("mailing list"),
	    [ORIGIN_SYSTEM] = N_("the server itself"),
	};
	const char *title = titles[origin->kind];

	/* Many clients under one name: the network they came from. */
	if (str_eq(origin->name, S("0.0.0.0/0")))
		return str_z(_("clients without login, from anywhere"));
	if (origin->kind == ORIGIN_NETWORK &&
	    str_chr(origin->name, '/') < origin->name.n)
		title = N_("clients without login in");
	else if (origin->kind == ORIGIN_NETWORK && is_public(origin->name))
		title = N_("own address");
	if (origin->kind == ORIGIN_LOCAL_USER && str_eq(origin->name, S("*")))
		return str_z(_("programs whose user is not logged"));
	if (origin->kind == ORIGIN_SYSTEM)
		return str_z(_(title));
	if (title == NULL)
		return origin->name;
	return arena_printf(a, "%s%s%.*s", _(title),
	    origin->name.n > 0 ? " " : "", STR_ARG(origin->name));
}

static struct str
who_line(
    const struct report *report, const struct culprit *culprit, struct arena *a)
{
	const struct share *share = &culprit->share;
	struct str name = origin_label(a, culprit->origin);
	const char *messages =
	    arena_printf(a, _n("%s message", "%s messages", share->messages),
		lang_number(a, share->messages))
		.p;
	const char *recipients = arena_printf(a,
	    _n("%s recipient", "%s recipients", share->recipients),
	    lang_number(a, share->recipients))
				     .p;

	if (share->first == WALL_NONE || share->last == WALL_NONE)
		return arena_printf(a, _("%.*s: %s to %s"), STR_ARG(name),
		    messages, recipients);
	if (report->at - share->last < US_HOUR)
		return arena_printf(a,
		    _("%.*s: %s to %s since %s, still going"), STR_ARG(name),
		    messages, recipients, lang_time(a, share->first, false));
	return arena_printf(a, _("%.*s: %s to %s from %s to %s"), STR_ARG(name),
	    messages, recipients, lang_time(a, share->first, false),
	    lang_time(a, share->last, false));
}

/* "7,090 refused (5,122 unknown users, 1,204 as spam)" */
static struct str
refused_part(const struct share *share, struct arena *a)
{
	const char *refused = lang_number(a, share->bounced);
	const char *unknown = arena_printf(a,
	    _n("%s unknown user", "%s unknown users", share->refused_unknown),
	    lang_number(a, share->refused_unknown))
				  .p;
	const char *spam = arena_printf(
	    a, _("%s called spam"), lang_number(a, share->refused_spam))
			       .p;

	if (share->refused_unknown > 0 && share->refused_spam > 0)
		return arena_printf(
		    a, _("%s refused (%s, %s)"), refused, unknown, spam);
	if (share->refused_unknown > 0)
		return arena_printf(a, _("%s refused (%s)"), refused, unknown);
	if (share->refused_spam > 0)
		return arena_printf(a, _("%s refused (%s)"), refused, spam);
	return arena_printf(a, _("%s refused"), refused);
}

static struct str
result_line(const struct share *share, struct arena *a)
{
	struct str line =
	    arena_printf(a, _("%s accepted"), lang_number(a, share->accepted));

	line = arena_printf(
	    a, "%.*s, %.*s", STR_ARG(line), STR_ARG(refused_part(share, a)));
	if (share->deferred > 0)
		line = arena_printf(a, "%.*s, %s", STR_ARG(line),
		    arena_printf(
			a, _("%s put off"), lang_number(a, share->deferred))
			.p);
	if (share->queued > 0)
		line = arena_printf(a, "%.*s, %s", STR_ARG(line),
		    arena_printf(a,
			_n("%s message still in the queue",
			    "%s messages still in the queue", share->queued),
			lang_number(a, share->queued))
			.p);
	return line;
}

/* "399 addresses in 61 networks" */
static struct str
from_line(const struct share *share, struct arena *a)
{
	struct str line = arena_printf(a,
	    _n("from %s client address", "from %s client addresses",
		share->ips),
	    lang_number(a, share->ips));

	if (share->networks == 0)
		return line;
	return arena_printf(a,
	    _n("%.*s in %s network", "%.*s in %s networks", share->networks),
	    STR_ARG(line), lang_number(a, share->networks));
}

static void
how_line(const struct screen *s, bool first, struct str text)
{
	if (first)
		screen_label(s, str_z(_("how")));
	else
		screen_gap(s, SCREEN_LABEL);
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, text);
}

static void
show_plot(const struct report *report, const struct origin *origin,
    const struct screen *s)
{
	struct arena *a = s->arena;
	struct plot plot;

	plot_hours(
	    &plot, origin, report->from, report->to, s->width - SCREEN_LABEL);
	/* A line of two hours is no picture. */
	if (plot.n < 3 || plot.peak == 0)
		return;
	screen_label(s, str_z(plot.step == 1 ? _("hourly") : _("plot")));
	plot_show(&plot, s);
	putc('\n', s->out);
	screen_gap(s, SCREEN_LABEL);
	screen_style(s, STYLE_DIM);
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    plot.step == 1
		? arena_printf(a, _("since %s; most: %s in an hour"),
		      lang_time(a, report->from, false),
		      lang_number(a, plot.peak))
		: arena_printf(a,
		      _("since %s, each sign %s; most: %s in an hour"),
		      lang_time(a, report->from, false),
		      lang_span(a, plot.step * US_HOUR),
		      lang_number(a, plot.peak)));
	screen_style(s, STYLE_PLAIN);
}

/* What a reason is cited by, kept with it while columns are laid out. */
struct proof {
	const struct reason *reason;
	struct str place; /* safe */
};

enum {
	PROOFS = 12,
	PROOF_NUMBER = 3
};

static size_t
proofs_collect(const struct report *report, const struct finding *finding,
    struct arena *a, struct proof *proofs, size_t n)
{
	for (size_t i = 0; i < finding->reasons_n && n < PROOFS; i++) {
		const struct reason *reason = &finding->reasons[i];
		bool known = false;

		if (reason->weight <= 0 && !reason->proof)
			continue;
		for (size_t k = 0; k < n; k++)
			known = known || str_eq(proofs[k].reason->sentence,
					     reason->sentence);
		if (known)
			continue;
		proofs[n++] = (struct proof){
		    reason, text_safe(a, cite_place(a, report, &reason->cite))};
	}
	return n;
}

/* Sentences on the left, places in a column on the right; below the sentence
 * where both would be squeezed. */
static void
proofs_show(const struct proof *proofs, size_t n, const struct screen *s)
{
	enum {
		LEFT = SCREEN_LABEL + PROOF_NUMBER
	};
	size_t places = 0, right;
	bool beside;

	for (size_t i = 0; i < n; i++)
		if (text_width(proofs[i].place) > places)
			places = text_width(proofs[i].place);
	beside = places + 2 + LEFT + 30 <= s->width;
	right = beside && places > 0 ? s->width - places - 2 : s->width;
	for (size_t i = 0; i < n; i++) {
		struct str place = proofs[i].place;
		size_t at;

		if (i == 0)
			screen_label(s, str_z(_("proof")));
		else
			screen_gap(s, SCREEN_LABEL);
		fprintf(s->out, "%-2zu ", i + 1);
		at = screen_fill(
		    s, LEFT, LEFT, right, proofs[i].reason->sentence);
		if (place.n > 0 && beside) {
			screen_gap(s, right + 2 - at);
		} else if (place.n > 0) {
			putc('\n', s->out);
			screen_gap(s, LEFT);
		}
		screen_style(s, STYLE_DIM);
		fwrite(place.p, 1, place.n, s->out);
		screen_style(s, STYLE_PLAIN);
		putc('\n', s->out);
	}
}

void
culprit_text(const struct report *report, const struct culprit *culprit,
    const struct screen *s)
{
	struct proof proofs[PROOFS];
	size_t n = 0, how = 0;

	screen_label(s, str_z(_("who")));
	screen_wrap(
	    s, SCREEN_LABEL, SCREEN_LABEL, who_line(report, culprit, s->arena));
	for (size_t i = 0; i < culprit->findings_n; i++) {
		const struct finding *finding = culprit->findings[i];

		n = proofs_collect(report, finding, s->arena, proofs, n);
		if (!finding_in_verdict(report, finding))
			how_line(s, how++ == 0, finding->sentence);
	}
	if (culprit->share.ips > 1 ||
	    (culprit->share.ips == 1 &&
		culprit->origin->kind == ORIGIN_ACCOUNT))
		how_line(s, how == 0, from_line(&culprit->share, s->arena));
	screen_label(s, str_z(_("result")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    result_line(&culprit->share, s->arena));
	show_plot(report, culprit->origin, s);
	proofs_show(proofs, n, s);
}

void
finding_text(const struct report *report, const struct finding *finding,
    const struct screen *s)
{
	struct proof proofs[PROOFS];
	size_t n = proofs_collect(report, finding, s->arena, proofs, 0);

	if (!finding_in_verdict(report, finding)) {
		screen_label(s, str_z(_("what")));
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, finding->sentence);
	}
	if (finding->share.accepted + finding->share.bounced +
		finding->share.deferred >
	    0) {
		screen_label(s, str_z(_("result")));
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
		    result_line(&finding->share, s->arena));
	}
	proofs_show(proofs, n, s);
}

static void
why_row(const struct screen *s, double weight, struct str sentence)
{
	fprintf(s->out, "  %+8.2f  ", weight);
	screen_wrap(s, 12, 12, sentence);
}

void
why_text(const struct report *report, const struct finding *finding,
    const struct screen *s)
{
	struct arena *a = s->arena;
	double sum = finding->kind->prior;

	screen_style(s, STYLE_BOLD);
	screen_wrap(s, 0, 2,
	    arena_printf(a, _("why: %s (%s), %s"), finding->kind->code,
		lang_percent(a, finding->confidence),
		finding->origin != NULL ? origin_label(a, finding->origin).p
					: _(finding->kind->title)));
	screen_style(s, STYLE_PLAIN);
	why_row(s, sum,
	    str_z(_("before any evidence: how rare this is among origins")));
	for (size_t i = 0; i < finding->reasons_n; i++) {
		const struct reason *reason = &finding->reasons[i];
		struct str place = cite_place(a, report, &reason->cite);

		sum += reason->weight;
		why_row(s, reason->weight,
		    place.n == 0
			? reason->sentence
			: arena_printf(a, "%.*s (%.*s)",
			      STR_ARG(reason->sentence), STR_ARG(place)));
	}
	fprintf(s->out, "  %+8.2f  ", sum);
	screen_wrap(s, 12, 12,
	    arena_printf(a,
		_("is the sum: 1 / (1 + e^-sum) = %s; natural logarithms of "
		  "likelihood ratios"),
		lang_percent(a, 1 / (1 + exp(-sum)))));
	putc('\n', s->out);
}
