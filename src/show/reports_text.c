/* SPDX-License-Identifier: ISC */
#include "show/reports.h"

#include "base/lang.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/plot.h"

enum {
	SHOWN = 4, /* names in a row */
	FAULTS_SHOWN = 6,
	DOMAINS_SHOWN = 5,
};

static void
head(const struct report *report, const struct reports *r,
    const struct screen *s)
{
	struct arena *a = s->arena;
	struct str line;

	screen_wrap(s, 0, 2,
	    arena_printf(a, "sereno %s, %s %s", SERENO_VERSION,
		lang_time(a, report->at, true), lang_zone(a, report->at)));
	line = arena_printf(a,
	    _("messages and files: %s (%s), read in %s s; reports in "
	      "them: %s, receivers: %s"),
	    lang_number(a, r->messages), lang_bytes(a, r->bytes),
	    lang_seconds(a, report->took),
	    lang_number(a, r->whole + r->cut + r->tls.reports),
	    lang_number(a, r->orgs_n));
	if (r->twice > 0)
		line = arena_printf(a, _("%.*s; %s came twice"), STR_ARG(line),
		    lang_number(a, r->twice));
	if (r->mended > 0)
		line = arena_printf(a, _("%.*s; %s were no proper XML"),
		    STR_ARG(line), lang_number(a, r->mended));
	screen_wrap(s, 0, 2, line);
	if (r->first != WALL_NONE && r->last != WALL_NONE)
		screen_wrap(s, 0, 2,
		    arena_printf(a, _("about %s messages from %s to %s"),
			lang_number(a, r->volume), lang_time(a, r->first, true),
			lang_time(a, r->last, true)));
	putc('\n', s->out);
}

static void
say(const struct screen *s, enum style style, struct str line)
{
	screen_style(s, style);
	screen_wrap(s, 0, 2, line);
	screen_style(s, STYLE_PLAIN);
}

/* The suspicions, which come before all else. */
static bool
alarms(const struct reports_view *v, const struct screen *s)
{
	const struct report_evidence *e = v->evidence;
	struct arena *a = s->arena;
	bool said = false;

	if (e->own > 0 && e->key.messages > 0) {
		say(s, STYLE_ALARM,
		    arena_printf(a,
			_("YOUR DKIM KEY IS USED ELSEWHERE: %s messages, "
			  "signed with the key of your own server (selector "
			  "%.*s), passed SPF, too, and came from %s networks "
			  "that are not yours (most from %.*s)"),
			lang_number(a, e->key.messages),
			STR_ARG(e->key.selector),
			lang_number(a, e->key.networks),
			STR_ARG(e->key.network)));
		said = true;
	}
	if (evidence_is_replayed(e)) {
		say(s, STYLE_ALARM,
		    arena_printf(a,
			_("YOUR SIGNED MAIL IS SENT AGAIN (DKIM replay): %s "
			  "messages with your signature came from %s networks "
			  "of others, far more than you sent"),
			lang_number(a, e->handed_on.messages),
			lang_number(a, e->handed_on.networks)));
		said = true;
	}
	if (evidence_is_bypassed(e)) {
		say(s, STYLE_ALARM,
		    arena_printf(a,
			_("MORE LEAVES YOUR ADDRESSES THAN THE LOG KNOWS: "
			  "receivers counted %s messages, the log has %s "
			  "deliveries on the same %s days"),
			lang_number(a, e->reported),
			lang_number(a, e->delivered),
			lang_number(a, (uint64_t)(e->to - e->from))));
		said = true;
	}
	return said;
}

static void
headlines(const struct reports_view *v, const struct screen *s)
{
	const struct reports *r = v->reports;
	struct arena *a = s->arena;
	uint64_t ours = 0, faulty = 0;
	uint64_t forged = r->senders[SENDER_STRANGER];
	bool said = alarms(v, s);

	for (unsigned i = 0; i < SENDERS; i++)
		if (sender_is_ours((enum sender)i)) {
			ours += r->senders[i];
			faulty += r->unaligned[i];
		}
	if (faulty > 0)
		say(s, STYLE_ALARM,
		    arena_printf(a,
			_("YOUR OWN MAIL FAILS: %s of %s messages pass neither "
			  "SPF nor DKIM for your domain"),
			lang_number(a, faulty), lang_number(a, ours)));
	if (forged > 0)
		say(s, STYLE_WARN,
		    arena_printf(a,
			_("STRANGERS USE YOUR NAME: %s of %s messages were not "
			  "yours"),
			lang_number(a, forged), lang_number(a, r->volume)));
	if (r->tls.failed > 0)
		say(s, STYLE_WARN,
		    arena_printf(a,
			_("MAIL TO YOU CAME WITHOUT TLS OR NOT AT ALL: %s of "
			  "%s sessions failed"),
			lang_number(a, r->tls.failed),
			lang_number(a, r->tls.failed + r->tls.good)));
	said |= faulty > 0 || forged > 0 || r->tls.failed > 0;
	if (!said && r->whole + r->cut > 0)
		say(s, STYLE_CALM,
		    str_z(_("all mail under your name was yours, and passed")));
	else if (!said && r->tls.reports > 0)
		say(s, STYLE_CALM,
		    str_z(_("all sessions to your servers had TLS")));
	else if (!said)
		say(s, STYLE_WARN,
		    str_z(r->messages == 0 ? _("nothing could be read")
					   : _("no report was found")));
	putc('\n', s->out);
}

static struct str
group_words(
    const struct reports_view *v, const struct report_group *g, struct arena *a)
{
	char country[3];
	struct str text = arena_printf(
	    a, "%.*s (%s", STR_ARG(g->name), lang_number(a, g->messages));

	if (g->host.n > 0 && g->sender != SENDER_SERVICE &&
	    g->sender != SENDER_UNSURE)
		text = arena_printf(
		    a, "%.*s, %.*s", STR_ARG(text), STR_ARG(g->host));
	if (v->geo != NULL && geo_country(v->geo, &g->ip, country))
		text = arena_printf(a, "%.*s, %s", STR_ARG(text), country);
	if (g->unaligned > 0 && sender_is_ours(g->sender))
		text = arena_printf(a, _("%.*s, %s fail"), STR_ARG(text),
		    lang_number(a, g->unaligned));
	return arena_printf(a, "%.*s)", STR_ARG(text));
}

/* "1,234 messages: 203.0.113.5 (1,200), 203.0.113.6 (34)" */
static void
sender_row(const struct reports_view *v, const struct screen *s,
    enum sender sender, const char *label, const char *what)
{
	struct arena *a = s->arena;
	struct report_groups groups;
	size_t max = v->top > 0 ? v->top : SHOWN;
	struct str line;

	report_groups(v->reports, sender, a, &groups);
	if (groups.n == 0)
		return;
	line = arena_printf(a,
	    _n("%s message %s: ", "%s messages %s: ",
		v->reports->senders[sender]),
	    lang_number(a, v->reports->senders[sender]), what);
	for (size_t i = 0; i < groups.n && i < max; i++)
		line = arena_printf(a, "%.*s%s%.*s", STR_ARG(line),
		    i > 0 ? ", " : "",
		    STR_ARG(group_words(v, &groups.items[i], a)));
	if (groups.n > max)
		line = arena_printf(a, _("%.*s and %s others"), STR_ARG(line),
		    lang_number(a, groups.n - max));
	screen_line(s, label, line);
}

static void
faults_part(const struct reports_view *v, const struct screen *s)
{
	struct arena *a = s->arena;
	struct report_groups faults;
	size_t max = v->top > FAULTS_SHOWN ? v->top : FAULTS_SHOWN;

	report_faults(v->reports, a, &faults);
	if (faults.n == 0)
		return;
	screen_put(s, STYLE_BOLD, str_z(_("what is wrong with your own mail")));
	putc('\n', s->out);
	for (size_t i = 0; i < faults.n && i < max; i++) {
		const struct report_group *g = &faults.items[i];

		screen_gap(s, 2);
		screen_wrap(s, 2, 4,
		    arena_printf(a,
			_n("%.*s, as %.*s: %s message %.*s",
			    "%.*s, as %.*s: %s messages; each %.*s",
			    g->messages),
			STR_ARG(g->name), STR_ARG(g->from),
			lang_number(a, g->messages),
			STR_ARG(fault_words(g, a))));
	}
	if (faults.n > max) {
		screen_gap(s, 2);
		screen_wrap(s, 2, 4,
		    arena_printf(a, _("and %s more; --json tells all"),
			lang_number(a, faults.n - max)));
	}
	putc('\n', s->out);
}

/* Forged mail by day. */
static void
plot_row(const struct reports *r, const struct screen *s)
{
	struct plot plot = {0};
	struct arena *a = s->arena;
	int32_t first = -1, last = -1;
	size_t columns = s->width - SCREEN_LABEL;
	size_t step;

	for (size_t i = 0; i < r->cells_n; i++) {
		const struct report_cell *c = &r->cells[i];

		if (first < 0 || c->day < first)
			first = c->day;
		if (c->day > last)
			last = c->day;
	}
	if (first < 0 || r->senders[SENDER_STRANGER] == 0)
		return;
	if (columns > PLOT_MAX)
		columns = PLOT_MAX;
	step = ((size_t)(last - first) + columns) / columns;
	plot.n = (size_t)(last - first) / step + 1;
	for (size_t i = 0; i < r->cells_n; i++) {
		const struct report_cell *c = &r->cells[i];

		if (r->sources[c->source].sender == SENDER_STRANGER)
			plot.bars[(size_t)(c->day - first) / step] +=
			    c->messages;
	}
	screen_label(s, str_z(_("plot")));
	plot_show(&plot, s);
	putc('\n', s->out);
	screen_gap(s, SCREEN_LABEL);
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    arena_printf(a, _("since %s, each sign %s"),
		lang_time(a, first * US_DAY, false),
		lang_span(a, (span_us)step * US_DAY)));
}

/* What receivers did with forged mail. */
static void
done_row(const struct reports *r, const struct screen *s)
{
	uint64_t done[DMARC_DISPOSITIONS] = {0};
	struct arena *a = s->arena;

	for (size_t i = 0; i < r->sources_n; i++)
		for (size_t k = 0; k < DMARC_DISPOSITIONS; k++)
			if (r->sources[i].sender == SENDER_STRANGER)
				done[k] += r->sources[i].done[k];
	if (r->senders[SENDER_STRANGER] == 0)
		return;
	screen_line(s, _("taken"),
	    arena_printf(a,
		_("of the strangers' mail receivers refused %s, put %s among "
		  "spam, and let %s through"),
		lang_number(a, done[DMARC_REJECT]),
		lang_number(a, done[DMARC_QUARANTINE]),
		lang_number(a, done[DMARC_NONE])));
}

static void
log_row(const struct report_evidence *e, const struct screen *s)
{
	struct arena *a = s->arena;

	if (e->from >= e->to)
		return;
	screen_line(s, _("log"),
	    arena_printf(a,
		_("on the %s days that the log covers it has %s deliveries to "
		  "other hosts; of these days receivers reported %s messages "
		  "from your addresses, and %s that others handed on with "
		  "your signature"),
		lang_number(a, (uint64_t)(e->to - e->from)),
		lang_number(a, e->delivered), lang_number(a, e->reported),
		lang_number(a, e->handed_on.on_days)));
}

static struct str
policy_words(const struct policy_advice *v, bool known, struct arena *a)
{
	const char *ours = lang_number(a, v->ours);
	const char *days = lang_number(a, (uint64_t)v->days);

	if (v->hurt > 0)
		return arena_printf(a,
		    v->strict
			? _("%s of %s messages of yours are lost by it")
			: _("p=quarantine or p=reject would hurt %s of %s "
			    "messages of yours"),
		    lang_number(a, v->hurt), ours);
	if (v->strict)
		return str_z(_("no mail that is known as yours is lost by it"));
	if (!v->enough)
		return arena_printf(a,
		    _n("nothing of yours failed, but %s messages in %s day "
		       "are too few to call p=reject safe",
			"nothing of yours failed, but %s messages in %s days "
			"are too few to call p=reject safe",
			(unsigned long)v->days),
		    ours, days);
	if (v->safe)
		return arena_printf(a,
		    _("p=reject is safe: in %s days all of your %s messages "
		      "passed"),
		    days, ours);
	if (!known)
		return str_z(
		    _("nothing that is known as yours failed; name all your "
		      "hosts (--own) before p=reject is called safe"));
	return arena_printf(a,
	    _("p=reject is safe if the %s messages of services that are "
	      "unsure are not yours; all others passed"),
	    lang_number(a, v->unsure));
}

static void
policy_row(const struct reports *r, const struct report_domain *d,
    const struct screen *s)
{
	struct policy_advice v;
	struct arena *a = s->arena;
	struct str line = arena_printf(a, _("%.*s publishes p=%.*s"),
	    STR_ARG(d->name), STR_ARG(d->policy.n > 0 ? d->policy : S("?")));

	policy_advice(r, d, &v);
	if (d->testing || d->percent < 100)
		line = arena_printf(
		    a, _("%.*s, for a part of the mail only"), STR_ARG(line));
	screen_line(s, _("policy"),
	    arena_printf(a, "%.*s; %.*s", STR_ARG(line),
		STR_ARG(policy_words(&v, reports_know_own(r), a))));
}

static void
failures_row(const struct reports *r, const struct screen *s)
{
	struct arena *a = s->arena;

	if (r->failures > 0)
		screen_line(s, _("single"),
		    arena_printf(a,
			_("reports about single messages that failed: %s, from "
			  "%s different addresses"),
			lang_number(a, r->failures),
			lang_number(a, r->failed_ips.n)));
}

static void
step(const struct screen *s, unsigned *n, struct str text)
{
	screen_gap(s, 2);
	fprintf(s->out, "%u  ", ++*n);
	screen_wrap(s, 5, 5, text);
}

static void
todo_alarms(const struct reports_view *v, const struct screen *s, unsigned *n)
{
	const struct report_evidence *e = v->evidence;

	if (e->own > 0 && e->key.messages > 0)
		step(s, n,
		    str_z(_("If the networks named are not servers of yours "
			    "(then name them with --own): make a new DKIM key "
			    "under a new selector, take the old one out of "
			    "the DNS, and find out how the key got out.")));
	if (evidence_is_replayed(e))
		step(s, n,
		    str_z(_("Find the message that is sent again (bounces and "
			    "complaints show it), lock the account that sent "
			    "it first, and change the DKIM key: signatures "
			    "made with the old one then fail.")));
	if (evidence_is_bypassed(e))
		step(s, n,
		    str_z(_("sereno check: something sends from your "
			    "addresses without the mail server.")));
}

static void
todo(const struct reports_view *v, const struct screen *s)
{
	const struct reports *r = v->reports;
	unsigned n = 0;
	bool weak = false, hurt = false;

	if (reports_exit(r) != 1)
		return;
	for (size_t i = 0; i < r->domains_n; i++) {
		struct policy_advice advice;

		policy_advice(r, &r->domains[i], &advice);
		weak |= !advice.strict;
		hurt |= advice.hurt > 0;
	}
	screen_put(s, STYLE_BOLD, str_z(_("what to do now")));
	putc('\n', s->out);
	todo_alarms(v, s, &n);
	if (hurt)
		step(s, &n,
		    str_z(_("Mend the mail of your own that fails, first of "
			    "all: have each service sign with DKIM for your "
			    "domain, and name it in SPF.")));
	if (r->senders[SENDER_UNSURE] > 0)
		step(s, &n,
		    str_z(_("Ask whether you use the services named as unsure: "
			    "who uses them without you forges your name.")));
	if (r->senders[SENDER_PASSING] > 0 && reports_know_own(r))
		step(s, &n,
		    str_z(_("Look at who passes without being known: name "
			    "your other servers with --own, and take out of "
			    "SPF what is not yours.")));
	if (weak && r->senders[SENDER_STRANGER] > 0)
		step(s, &n,
		    hurt ? str_z(_("Then raise the policy, to p=quarantine and "
				   "p=reject: forged mail is refused."))
			 : str_z(_("Raise the policy, to p=quarantine and then "
				   "p=reject: forged mail is refused.")));
	if (r->senders[SENDER_STRANGER] > 0 && !weak)
		step(s, &n,
		    str_z(_("Nothing more can be done against forged mail: "
			    "your policy has receivers refuse it.")));
	for (size_t i = 0; i < r->tls.n && i < 3; i++)
		if (tls_failure_remedy(r->tls.items[i].type) != NULL)
			step(s, &n,
			    str_z(tls_failure_remedy(r->tls.items[i].type)));
	putc('\n', s->out);
}

static void
senders_part(const struct reports_view *v, const struct screen *s)
{
	const struct reports *r = v->reports;
	bool known = reports_know_own(r);

	sender_row(v, s, SENDER_OURS, _("yours"), _("from your own hosts"));
	sender_row(v, s, SENDER_SERVICE, _("services"),
	    _("from services that send for you"));
	sender_row(v, s, SENDER_PASSING, known ? _("unknown") : _("yours?"),
	    known ? _("that pass for your domain, from hosts that are not "
		      "known as yours")
		  : _("that pass for your domain"));
	sender_row(v, s, SENDER_FORWARDER, _("forwards"),
	    _("of yours that others handed on"));
	sender_row(v, s, SENDER_UNSURE, _("unsure"),
	    _("from services; nothing says that you use them"));
	sender_row(v, s, SENDER_STRANGER, _("forged"), _("of strangers"));
	done_row(r, s);
	plot_row(r, s);
	log_row(v->evidence, s);
	for (size_t i = 0; i < r->domains_n && i < DOMAINS_SHOWN; i++)
		policy_row(r, &r->domains[i], s);
	failures_row(r, s);
}

void
reports_text(const struct report *report, const struct reports_view *view,
    const struct screen *s)
{
	head(report, view->reports, s);
	headlines(view, s);
	faults_part(view, s);
	senders_part(view, s);
	reports_tls_text(view->reports, s);
	putc('\n', s->out);
	todo(view, s);
	gaps_text(report->not_examined, report->not_examined_n, s);
}
