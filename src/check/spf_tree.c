/* SPDX-License-Identifier: ISC */
#include "check/spf_tree.h"

#include "check/spf_macro.h"

struct walk {
	struct dns_book *book;
	struct arena *arena;
	struct spf_tree *tree;
	struct str path[SPF_TREE_DEPTH];
	size_t depth;
};

static struct spf_branch *read_branch(struct walk *w, struct str domain);

static const struct dns_answer *
ask(struct walk *w, struct spf_node *node, struct str name, enum dns_type type)
{
	const struct dns_answer *answer = dns_book_get(w->book, name, type);

	if (answer != NULL && !dns_is_known(answer->status))
		node->lost = true;
	return answer;
}

static void
add_addresses(struct walk *w, struct spf_node *node, struct str name)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct dns_answer *answer = ask(w, node, name, types[i]);

		if (answer == NULL || answer->n == 0)
			continue;
		if (node->addresses == 0)
			node->first = answer->records[0].ip;
		node->addresses += answer->n;
	}
}

static void
add_mx(struct walk *w, struct spf_node *node)
{
	const struct dns_answer *mx = ask(w, node, node->name, DNS_MX);

	if (mx == NULL)
		return;
	node->names = mx->n;
	for (size_t i = 0; i < mx->n && i < 10; i++)
		if (mx->records[i].name.n > 0)
			add_addresses(w, node, mx->records[i].name);
}

static bool
is_above(const struct walk *w, struct str domain)
{
	for (size_t i = 0; i < w->depth; i++)
		if (dns_name_eq(w->path[i], domain))
			return true;
	return false;
}

static void
follow(struct walk *w, struct spf_node *node)
{
	if (is_above(w, node->name)) {
		node->loop = true;
		return;
	}
	if (w->depth < SPF_TREE_DEPTH)
		node->inner = read_branch(w, node->name);
}

static void
work(struct walk *w, struct spf_node *node)
{
	const struct dns_answer *answer;

	switch (node->term.kind) {
	case SPF_A:
		add_addresses(w, node, node->name);
		node->is_void = node->addresses == 0 && !node->lost;
		break;
	case SPF_MX:
		add_mx(w, node);
		node->is_void = node->addresses == 0 && !node->lost;
		break;
	case SPF_EXISTS:
		answer = ask(w, node, node->name, DNS_A);
		node->is_void = answer != NULL && answer->n == 0 && !node->lost;
		break;
	case SPF_INCLUDE:
	case SPF_REDIRECT:
		follow(w, node);
		break;
	case SPF_ALL:
	case SPF_PTR:
	case SPF_IP4:
	case SPF_IP6:
	case SPF_EXP:
	case SPF_OTHER:
		break;
	}
	w->tree->voids += node->is_void;
}

static void
add_term(struct walk *w, struct spf_node *node, struct str domain)
{
	const struct spf_term *t = &node->term;
	struct spf_values none = {{{NULL, 0}}};
	struct str text;

	if (spf_asks(t->kind))
		w->tree->lookups++;
	node->lookups = w->tree->lookups;
	if (!spf_asks(t->kind) || t->kind == SPF_PTR)
		return;
	if (t->value.n == 0) {
		node->name = domain;
	} else if (spf_macro_has_any(t->value)) {
		node->macro = true;
		return;
	} else if (spf_macro_expand(w->arena, t->value, &none, &text)) {
		node->name = spf_macro_name(w->arena, text);
	} else {
		return;
	}
	work(w, node);
}

static void
read_terms(struct walk *w, struct spf_branch *branch)
{
	struct str terms = spf_terms(branch->record);
	struct spf_node **at = &branch->nodes, *redirect = NULL;
	struct spf_term t;
	bool all = false;

	while (spf_term_next(&terms, &t)) {
		struct spf_node *node;

		if (++w->tree->terms > SPF_TREE_TERMS ||
		    w->tree->lookups >= SPF_TREE_LOOKUPS) {
			w->tree->cut = true;
			return;
		}
		node = arena_alloc(w->arena, sizeof(*node));
		node->term = t;
		node->lookups = w->tree->lookups;
		*at = node;
		at = &node->next;
		if (t.fault != SPF_FINE || all)
			continue;
		if (t.kind == SPF_REDIRECT)
			redirect = node;
		else
			add_term(w, node, branch->domain);
		all = t.kind == SPF_ALL;
	}
	if (redirect != NULL && !all) {
		redirect->used = true;
		add_term(w, redirect, branch->domain);
	}
}

static struct spf_branch *
read_branch(struct walk *w, struct str domain)
{
	struct spf_branch *branch = arena_alloc(w->arena, sizeof(*branch));
	const struct dns_answer *answer =
	    dns_book_get(w->book, domain, DNS_TXT);

	branch->domain = domain;
	if (answer == NULL)
		return branch;
	branch->status = answer->status;
	for (size_t i = 0; i < answer->n; i++)
		if (spf_is_record(answer->records[i].text) &&
		    branch->records++ == 0)
			branch->record = answer->records[i].text;
	if (branch->records == 0)
		return branch;
	w->path[w->depth++] = domain;
	read_terms(w, branch);
	w->depth--;
	return branch;
}

void
spf_tree_read(struct dns_book *book, struct arena *a, struct str domain,
    struct spf_tree *ret_tree)
{
	struct walk w = {.book = book, .arena = a, .tree = ret_tree};

	*ret_tree = (struct spf_tree){0};
	ret_tree->top = read_branch(&w, domain);
}

static bool
branch_has(const struct spf_branch *b, struct str domain, bool within)
{
	if (within ? dns_name_within(b->domain, domain)
		   : dns_name_eq(b->domain, domain))
		return true;
	for (const struct spf_node *n = b->nodes; n != NULL; n = n->next)
		if (n->inner != NULL && branch_has(n->inner, domain, within))
			return true;
	return false;
}

bool
spf_tree_has(const struct spf_tree *tree, struct str domain, bool within)
{
	return branch_has(tree->top, domain, within);
}
