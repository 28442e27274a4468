/* SPDX-License-Identifier: ISC */
#include "check/spf_faults.h"

#include "base/lang.h"
#include "check/spf_cdn.h"
#include "check/spf_macro.h"

enum {
	WIDE_BITS4 = 16, /* more than 65,536 addresses */
	WIDE_BITS6 = 32,
	NEAR = 9,
	ANSWER_WARN = 450, /* RFC 7208 3.4 */
};

struct search {
	struct dns_book *book;
	const struct spf_tree *tree;
	struct weaknesses *w;
	struct str domain; /* whose tree it is */
	struct str seen[SPF_TREE_TERMS];
	size_t seen_n;
};

/* ---- one term ---- */

/* "include=x" is a modifier that nobody knows. */
static bool
looks_like_mechanism(struct str word)
{
	static const struct str words[] = {S0("include"), S0("a"), S0("mx"),
	    S0("ptr"), S0("ip4"), S0("ip6"), S0("exists"), S0("all")};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_fold(word, words[i]))
			return true;
	return false;
}

static void
find_in_addresses(
    struct search *s, const struct spf_node *n, const struct str domain)
{
	const struct spf_term *t = &n->term;
	bool v4 = t->kind == SPF_IP4;

	/* Of the widths of services that are included one has to believe. */
	if (ip_is_private(&t->ip) || ip_is_loopback(&t->ip))
		(void)weakness_add(s->w, WEAKNESS_SPF_PRIVATE, s->domain,
		    _("'%.*s' of %.*s is a private address"), STR_ARG(t->text),
		    STR_ARG(domain));
	else if (dns_name_eq(domain, s->domain) && t->qualifier == '+' &&
		 (v4 ? t->bits4 < WIDE_BITS4 : t->bits6 < WIDE_BITS6))
		(void)weakness_add(s->w, WEAKNESS_SPF_WIDE, s->domain,
		    _("'%.*s' lets very many addresses send"),
		    STR_ARG(t->text));
}

/* first: of the same record. */
static void
find_in_all(
    struct search *s, const struct spf_node *first, const struct spf_node *n)
{
	const struct spf_term *t = &n->term;
	bool behind = false;

	if (t->qualifier == '+')
		(void)weakness_add(s->w, WEAKNESS_SPF_PLUS_ALL, s->domain,
		    _("it ends with '%.*s'"), STR_ARG(t->text));
	if (t->qualifier == '?')
		(void)weakness_add(s->w, WEAKNESS_SPF_NEUTRAL_ALL, s->domain,
		    _("it ends with '%.*s'"), STR_ARG(t->text));
	for (const struct spf_node *m = first; m != NULL; m = m->next) {
		behind |= m == n;
		if (m->term.fault != SPF_FINE || m == n)
			continue;
		if (behind && m->term.kind < SPF_REDIRECT)
			(void)weakness_add(s->w, WEAKNESS_SPF_AFTER_ALL,
			    s->domain, _("'%.*s' stands behind '%.*s'"),
			    STR_ARG(m->term.text), STR_ARG(t->text));
		if (m->term.kind == SPF_REDIRECT)
			(void)weakness_add(s->w, WEAKNESS_SPF_REDIRECT_UNUSED,
			    s->domain, _("'%.*s' stands beside '%.*s'"),
			    STR_ARG(m->term.text), STR_ARG(t->text));
	}
}

static void
find_in_hosts(struct search *s, const struct spf_node *n, struct str domain)
{
	const char *proxy = n->addresses > 0 ? spf_cdn_of(&n->first) : NULL;

	if (n->term.kind == SPF_MX && n->names > 10)
		(void)weakness_add(s->w, WEAKNESS_SPF_MX_NAMES, s->domain,
		    _("'%.*s' of %.*s leads to more than 10 names"),
		    STR_ARG(n->term.text), STR_ARG(domain));
	if (proxy != NULL)
		(void)weakness_add(s->w, WEAKNESS_SPF_CDN, s->domain,
		    _("'%.*s' of %.*s leads to %s"), STR_ARG(n->term.text),
		    STR_ARG(domain), proxy);
	if (n->is_void && s->tree->voids <= 2)
		(void)weakness_add(s->w, WEAKNESS_SPF_VOID_TERM, s->domain,
		    _("'%.*s' of %.*s leads to nothing: %.*s has no such "
		      "record"),
		    STR_ARG(n->term.text), STR_ARG(domain), STR_ARG(n->name));
}

static void
find_twice(struct search *s, const struct spf_node *n, struct str domain)
{
	for (size_t i = 0; i < s->seen_n; i++)
		if (dns_name_eq(s->seen[i], n->name)) {
			(void)weakness_add(s->w, WEAKNESS_SPF_INCLUDE_TWICE,
			    s->domain, _("'%.*s' of %.*s was there before"),
			    STR_ARG(n->term.text), STR_ARG(domain));
			return;
		}
	if (s->seen_n < SPF_TREE_TERMS)
		s->seen[s->seen_n++] = n->name;
}

static void
find_in_inner(struct search *s, const struct spf_node *n, struct str domain)
{
	const struct spf_branch *b = n->inner;

	if (n->loop) {
		(void)weakness_add(s->w, WEAKNESS_SPF_LOOP, s->domain,
		    _("'%.*s' of %.*s leads back to a record that leads to "
		      "it"),
		    STR_ARG(n->term.text), STR_ARG(domain));
		return;
	}
	if (b == NULL)
		return;
	find_twice(s, n, domain);
	if (!dns_is_known(b->status) || b->records == 1)
		return;
	if (b->records > 1)
		(void)weakness_add(s->w, WEAKNESS_SPF_TWO, s->domain,
		    _("'%.*s' of %.*s leads to %.*s, which has %zu SPF "
		      "records"),
		    STR_ARG(n->term.text), STR_ARG(domain), STR_ARG(b->domain),
		    b->records);
	else
		(void)weakness_add(s->w, WEAKNESS_SPF_INCLUDE_NONE, s->domain,
		    _("'%.*s' of %.*s leads to %.*s, which has no SPF "
		      "record"),
		    STR_ARG(n->term.text), STR_ARG(domain), STR_ARG(b->domain));
}

static void
find_in_node(struct search *s, const struct spf_node *n, struct str domain)
{
	const struct spf_term *t = &n->term;

	if (t->fault != SPF_FINE) {
		(void)weakness_add(s->w, WEAKNESS_SPF_SYNTAX, s->domain,
		    _("'%.*s' in the record of %.*s: %s"), STR_ARG(t->text),
		    STR_ARG(domain), _(spf_fault_sentence(t->fault)));
		return;
	}
	if (t->kind == SPF_OTHER && looks_like_mechanism(t->word))
		(void)weakness_add(s->w, WEAKNESS_SPF_EQUALS, s->domain,
		    _("'%.*s' of %.*s has = where a colon belongs"),
		    STR_ARG(t->text), STR_ARG(domain));
	if (t->kind == SPF_IP4 || t->kind == SPF_IP6)
		find_in_addresses(s, n, domain);
	if (t->kind == SPF_ALL && dns_name_eq(domain, s->domain))
		find_in_all(s, s->tree->top->nodes, n);
	if (t->kind == SPF_PTR)
		(void)weakness_add(s->w, WEAKNESS_SPF_PTR, s->domain,
		    _("'%.*s' in the record of %.*s"), STR_ARG(t->text),
		    STR_ARG(domain));
	if (t->kind == SPF_A || t->kind == SPF_MX || t->kind == SPF_EXISTS)
		find_in_hosts(s, n, domain);
	if (t->kind == SPF_INCLUDE || (t->kind == SPF_REDIRECT && n->used))
		find_in_inner(s, n, domain);
}

static void
find_in_branch(struct search *s, const struct spf_branch *branch)
{
	bool end = false;
	struct spf_term fault;

	for (const struct spf_node *n = branch->nodes; n != NULL; n = n->next) {
		end |= n->term.kind == SPF_ALL || n->used;
		find_in_node(s, n, branch->domain);
	}
	if (branch->records > 0 && spf_find_fault(branch->record, &fault) &&
	    fault.fault == SPF_TWICE)
		(void)weakness_add(s->w, WEAKNESS_SPF_SYNTAX, s->domain,
		    _("'%.*s' in the record of %.*s: %s"), STR_ARG(fault.text),
		    STR_ARG(branch->domain), _(spf_fault_sentence(SPF_TWICE)));
	if (!end && branch->records == 1 && branch == s->tree->top)
		(void)weakness_add(s->w, WEAKNESS_SPF_NO_ALL, s->domain,
		    _("the record has no 'all' at its end"));
	for (const struct spf_node *n = branch->nodes; n != NULL; n = n->next)
		if (n->inner != NULL)
			find_in_branch(s, n->inner);
}

/* ---- the name's TXT records ---- */

/* "v=spf1;...", " v=spf1 ...", "spf1 ...": somebody meant SPF. */
static bool
is_almost(struct str text)
{
	struct str head = str_trim(str_head(text, 12));

	if (spf_is_record(text))
		return false;
	while (str_eat(&head, S("\"")) || str_eat(&head, S(" ")))
		;
	return str_eq_fold(str_head(head, 5), S("v=spf")) ||
	       str_eq_fold(str_head(head, 4), S("spf1")) ||
	       str_eq_fold(str_head(head, 6), S("v =spf")) ||
	       str_eq_fold(str_head(head, 6), S("v= spf"));
}

static void
find_in_texts(struct search *s, const struct dns_answer *txt)
{
	for (size_t i = 0; i < txt->n; i++) {
		struct str text = txt->records[i].text;

		if (is_almost(text))
			(void)weakness_add(s->w, WEAKNESS_SPF_ALMOST, s->domain,
			    _("the record \"%.*s\" is none: it must begin "
			      "with v=spf1 and a blank"),
			    STR_ARG(text));
		if (str_eq_fold(str_head(text, 6), S("spf2.0")))
			(void)weakness_add(s->w, WEAKNESS_SPF_SENDER_ID,
			    s->domain, _("the record \"%.*s\" is Sender ID"),
			    STR_ARG(text));
		if (str_eq_fold(str_head(str_trim(text), 8), S("v=DMARC1")))
			(void)weakness_add(s->w, WEAKNESS_DMARC_WRONG_PLACE,
			    s->domain,
			    _("a DMARC record stands at the domain itself"));
	}
	if (txt->size > ANSWER_WARN)
		(void)weakness_add(s->w, WEAKNESS_SPF_LONG, s->domain,
		    _("all TXT records of the name together take %u bytes"),
		    txt->size);
}

static void
find_elsewhere(struct search *s)
{
	const struct dns_answer *old =
	    dns_book_get(s->book, s->domain, DNS_SPF);
	const struct dns_answer *dmarc = dns_book_get(s->book,
	    arena_printf(s->w->arena, "_dmarc.%.*s", STR_ARG(s->domain)),
	    DNS_TXT);

	if (old != NULL && old->n > 0)
		(void)weakness_add(s->w, WEAKNESS_SPF_TYPE99, s->domain,
		    _("there is a record of type SPF beside TXT"));
	for (size_t i = 0; dmarc != NULL && i < dmarc->n; i++)
		if (spf_is_record(dmarc->records[i].text))
			(void)weakness_add(s->w, WEAKNESS_SPF_WRONG_PLACE,
			    s->domain, _("an SPF record stands at _dmarc"));
}

static void
find_in_sums(struct search *s)
{
	const struct spf_tree *tree = s->tree;

	if (tree->lookups > 10)
		weakness_add(s->w, WEAKNESS_SPF_LOOKUPS, s->domain,
		    tree->cut ? _("the record needs at least %u lookups, %u "
				  "too many")
			      : _("the record needs %u lookups, %u too many"),
		    tree->lookups, tree->lookups - 10)
		    ->advice = str_z(
		    _("Take out services that are used no more, write ip4: "
		      "and ip6: for your own hosts in place of a and mx, and "
		      "let newsletters send from a subdomain with a record of "
		      "its own. Do not copy the addresses of a service: they "
		      "change."));
	else if (tree->lookups >= NEAR)
		(void)weakness_add(s->w, WEAKNESS_SPF_LOOKUPS_NEAR, s->domain,
		    _("the record needs %u of 10 lookups"), tree->lookups);
	if (tree->voids > 2)
		(void)weakness_add(s->w, WEAKNESS_SPF_VOIDS, s->domain,
		    _("%u words of it lead to names or records that are not "
		      "there"),
		    tree->voids);
}

void
spf_faults_find(
    struct dns_book *book, const struct spf_tree *tree, struct weaknesses *w)
{
	struct search s = {.book = book, .tree = tree, .w = w};
	const struct dns_answer *txt;

	s.domain = tree->top->domain;
	txt = dns_book_get(book, s.domain, DNS_TXT);
	if (txt != NULL)
		find_in_texts(&s, txt);
	find_elsewhere(&s);
	if (tree->top->records > 1)
		(void)weakness_add(w, WEAKNESS_SPF_TWO, s.domain,
		    _("there are %zu SPF records"), tree->top->records);
	find_in_branch(&s, tree->top);
	find_in_sums(&s);
}
