/* SPDX-License-Identifier: ISC */
#include "check/posture.h"

#include "base/lang.h"
#include "check/spf_faults.h"
#include "check/spf_propose.h"

static bool
outcome_is_error(const struct spf_outcome *o)
{
	return o->result == SPF_PERMERROR;
}

static void
evaluate(struct dns_book *book, struct arena *a, const struct posture_case *c,
    struct str domain, struct str record, struct spf_outcome *ret_outcomes)
{
	for (size_t i = 0; i < c->ips_n; i++) {
		const struct spf_query q = {.ip = c->ips[i],
		    .helo = c->helos_n > 0 ? c->helos[0].text : S("unknown"),
		    .sender =
			arena_printf(a, "postmaster@%.*s", STR_ARG(domain)),
		    .receiver = c->host,
		    .at = c->at,
		    .record = record};

		/* Not known yet counts as no answer until it is. */
		if (!spf_check(book, a, &q, &ret_outcomes[i]))
			ret_outcomes[i] = (struct spf_outcome){
			    .result = SPF_TEMPERROR, .cause = SPF_DNS};
	}
}

/* Services that take the mail of a domain and send it, too. */
static const struct {
	struct str mx, include;
	const char *name;
} services[] = {
    {S0("google.com"), S0("_spf.google.com"), "Google Workspace"},
    {S0("googlemail.com"), S0("_spf.google.com"), "Google Workspace"},
    {S0("mail.protection.outlook.com"), S0("spf.protection.outlook.com"),
	"Microsoft 365"},
    {S0("mx.microsoft"), S0("spf.protection.outlook.com"), "Microsoft 365"},
};

/* The include that the domain's own mailboxes need; empty: none. */
static struct str
service_missing(const struct posture_domain *d, const char **ret_name)
{
	for (size_t i = 0; i < d->inbound.n; i++)
		for (size_t k = 0; k < ARRAY_LEN(services); k++)
			if (dns_name_within(
				d->inbound.hosts[i].name, services[k].mx) &&
			    !spf_tree_has(
				&d->tree, services[k].include, false)) {
				*ret_name = services[k].name;
				return services[k].include;
			}
	return (struct str){NULL, 0};
}

static void
find_service(struct dns_book *book, struct arena *a, struct posture_domain *d)
{
	const char *name;
	struct str include = service_missing(d, &name);
	struct spf_tree tree;

	if (include.n == 0)
		return;
	/* An include of nothing would be an error. */
	spf_tree_read(book, a, include, &tree);
	if (tree.top->records == 1)
		d->includes[d->includes_n++] = include;
	if (d->tree.top->records > 0)
		(void)weakness_add(&d->weaknesses, WEAKNESS_SPF_SERVICE_MISSING,
		    d->name,
		    _("its mail goes to %s, but the record does not include "
		      "it"),
		    name);
}

static void
find_sources(const struct posture_case *c, struct posture_domain *d)
{
	struct weaknesses *w = &d->weaknesses;

	for (size_t i = 0; i < c->ips_n && d->tree.top->records > 0; i++) {
		const struct spf_outcome *o = &d->outcomes[i];
		char ip[IP_TEXT];

		if (o->result == SPF_FAIL || o->result == SPF_SOFTFAIL)
			(void)weakness_add(w, WEAKNESS_SPF_SOURCE_FAILS,
			    d->name, _("%s may not send as %.*s: %.*s (%s)"),
			    ip_text(&c->ips[i], ip), STR_ARG(d->name),
			    STR_ARG(spf_outcome_sentence(w->arena, o)),
			    spf_result_name(o->result));
		else if (o->result == SPF_NEUTRAL)
			(void)weakness_add(w, WEAKNESS_SPF_SOURCE_OPEN, d->name,
			    _("the record does not say whether %s may send "
			      "as %.*s (neutral)"),
			    ip_text(&c->ips[i], ip), STR_ARG(d->name));
	}
}

static void
find_none(struct posture_domain *d)
{
	struct weaknesses *w = &d->weaknesses;

	if (d->tree.top->records > 0 || !dns_is_known(d->tree.top->status) ||
	    d->inbound.gone)
		return;
	if (d->parked)
		(void)weakness_add(w, WEAKNESS_SPF_PARKED, d->name,
		    _("%.*s takes no mail and does not say that it sends "
		      "none"),
		    STR_ARG(d->name));
	else
		(void)weakness_add(w, WEAKNESS_SPF_NONE, d->name,
		    _("%.*s has no SPF record; one of a domain above it does "
		      "not count"),
		    STR_ARG(d->name));
}

static bool
any_spf(const struct weaknesses *w)
{
	for (const struct weakness *k = w->first; k != NULL; k = k->next)
		if (k->id >= WEAKNESS_SPF_NONE &&
		    k->id <= WEAKNESS_SPF_SERVICE_MISSING &&
		    k->id != WEAKNESS_SPF_TYPE99 &&
		    k->id != WEAKNESS_SPF_SENDER_ID &&
		    k->id != WEAKNESS_SPF_LONG &&
		    k->id != WEAKNESS_SPF_WRONG_PLACE &&
		    k->id != WEAKNESS_SPF_WIDE && k->id != WEAKNESS_SPF_CDN)
			return true;
	return false;
}

static bool
is_among(const struct ip *ips, size_t n, const struct ip *ip)
{
	for (size_t i = 0; i < n; i++)
		if (ip_eq(&ips[i], ip))
			return true;
	return false;
}

/* A record that mends what was found; only where it is another one. */
static void
propose(struct dns_book *book, struct arena *a, const struct posture_case *c,
    struct posture_domain *d)
{
	struct ip missing[POSTURE_SOURCES];
	struct spf_wish wish = {.ips = missing, .all = "~all"};
	struct str text;

	if (!dns_is_known(d->tree.top->status) || !any_spf(&d->weaknesses))
		return;
	if (d->parked) {
		d->proposal = S("v=spf1 -all");
		evaluate(book, a, c, d->name, d->proposal, d->after);
		return;
	}
	for (size_t i = 0; i < c->ips_n; i++)
		if (d->outcomes[i].result != SPF_PASS &&
		    !outcome_is_error(&d->outcomes[i]))
			missing[wish.ips_n++] = c->ips[i];
	wish.has_mx = d->inbound.n > 0 && d->includes_n == 0;
	wish.includes = d->includes;
	wish.includes_n = d->includes_n;
	text = spf_propose(book, a, &d->tree, &wish);
	evaluate(book, a, c, d->name, text, d->after);
	/* An error, or +all, hid who is allowed by name. */
	for (size_t i = 0; i < c->ips_n; i++)
		if (!is_among(missing, wish.ips_n, &c->ips[i]) &&
		    d->after[i].result != SPF_PASS &&
		    d->after[i].result != SPF_TEMPERROR &&
		    !outcome_is_error(&d->after[i]))
			missing[wish.ips_n++] = c->ips[i];
	text = spf_propose(book, a, &d->tree, &wish);
	evaluate(book, a, c, d->name, text, d->after);
	if (d->tree.top->records != 1 || !str_eq(text, d->tree.top->record))
		d->proposal = text;
}

/* The first question of the domain that shows it is enough. */
static void
find_bogus(struct dns_book *book, struct posture_domain *d)
{
	static const enum dns_type types[] = {DNS_MX, DNS_TXT, DNS_A};

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct dns_answer *answer =
		    dns_book_get(book, d->name, types[i]);

		if (answer == NULL || answer->status != DNS_BOGUS)
			continue;
		weakness_add(&d->weaknesses, WEAKNESS_DNSSEC_BOGUS, d->name,
		    _("the DNSSEC signatures of %.*s do not fit: %.*s"),
		    STR_ARG(d->name), STR_ARG(answer->why))
		    ->advice = str_z(
		    _("Sign the zone again with the key that the DS record at "
		      "its parent names, or have that DS record taken out."));
		return;
	}
}

static void
read_domain(struct dns_book *book, struct arena *a,
    const struct posture_case *c, size_t at, struct posture_domain *d)
{
	d->name = dns_name_trim(c->domains[at].text);
	d->why = c->domains[at].why;
	d->weaknesses = (struct weaknesses){.arena = a};
	inbound_read(book, a, d->name, &d->inbound);
	d->inbound.policy = sts_find(c->policies, c->policies_n, d->name);
	spf_tree_read(book, a, d->name, &d->tree);
	evaluate(book, a, c, d->name, (struct str){NULL, 0}, d->outcomes);
	d->parked =
	    d->why.n == 0 && d->tree.top->records == 0 &&
	    (d->inbound.null || (d->inbound.total == 0 && !d->inbound.lost));
	inbound_find(book, &d->inbound, !d->parked, &d->weaknesses);
	find_bogus(book, d);
	find_none(d);
	spf_faults_find(book, &d->tree, &d->weaknesses);
	find_sources(c, d);
	find_service(book, a, d);
	posture_relays_find(book, a, c, d);
	propose(book, a, c, d);
	posture_keys_read(
	    book, a, c, d, at < POSTURE_GUESSED && !c->no_guesses);
	posture_keys_find(d);
	dmarc_read(book, a, d->name, &d->dmarc);
	if (!d->inbound.gone)
		dmarc_find(book, &d->dmarc, d->parked, &d->weaknesses);
}

static void
find_helo_spf(struct posture *p, size_t at)
{
	const struct helo *h = &p->helos[at];
	bool none = false;

	if (h->literal || h->fault != NULL || h->n == 0)
		return;
	for (size_t i = 0; i < p->c->ips_n; i++) {
		const struct spf_outcome *o = &p->helo_outcomes[at][i];
		char ip[IP_TEXT];

		none |= o->result == SPF_NONE;
		if (o->result != SPF_FAIL && o->result != SPF_SOFTFAIL &&
		    o->result != SPF_PERMERROR)
			continue;
		(void)weakness_add(&p->weaknesses, WEAKNESS_HELO_SPF_FAILS,
		    h->name, _("%s may not greet as %.*s: %.*s (%s)"),
		    ip_text(&p->c->ips[i], ip), STR_ARG(h->name),
		    STR_ARG(spf_outcome_sentence(p->weaknesses.arena, o)),
		    spf_result_name(o->result));
	}
	if (none)
		weakness_add(&p->weaknesses, WEAKNESS_HELO_NO_SPF, h->name,
		    _("%.*s has no SPF record"), STR_ARG(h->name))
		    ->publish =
		    (struct publish){h->name, "TXT", S("v=spf1 a -all")};
}

static void
read_host(struct dns_book *book, struct arena *a, struct posture *p)
{
	const struct posture_case *c = p->c;
	struct str good = S("");

	/* The first name that can be proposed for the reverse. */
	for (size_t i = c->helos_n; i-- > 0;) {
		helo_read(book, c->helos[i].text, &p->helos[i]);
		if (p->helos[i].fault == NULL && !p->helos[i].literal)
			good = c->helos[i].text;
	}
	for (size_t i = 0; i < c->ips_n; i++) {
		reverse_read(book, a, &c->ips[i], &p->sources[i]);
		p->sources[i].why = c->ip_whys[i];
		reverse_find(&p->sources[i], good, &p->weaknesses);
	}
	p->sources_n = c->ips_n;
	for (size_t i = 0; i < c->helos_n; i++) {
		p->helos[i].why = c->helos[i].why;
		helo_find(
		    &p->helos[i], p->sources, p->sources_n, &p->weaknesses);
		evaluate(book, a, c, c->helos[i].text, (struct str){NULL, 0},
		    p->helo_outcomes[i]);
		find_helo_spf(p, i);
	}
	p->helos_n = c->helos_n;
}

struct posture *
posture_read(
    struct dns_book *book, struct arena *a, const struct posture_case *c)
{
	struct posture *p = arena_alloc(a, sizeof(*p));

	p->c = c;
	p->weaknesses = (struct weaknesses){.arena = a};
	read_host(book, a, p);
	p->domains = arena_alloc(a, (c->domains_n + 1) * sizeof(*p->domains));
	for (size_t i = 0; i < c->domains_n; i++)
		read_domain(book, a, c, i, &p->domains[p->domains_n++]);
	return p;
}

void
posture_sum(const struct posture *p, size_t ret_n[LEVELS])
{
	for (int level = 0; level < LEVELS; level++) {
		ret_n[level] = p->weaknesses.n[level];
		for (size_t i = 0; i < p->domains_n; i++)
			ret_n[level] += p->domains[i].weaknesses.n[level];
	}
}
