/* SPDX-License-Identifier: ISC */
/*
 * For a tired human: what is broken first, why it matters, and the line to
 * publish; then what there is, one line a subject.
 */
#include "base/lang.h"
#include "base/text.h"
#include "show/dns.h"
#include "show/gaps.h"

enum {
	INDENT = 4,
	/* Of more domains only those with something wrong are shown. */
	WHOLE = 10,
	HOSTS_SHOWN = 3,
	KEYS_SHOWN = 6,
	LOOKUPS_MANY = 9,
	DETAILS = 60, /* weaknesses that are told in full */
};

static enum style
level_style(enum weakness_level level)
{
	return level == LEVEL_BROKEN ? STYLE_ALARM
	       : level == LEVEL_WEAK ? STYLE_WARN
				     : STYLE_DIM;
}

/* A line to copy: never wrapped, and nothing but the record on it. */
static void
publish(const struct screen *s, const struct publish *p)
{
	screen_gap(s, 2 * INDENT);
	(void)screen_put(s, STYLE_BOLD, dns_publish_line(s->arena, p));
	putc('\n', s->out);
}

static void
weakness_text(
    const struct screen *s, const struct weakness *k, bool why, size_t indent)
{
	enum weakness_level level = weakness_level(k->id);
	size_t used;

	screen_gap(s, indent);
	used = screen_put(
	    s, level_style(level), str_z(_(weakness_level_word(level))));
	screen_gap(s, 2);
	screen_wrap(s, indent + used + 2, indent + INDENT, k->sentence);
	if (why)
		screen_paragraph(
		    s, indent + INDENT, str_z(_(weakness_why(k->id))));
	if (k->advice.n > 0)
		screen_paragraph(s, indent + INDENT, k->advice);
	if (k->publish.name.n > 0)
		publish(s, &k->publish);
}

/* The same reason is told once. */
static bool
why_is_new(const struct weaknesses *w, const struct weakness *k)
{
	for (const struct weakness *b = w->first; b != k; b = b->next)
		if (weakness_why(b->id) == weakness_why(k->id))
			return false;
	return true;
}

static void
weaknesses_text(const struct screen *s, const struct weaknesses *w, bool all)
{
	size_t shown = 0, hidden = 0;

	for (int level = 0; level < LEVELS; level++)
		for (const struct weakness *k = w->first; k != NULL;
		     k = k->next) {
			if ((int)weakness_level(k->id) != level)
				continue;
			if (shown++ < DETAILS || all)
				weakness_text(s, k,
				    (level < LEVEL_HINT || all) &&
					why_is_new(w, k),
				    2);
			else
				hidden++;
		}
	if (hidden > 0)
		screen_paragraph(s, 2,
		    arena_printf(s->arena,
			_("... and %zu more (--why shows them all)"), hidden));
}

/* ---- the server ---- */

static void
source_text(const struct screen *s, const struct reverse *r)
{
	struct arena *a = s->arena;
	struct str text = {NULL, 0};
	char ip[IP_TEXT];
	size_t used;

	for (size_t i = 0; i < r->n; i++)
		text = arena_printf(a, "%.*s%s%.*s%s", STR_ARG(text),
		    i > 0 ? ", " : "", STR_ARG(r->names[i].name),
		    r->names[i].back   ? _(" (and back)")
		    : r->names[i].lost ? _(" (whether back, is not known)")
				       : _(" (does not lead back)"));
	if (r->n == 0)
		text = dns_is_known(r->status)
			   ? str_z(_("no reverse name"))
			   : arena_printf(a, _("reverse name unknown: %s"),
				 _(dns_status_words(r->status)));
	screen_gap(s, 2);
	used = screen_put(s, STYLE_BOLD, str_z(ip_text(&r->ip, ip)));
	screen_gap(s, 2);
	screen_wrap(s, used + 4, INDENT,
	    arena_printf(a, "%.*s%s%.*s%s", STR_ARG(text),
		r->why.n > 0 ? "  [" : "", STR_ARG(r->why),
		r->why.n > 0 ? "]" : ""));
}

static void
helo_text(const struct screen *s, const struct helo *h)
{
	struct arena *a = s->arena;
	struct str text = {NULL, 0};
	char ip[IP_TEXT];

	for (size_t i = 0; i < h->n; i++)
		text = arena_printf(a, "%.*s%s%s", STR_ARG(text),
		    i > 0 ? ", " : "", ip_text(&h->ips[i], ip));
	screen_gap(s, 2);
	screen_wrap(s, 2, INDENT,
	    arena_printf(a, _("greets as %.*s (%.*s)%s%.*s%s"),
		STR_ARG(h->name),
		STR_ARG(text.n > 0 ? text
			: h->lost  ? str_z(_("address not known"))
				   : str_z(_("no address"))),
		h->why.n > 0 ? "  [" : "", STR_ARG(h->why),
		h->why.n > 0 ? "]" : ""));
}

static void
server_text(const struct dns_view *view, const struct screen *s)
{
	const struct posture *p = view->p;

	if (p->sources_n + p->helos_n + p->c->relays_n == 0)
		return;
	(void)screen_put(s, STYLE_BOLD, str_z(_("the server")));
	putc('\n', s->out);
	for (size_t i = 0; i < p->sources_n; i++)
		source_text(s, &p->sources[i]);
	for (size_t i = 0; i < p->helos_n; i++)
		helo_text(s, &p->helos[i]);
	for (size_t i = 0; i < p->c->relays_n; i++) {
		const struct posture_relay *r = &p->c->relays[i];

		screen_gap(s, 2);
		screen_wrap(s, 2, INDENT,
		    arena_printf(s->arena,
			_("mail leaves by %.*s (%s)  [%.*s]"), STR_ARG(r->host),
			r->name != NULL ? r->name : _("no service known"),
			STR_ARG(r->why)));
	}
	weaknesses_text(s, &p->weaknesses, view->why);
	putc('\n', s->out);
}

/* ---- a domain ---- */

static struct str
results_text(struct arena *a, const struct posture *p,
    const struct spf_outcome *outcomes)
{
	struct str text = {NULL, 0};
	char ip[IP_TEXT];

	for (size_t i = 0; i < p->sources_n; i++)
		text = arena_printf(a, "%.*s%s%s %s", STR_ARG(text),
		    i > 0 ? ", " : "", ip_text(&p->sources[i].ip, ip),
		    spf_result_name(outcomes[i].result));
	return text;
}

static struct str
spf_line(
    struct arena *a, const struct posture *p, const struct posture_domain *d)
{
	struct str results = results_text(a, p, d->outcomes);

	if (!dns_is_known(d->tree.top->status))
		return arena_printf(a, _("unknown: %s"),
		    _(dns_status_words(d->tree.top->status)));
	if (d->tree.top->records == 0)
		return str_z(_("none"));
	return arena_printf(a, _("%.*s%s%u of 10 lookups"), STR_ARG(results),
	    results.n > 0 ? "; " : "", d->tree.lookups);
}

/* "RSA 2048" */
static struct str
key_words(struct arena *a, const struct posture_key *k)
{
	if (k->records == 0)
		return str_z(_("missing"));
	if (k->key.fault != KEY_FINE)
		return str_z(_("broken"));
	if (k->key.revoked)
		return str_z(_("withdrawn"));
	return arena_printf(a, "%.*s%s",
	    STR_ARG(k->key.type == DKIM_KEY_RSA
			? arena_printf(a, "RSA %u", k->key.bits)
			: S("Ed25519")),
	    posture_private_matches(k) ? _(", of this server's signer") : "");
}

static struct str
dkim_line(struct arena *a, const struct posture_domain *d)
{
	struct str text = {NULL, 0};
	size_t n = 0;

	for (size_t i = 0; i < d->keys_n; i++) {
		const struct posture_key *k = &d->keys[i];

		if (n++ >= KEYS_SHOWN)
			continue;
		text = arena_printf(a, "%.*s%s%.*s (%.*s)", STR_ARG(text),
		    n > 1 ? ", " : "", STR_ARG(k->selector),
		    STR_ARG(key_words(a, k)));
	}
	if (n > KEYS_SHOWN)
		text = arena_printf(
		    a, _("%.*s and %zu more"), STR_ARG(text), n - KEYS_SHOWN);
	if (n > 0)
		return text;
	return str_z(d->keys_lost > 0 ? _("unknown: a question had no answer")
				      : _("no key found"));
}

static struct str
dmarc_line(struct arena *a, const struct dmarc *d)
{
	if (d->lost)
		return str_z(_("unknown: a question had no answer"));
	if (d->policy_at == NULL)
		return str_z(_("none"));
	return arena_printf(a, _("%s, from %.*s; reports: %.*s"),
	    d->policy == DMARC_UNSET ? _("without effect")
				     : dmarc_policy_name(d->policy),
	    STR_ARG(d->policy_at->domain),
	    STR_ARG(
		d->record.rua_n > 0 ? d->record.rua[0] : str_z(_("nowhere"))));
}

/* Its mode says more than that it is there. */
static const char *
sts_word(const struct inbound *in)
{
	if (in->sts.n == 0)
		return _("no");
	if (in->policy != NULL && in->policy->answer != NULL &&
	    in->policy->answer->state == POLICY_FETCHED &&
	    in->policy->policy.fault == STS_FINE)
		return sts_mode_name(in->policy->policy.mode);
	return _("yes");
}

static struct str
inbound_line(struct arena *a, const struct inbound *in)
{
	struct str text = {NULL, 0};
	bool dane = in->n > 0;

	if (in->lost && in->n == 0 && !in->null)
		return str_z(_("unknown: a question had no answer"));
	for (size_t i = 0; i < in->n; i++) {
		dane &= in->hosts[i].tlsa > 0 &&
			in->hosts[i].tlsa_security != DNS_INSECURE;
		if (i < HOSTS_SHOWN)
			text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text),
			    i > 0 ? ", " : "", STR_ARG(in->hosts[i].name));
	}
	if (in->total > HOSTS_SHOWN)
		text = arena_printf(a, _("%.*s and %zu more"), STR_ARG(text),
		    in->total - HOSTS_SHOWN);
	if (in->n == 0)
		text = str_z(in->null ? _("nowhere, says its MX")
			     : in->has_address
				 ? _("its own address; there is no MX")
				 : _("nowhere"));
	return arena_printf(a, _("%.*s; MTA-STS %s, TLS-RPT %s, DANE %s"),
	    STR_ARG(text), sts_word(in), in->tls_rpt.n > 0 ? _("yes") : _("no"),
	    dane ? _("yes") : _("no"));
}

/* "203.0.113.25 fail -> pass" */
static void
proposal_text(const struct screen *s, const struct posture *p,
    const struct posture_domain *d)
{
	struct arena *a = s->arena;
	const struct publish record = {d->name, "TXT", d->proposal};
	struct str text = {NULL, 0};
	char ip[IP_TEXT];

	screen_paragraph(s, 2,
	    str_z(d->tree.top->records == 0 ? _("publish this SPF record:")
		  : d->tree.top->records > 1
		      ? _("publish this SPF record, and take the old ones "
			  "out:")
		      : _("publish this SPF record in place of the old "
			  "one:")));
	publish(s, &record);
	for (size_t i = 0; i < p->sources_n; i++)
		text = arena_printf(a, "%.*s%s%s %s -> %s", STR_ARG(text),
		    i > 0 ? ", " : "", ip_text(&p->sources[i].ip, ip),
		    spf_result_name(d->outcomes[i].result),
		    spf_result_name(d->after[i].result));
	if (text.n > 0)
		screen_paragraph(s, 2 * INDENT, text);
	screen_paragraph(s, INDENT,
	    str_z(d->parked
		      ? _("Only if nothing sends as this domain: then nobody "
			  "can, after that.")
		      : _("Does something else send as this domain, a shop or "
			  "a newsletter service? Add it first.")));
}

static void
domain_text(const struct dns_view *view, const struct posture_domain *d,
    const struct screen *s)
{
	struct arena *a = s->arena;
	size_t used = screen_put(s, STYLE_BOLD, d->name);

	if (d->why.n > 0) {
		screen_gap(s, 2);
		screen_wrap(s, used + 2, INDENT,
		    arena_printf(a, "[%.*s]", STR_ARG(d->why)));
	} else {
		putc('\n', s->out);
	}
	screen_line(s, "SPF", spf_line(a, view->p, d));
	screen_line(s, "DKIM", dkim_line(a, d));
	screen_line(s, "DMARC", dmarc_line(a, &d->dmarc));
	screen_line(s, _("mail to"), inbound_line(a, &d->inbound));
	weaknesses_text(s, &d->weaknesses, view->why);
	if (d->proposal.n > 0)
		proposal_text(s, view->p, d);
	putc('\n', s->out);
	if (d->tree.top->records > 0 &&
	    (view->why || d->tree.lookups >= LOOKUPS_MANY))
		dns_tree_text(s, &d->tree);
}

static bool
is_worth(const struct posture_domain *d)
{
	return d->weaknesses.n[LEVEL_BROKEN] + d->weaknesses.n[LEVEL_WEAK] >
		   0 ||
	       d->inbound.lost || !dns_is_known(d->tree.top->status);
}

static void
head(const struct dns_view *view, const struct screen *s)
{
	struct arena *a = s->arena;
	const struct posture *p = view->p;
	size_t n[LEVELS];

	posture_sum(p, n);
	screen_wrap(s, 0, 2,
	    arena_printf(a, _("sereno %s on %.*s, %s %s"), SERENO_VERSION,
		STR_ARG(view->host), lang_time(a, view->at, true),
		lang_zone(a, view->at)));
	screen_wrap(s, 0, 2,
	    arena_printf(a,
		_("addresses: %zu, greetings: %zu, domains: %zu; questions: %s in %s s (%.*s)"),
		p->sources_n, p->helos_n, p->domains_n,
		lang_number(a, view->asked), lang_seconds(a, view->took),
		STR_ARG(view->resolver)));
	putc('\n', s->out);
	screen_style(s, n[LEVEL_BROKEN] > 0   ? STYLE_ALARM
			: dns_exit(view) != 0 ? STYLE_WARN
					      : STYLE_CALM);
	screen_wrap(s, 0, 2, dns_headline(view, a));
	screen_style(s, STYLE_PLAIN);
	putc('\n', s->out);
}

void
dns_text(const struct dns_view *view, const struct screen *s)
{
	const struct posture *p = view->p;
	size_t hidden = 0;

	head(view, s);
	server_text(view, s);
	for (size_t i = 0; i < p->domains_n; i++)
		if (p->domains_n <= WHOLE || is_worth(&p->domains[i]) ||
		    view->why)
			domain_text(view, &p->domains[i], s);
		else
			hidden++;
	if (hidden > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(s->arena,
			_n("%zu more domain has nothing broken or weak",
			    "%zu more domains have nothing broken or weak",
			    hidden),
			hidden));
	gaps_text(view->notes, view->notes_n, s);
}
