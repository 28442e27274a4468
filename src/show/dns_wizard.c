/* SPDX-License-Identifier: ISC */
/*
 * Nothing but what to publish: each record as a line of a zone and as the
 * fields of a provider's form, its words explained, and what it changes for
 * every address that is known to send.
 */
#include "base/lang.h"
#include "check/suffix.h"
#include "letter/service.h"
#include "mail/tag_list.h"
#include "show/dns.h"
#include "show/gaps.h"

enum {
	INDENT = 4,
	SHARED = 3, /* domains from which on one place is less work */
};

/* Lines to copy are never wrapped. */
static void
record_text(const struct screen *s, const struct publish *p)
{
	screen_gap(s, INDENT);
	(void)screen_put(s, STYLE_BOLD, dns_publish_line(s->arena, p));
	putc('\n', s->out);
	screen_gap(s, INDENT);
	(void)screen_put(s, STYLE_PLAIN,
	    arena_printf(s->arena,
		_("in a form:  name %.*s  type %s  value %.*s"),
		STR_ARG(p->name), p->type, STR_ARG(p->value)));
	putc('\n', s->out);
}

/* ---- the words of SPF ---- */

static struct str
source_of(const struct dns_view *view, struct arena *a, const struct ip *ip)
{
	const struct posture *p = view->p;

	for (size_t i = 0; i < p->sources_n; i++)
		if (ip_eq(&p->sources[i].ip, ip))
			return arena_printf(a, _("this server (%.*s)"),
			    STR_ARG(p->sources[i].why));
	return str_z(_("an address that was there before"));
}

static struct str
term_words(
    const struct dns_view *view, struct arena *a, const struct spf_term *t)
{
	const struct service *service = service_of_spf(t->value);

	switch (t->kind) {
	case SPF_IP4:
	case SPF_IP6:
		return t->bits4 == 32 && t->bits6 == 128
			   ? source_of(view, a, &t->ip)
			   : str_z(_("a network that was there before"));
	case SPF_INCLUDE:
		return service != NULL
			   ? str_z(service->name)
			   : str_z(_("whoever that domain's record names"));
	case SPF_MX:
		return str_z(_("the hosts that take the domain's mail"));
	case SPF_A:
		return str_z(_("the addresses of that name"));
	case SPF_EXISTS:
		return str_z(_("a list that is asked about each message"));
	case SPF_REDIRECT:
		return str_z(_("the record of that domain counts"));
	case SPF_ALL:
		return str_z(t->qualifier == '-'
				 ? _("all others are refused")
				 : _("all others are suspicious"));
	case SPF_PTR:
	case SPF_EXP:
	case SPF_OTHER:
		break;
	}
	return S("");
}

static void
words_text(
    const struct dns_view *view, const struct screen *s, struct str record)
{
	struct str terms = spf_terms(record);
	struct spf_term t;

	while (spf_term_next(&terms, &t)) {
		struct str words = term_words(view, s->arena, &t);
		size_t used;

		if (words.n == 0)
			continue;
		screen_gap(s, INDENT + 2);
		used = screen_put(s, STYLE_PLAIN, t.text);
		screen_gap(s, used < 28 ? 30 - used : 2);
		screen_wrap(s, INDENT + 2 + (used < 28 ? 30 : used + 2),
		    INDENT + 4, words);
	}
}

static void
changes_text(const struct dns_view *view, const struct screen *s,
    const struct posture_domain *d)
{
	const struct posture *p = view->p;
	char ip[IP_TEXT];

	for (size_t i = 0; i < p->sources_n; i++)
		screen_paragraph(s, INDENT + 2,
		    arena_printf(s->arena, "%s: %s -> %s",
			ip_text(&p->sources[i].ip, ip),
			spf_result_name(d->outcomes[i].result),
			spf_result_name(d->after[i].result)));
}

static bool
spf_text_of(const struct dns_view *view, const struct screen *s,
    const struct posture_domain *d)
{
	const struct publish p = {d->name, "TXT", d->proposal};

	if (d->proposal.n == 0)
		return false;
	screen_paragraph(s, 2,
	    str_z(d->tree.top->records == 0 ? _("SPF: a new record")
					    : _("SPF: in place of what is "
						"there")));
	record_text(s, &p);
	words_text(view, s, d->proposal);
	changes_text(view, s, d);
	return true;
}

/* ---- DMARC ---- */

/* The record with another p=. */
static struct str
with_policy(struct arena *a, struct str record, const char *policy)
{
	struct str rest = record;
	struct tag tag;

	while (tag_next(&rest, &tag))
		if (str_eq_fold(tag.name, S("p")) && tag.value.n > 0)
			return arena_printf(a, "%.*s%s%.*s",
			    (int)(tag.value.p - record.p), record.p, policy,
			    (int)(record.p + record.n - tag.value.p -
				  (ptrdiff_t)tag.value.n),
			    tag.value.p + tag.value.n);
	return (struct str){NULL, 0};
}

/* From none over quarantine to reject; a step only when SPF is in order. */
static bool
dmarc_step(const struct screen *s, const struct posture_domain *d)
{
	const struct dmarc *m = &d->dmarc;
	struct publish p = {.type = "TXT"};

	if (m->policy_at == NULL || m->record.rua_n == 0 || m->record.test ||
	    d->weaknesses.n[LEVEL_BROKEN] > 0)
		return false;
	if (m->record.p != DMARC_POLICY_NONE && m->record.p != DMARC_QUARANTINE)
		return false;
	p.name = arena_printf(
	    s->arena, "_dmarc.%.*s", STR_ARG(m->policy_at->domain));
	p.value = with_policy(s->arena, m->record.text,
	    m->record.p == DMARC_POLICY_NONE ? "quarantine" : "reject");
	if (p.value.n == 0)
		return false;
	screen_paragraph(s, 2,
	    str_z(_("DMARC: the next step, when the reports of two to four "
		    "weeks show none of your own mail failing (a list server "
		    "must rewrite From before)")));
	record_text(s, &p);
	return true;
}

/* ---- all else: what the weaknesses say themselves ---- */

static bool
others_text(const struct screen *s, const struct weaknesses *w)
{
	bool any = false;

	for (int level = 0; level < LEVELS; level++)
		for (const struct weakness *k = w->first; k != NULL;
		     k = k->next) {
			if ((int)weakness_level(k->id) != level ||
			    (k->publish.name.n == 0 && k->advice.n == 0))
				continue;
			any = true;
			screen_paragraph(s, 2, k->sentence);
			if (k->advice.n > 0)
				screen_paragraph(s, INDENT, k->advice);
			if (k->publish.name.n > 0)
				record_text(s, &k->publish);
		}
	return any;
}

/* Many domains, one server: its addresses in one place. */
static void
shared_text(const struct dns_view *view, const struct screen *s)
{
	const struct posture *p = view->p;
	struct arena *a = s->arena;
	struct publish record = {.type = "TXT", .value = S("v=spf1")};
	size_t changing = 0;
	char ip[IP_TEXT];

	for (size_t i = 0; i < p->domains_n; i++)
		changing +=
		    p->domains[i].proposal.n > 0 && !p->domains[i].parked;
	if (changing < SHARED || p->helos_n == 0 || p->sources_n == 0 ||
	    p->helos[0].n == 0)
		return;
	record.name = arena_printf(
	    a, "_spf.%.*s", STR_ARG(suffix_organisation(p->helos[0].name)));
	for (size_t i = 0; i < p->sources_n; i++)
		record.value =
		    arena_printf(a, "%.*s %s:%s", STR_ARG(record.value),
			ip_is_v4(&p->sources[i].ip) ? "ip4" : "ip6",
			ip_text(&p->sources[i].ip, ip));
	record.value = arena_printf(a, "%.*s ~all", STR_ARG(record.value));
	screen_paragraph(s, 0,
	    arena_printf(a,
		_("%zu domains need this server's addresses. They can stand "
		  "in one place, and each record has include:%.*s for them (one "
		  "lookup): a new address is one change then."),
		changing, STR_ARG(record.name)));
	record_text(s, &record);
	putc('\n', s->out);
}

void
dns_wizard(const struct dns_view *view, const struct screen *s)
{
	const struct posture *p = view->p;
	bool any = false;

	if (p->weaknesses.first != NULL) {
		(void)screen_put(s, STYLE_BOLD, str_z(_("the server")));
		putc('\n', s->out);
		any |= others_text(s, &p->weaknesses);
		putc('\n', s->out);
	}
	for (size_t i = 0; i < p->domains_n; i++) {
		const struct posture_domain *d = &p->domains[i];
		bool some;

		(void)screen_put(s, STYLE_BOLD, d->name);
		putc('\n', s->out);
		some = spf_text_of(view, s, d);
		some |= others_text(s, &d->weaknesses);
		some |= dmarc_step(s, d);
		if (!some)
			screen_paragraph(s, 2, str_z(_("nothing to publish")));
		any |= some;
		putc('\n', s->out);
	}
	shared_text(view, s);
	if (any)
		screen_wrap(s, 0, 2,
		    str_z(_("Only what this machine knows of is looked at: a "
			    "shop or a newsletter service that sends as a "
			    "domain must be in its SPF record, too. A change "
			    "is seen everywhere when the old record's time to "
			    "live is over; 'sereno dns' says whether it is.")));
	gaps_text(view->notes, view->notes_n, s);
}
