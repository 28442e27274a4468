/* SPDX-License-Identifier: ISC */
#include "check/spf_propose.h"

enum {
	WORDS = 200,
};

struct draft {
	struct arena *arena;
	const struct spf_tree *tree;
	struct str words[WORDS];
	size_t n;
	struct str redirect, exp, all;
};

static void
add(struct draft *d, struct str word)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq_fold(d->words[i], word))
			return;
	if (d->n < WORDS)
		d->words[d->n++] = word;
}

/* The node of the same word in the tree, which knows where it leads. */
static const struct spf_node *
node_of(const struct draft *d, struct str word)
{
	for (const struct spf_node *n = d->tree->top->nodes; n != NULL;
	     n = n->next)
		if (str_eq(n->term.text, word))
			return n;
	return NULL;
}

static bool
leads_nowhere(const struct spf_node *n)
{
	if (n == NULL || n->macro || n->lost)
		return false;
	if (n->is_void || n->loop)
		return true;
	return n->inner != NULL && dns_is_known(n->inner->status) &&
	       n->inner->records == 0;
}

static bool
lets_nobody_in(const struct spf_term *t)
{
	return t->kind == SPF_PTR ||
	       ((t->kind == SPF_IP4 || t->kind == SPF_IP6) &&
		   (ip_is_private(&t->ip) || ip_is_loopback(&t->ip)));
}

static struct str
joined(struct draft *d, const struct spf_term *t, const char *word,
    struct str value)
{
	if (t->qualifier == '+')
		return arena_printf(d->arena, "%s%.*s", word, STR_ARG(value));
	return arena_printf(
	    d->arena, "%c%s%.*s", t->qualifier, word, STR_ARG(value));
}

/* What is behind the ':' or '=' of a word. */
static struct str
value_of(struct str word)
{
	size_t at = str_chr(word, ':');

	return str_skip(word, at + 1);
}

static void
mend(struct draft *d, const struct spf_term *t)
{
	struct str value = value_of(t->text);
	struct ip ip;

	switch ((int)t->fault) {
	case SPF_IP6_IN_IP4:
		add(d, joined(d, t, "ip6:", value));
		break;
	case SPF_IP4_IN_IP6:
		add(d, joined(d, t, "ip4:", value));
		break;
	case SPF_IP_AS_NAME:
		if (ip_parse(value, &ip))
			add(d, joined(d, t,
				   ip_is_v4(&ip) ? "ip4:" : "ip6:", value));
		break;
	case SPF_BAD_SEPARATOR:
		if (str_starts(t->text, S("redirect:")))
			d->redirect = arena_printf(
			    d->arena, "redirect=%.*s", STR_ARG(value));
		break;
	default:
		/* "192.0.2.1" alone */
		if (t->fault == SPF_BAD_WORD && ip_parse(t->text, &ip))
			add(d, joined(d, t,
				   ip_is_v4(&ip) ? "ip4:" : "ip6:", t->text));
		break;
	}
}

/* "include=x": the same word with a colon is a good one. */
static void
mend_equals(struct draft *d, const struct spf_term *t)
{
	struct str word = arena_printf(
	    d->arena, "%.*s:%.*s", STR_ARG(t->word), STR_ARG(t->value));
	struct str rest = word;
	struct spf_term again;

	if (spf_term_next(&rest, &again) && again.fault == SPF_FINE)
		add(d, word);
	else
		add(d, t->text);
}

static void
take(struct draft *d, const struct spf_term *t)
{
	if (t->fault != SPF_FINE) {
		mend(d, t);
		return;
	}
	switch ((int)t->kind) {
	case SPF_ALL:
		/* Of two records the milder one harms nobody. */
		if (d->all.n == 0 || t->qualifier != '-')
			d->all = t->qualifier == '-' ? S("-all") : S("~all");
		break;
	case SPF_REDIRECT:
		if (d->redirect.n == 0 && !leads_nowhere(node_of(d, t->text)))
			d->redirect = t->text;
		break;
	case SPF_EXP:
		if (d->exp.n == 0)
			d->exp = t->text;
		break;
	case SPF_OTHER:
		mend_equals(d, t);
		break;
	default:
		if (!lets_nobody_in(t) && !leads_nowhere(node_of(d, t->text)))
			add(d, t->text);
		break;
	}
}

static void
take_wishes(struct draft *d, const struct spf_wish *wish)
{
	char text[IP_TEXT];

	for (size_t i = 0; i < wish->ips_n; i++)
		add(d, arena_printf(d->arena, "%s:%s",
			   ip_is_v4(&wish->ips[i]) ? "ip4" : "ip6",
			   ip_text(&wish->ips[i], text)));
	for (size_t i = 0; i < wish->includes_n; i++)
		add(d, arena_printf(d->arena, "include:%.*s",
			   STR_ARG(wish->includes[i])));
}

static struct str
write_out(struct draft *d)
{
	struct str text = S("v=spf1");

	for (size_t i = 0; i < d->n; i++)
		text = arena_printf(
		    d->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(d->words[i]));
	if (d->all.n > 0)
		d->redirect = d->all; /* 6.1: beside all it is not read */
	else if (d->redirect.n == 0)
		d->redirect = S("~all");
	text = arena_printf(
	    d->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(d->redirect));
	if (d->exp.n > 0)
		text = arena_printf(
		    d->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(d->exp));
	return text;
}

struct str
spf_propose(struct dns_book *book, struct arena *a, const struct spf_tree *tree,
    const struct spf_wish *wish)
{
	const struct dns_answer *txt =
	    dns_book_get(book, tree->top->domain, DNS_TXT);
	struct draft *d = arena_alloc(a, sizeof(*d));
	size_t records = 0;

	*d = (struct draft){.arena = a, .tree = tree};
	take_wishes(d, wish);
	for (size_t i = 0; txt != NULL && i < txt->n; i++) {
		struct str record = txt->records[i].text, terms;
		struct spf_term t;

		/* Blanks and quotes in front are a slip with one meaning. */
		record = str_trim(record);
		while (str_eat(&record, S("\"")) || str_eat(&record, S(" ")))
			;
		if (!spf_is_record(record))
			continue;
		records++;
		terms = spf_terms(record);
		while (spf_term_next(&terms, &t))
			take(d, &t);
	}
	if (records == 0) {
		if (wish->has_mx)
			add(d, S("mx"));
		d->all = str_z(wish->all);
	}
	return write_out(d);
}
