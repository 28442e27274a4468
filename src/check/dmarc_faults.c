/* SPDX-License-Identifier: ISC */
/* What is wrong with a domain's DMARC. */
#include "base/lang.h"
#include "check/dmarc.h"
#include "check/suffix.h"

struct search {
	struct dns_book *book;
	const struct dmarc *d;
	struct weaknesses *w;
	struct str at; /* "_dmarc.example.org" of the record that counts */
};

/* "mailto:user@domain!10m": the domain; empty: it is no such address. */
static struct str
domain_of(struct str uri)
{
	size_t at;

	if (!str_eq_fold(str_head(uri, 7), S("mailto:")))
		return (struct str){NULL, 0};
	uri = str_head(uri, str_chr(uri, '!'));
	at = str_rchr(uri, '@');
	return at == uri.n || at == 7 ? (struct str){NULL, 0}
				      : str_skip(uri, at + 1);
}

/* RFC 9990 4: the other domain must say that it wants them. */
static void
find_authorisation(struct search *s, struct str uri, struct str to)
{
	struct str from = s->d->policy_at->domain;
	struct str name;
	const struct dns_answer *txt;

	if (str_eq_fold(suffix_organisation(from), suffix_organisation(to)))
		return;
	name = arena_printf(s->w->arena, "%.*s._report._dmarc.%.*s",
	    STR_ARG(from), STR_ARG(to));
	txt = dns_book_get(s->book, name, DNS_TXT);
	if (txt == NULL || !dns_is_known(txt->status))
		return;
	for (size_t i = 0; i < txt->n; i++)
		if (dmarc_is_record(txt->records[i].text))
			return;
	weakness_add(s->w, WEAKNESS_DMARC_RUA_UNAUTHORISED, s->d->domain,
	    _("reports go to %.*s, but %.*s has not agreed"), STR_ARG(uri),
	    STR_ARG(to))
	    ->publish = (struct publish){name, "TXT", S("v=DMARC1")};
}

static void
find_in_uri(struct search *s, struct str uri)
{
	struct str to = domain_of(uri);
	const struct dns_answer *mx, *a;

	if (to.n == 0) {
		(void)weakness_add(s->w, WEAKNESS_DMARC_RUA_BAD, s->d->domain,
		    _("'%.*s' is no address for reports"), STR_ARG(uri));
		return;
	}
	if (str_chr(uri, '!') < uri.n)
		(void)weakness_add(s->w, WEAKNESS_DMARC_REMOVED, s->d->domain,
		    _("'%.*s' limits the size; that is abolished"),
		    STR_ARG(uri));
	mx = dns_book_get(s->book, to, DNS_MX);
	a = dns_book_get(s->book, to, DNS_A);
	if (mx != NULL && a != NULL && dns_is_known(mx->status) &&
	    dns_is_known(a->status) &&
	    ((mx->n == 0 && a->n == 0) ||
		(mx->n == 1 && mx->records[0].name.n == 0)))
		(void)weakness_add(s->w, WEAKNESS_DMARC_RUA_NO_MAIL,
		    s->d->domain, _("reports go to %.*s, which takes no mail"),
		    STR_ARG(uri));
	find_authorisation(s, uri, to);
}

static void
find_in_uris(struct search *s)
{
	const struct dmarc_record *r = &s->d->record;

	for (size_t i = 0; i < r->rua_n; i++)
		find_in_uri(s, r->rua[i]);
	for (size_t i = 0; i < r->ruf_n; i++)
		find_in_uri(s, r->ruf[i]);
	if (r->rua_n > 2)
		(void)weakness_add(s->w, WEAKNESS_DMARC_MANY_URIS, s->d->domain,
		    _("rua= has %zu addresses"), r->rua_n);
	if (r->rua_n == 0)
		weakness_add(s->w, WEAKNESS_DMARC_NO_RUA, s->d->domain,
		    _("the record asks for no reports (rua=)"))
		    ->publish = (struct publish){s->at, "TXT",
		    arena_printf(s->w->arena,
			"%.*s%s rua=mailto:postmaster@%.*s", STR_ARG(r->text),
			str_ends(r->text, S(";")) ? "" : ";",
			STR_ARG(s->d->policy_at->domain))};
}

static void
find_in_policy(struct search *s)
{
	const struct dmarc_record *r = &s->d->record;
	struct str domain = s->d->domain;

	if (r->bad_tag.n > 0)
		(void)weakness_add(s->w, WEAKNESS_DMARC_BAD_TAG, domain,
		    _("'%.*s' has a value that does not exist"),
		    STR_ARG(r->bad_tag));
	if (r->no_tags)
		(void)weakness_add(s->w, WEAKNESS_DMARC_BAD_TAG, domain,
		    _("a part of it has no ="));
	if (r->p == DMARC_UNSET || r->p == DMARC_BAD)
		weakness_add(s->w, WEAKNESS_DMARC_NO_POLICY, domain,
		    _("the record has no valid p="))
		    ->publish = (struct publish){s->at, "TXT",
		    arena_printf(s->w->arena,
			"v=DMARC1; p=none; rua=mailto:postmaster@%.*s",
			STR_ARG(s->d->policy_at->domain))};
	else if (s->d->policy == DMARC_POLICY_NONE && !r->test)
		(void)weakness_add(s->w, WEAKNESS_DMARC_P_NONE, domain,
		    _("the policy is none"));
	if (r->test)
		(void)weakness_add(
		    s->w, WEAKNESS_DMARC_TEST, domain, _("t=y is set"));
	if (r->pct.n + r->rf.n + r->ri.n > 0)
		(void)weakness_add(s->w, WEAKNESS_DMARC_REMOVED, domain,
		    _("the record has %s, which RFC 9989 abolished"),
		    r->pct.n > 0  ? "pct="
		    : r->rf.n > 0 ? "rf="
				  : "ri=");
	if (r->p > DMARC_POLICY_NONE && r->p < DMARC_BAD &&
	    r->sp == DMARC_POLICY_NONE)
		(void)weakness_add(s->w, WEAKNESS_DMARC_SUB_WEAKER, domain,
		    _("sp=none leaves subdomains open, while p=%s"),
		    dmarc_policy_name(r->p));
}

static bool
is_almost(struct str text)
{
	text = str_trim(text);
	while (str_eat(&text, S("\"")) || str_eat(&text, S(" ")))
		;
	return str_eq_fold(str_head(text, 7), S("v=DMARC")) ||
	       str_eq_fold(str_head(text, 5), S("DMARC")) ||
	       str_eq_fold(str_head(text, 8), S("v = DMAR"));
}

/* Where a record of the domain's own should be, or is. */
static void
find_at_stop(struct search *s, const struct dmarc_stop *stop)
{
	if (stop->records > 1)
		(void)weakness_add(s->w, WEAKNESS_DMARC_TWO, s->d->domain,
		    _("_dmarc.%.*s has %zu DMARC records"),
		    STR_ARG(stop->domain), stop->records);
	if (stop->stray > 0 && is_almost(stop->stray_text))
		(void)weakness_add(s->w, WEAKNESS_DMARC_SYNTAX, s->d->domain,
		    _("\"%.*s\" is no DMARC record: it must begin with "
		      "v=DMARC1 and a semicolon"),
		    STR_ARG(stop->stray_text));
	else if (stop->stray > 0)
		(void)weakness_add(s->w, WEAKNESS_DMARC_STRAY, s->d->domain,
		    _("_dmarc.%.*s has other text, too: \"%.*s\""),
		    STR_ARG(stop->domain), STR_ARG(stop->stray_text));
}

static void
find_old(struct search *s)
{
	const struct dmarc *d = s->d;

	if (d->old_at == d->policy_at && d->old_policy == d->policy)
		return;
	if (d->old_at == NULL)
		(void)weakness_add(s->w, WEAKNESS_DMARC_OLD_RECEIVERS,
		    d->domain,
		    _("the policy of %.*s is not seen by receivers that "
		      "follow RFC 7489"),
		    STR_ARG(d->policy_at->domain));
	else if (d->old_at != d->policy_at)
		(void)weakness_add(s->w, WEAKNESS_DMARC_OLD_RECEIVERS,
		    d->domain,
		    _("receivers that follow RFC 7489 take the policy of "
		      "%.*s: %s"),
		    STR_ARG(d->old_at->domain),
		    dmarc_policy_name(d->old_policy));
}

/* Where no record counts: the first to publish. */
static void
find_none(struct search *s, bool parked)
{
	struct str top = suffix_organisation(s->d->domain);
	struct arena *a = s->w->arena;

	weakness_add(s->w, WEAKNESS_DMARC_NONE, s->d->domain,
	    _("there is no DMARC record that counts"))
	    ->publish = (struct publish){
	    arena_printf(a, "_dmarc.%.*s", STR_ARG(top)), "TXT",
	    parked ? S("v=DMARC1; p=reject")
		   : arena_printf(a,
			 "v=DMARC1; p=none; rua=mailto:postmaster@%.*s",
			 STR_ARG(top))};
}

void
dmarc_find(struct dns_book *book, const struct dmarc *d, bool parked,
    struct weaknesses *w)
{
	struct search s = {.book = book, .d = d, .w = w};

	if (d->lost)
		return;
	for (size_t i = 0; i < d->stops_n; i++)
		if (i == 0 || str_eq_fold(d->stops[i].domain,
				  suffix_organisation(d->domain)))
			find_at_stop(&s, &d->stops[i]);
	if (d->policy_at == NULL) {
		find_none(&s, parked);
		return;
	}
	s.at = arena_printf(
	    w->arena, "_dmarc.%.*s", STR_ARG(d->policy_at->domain));
	find_in_policy(&s);
	find_in_uris(&s);
	find_old(&s);
}
