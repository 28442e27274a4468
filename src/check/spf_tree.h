/* SPDX-License-Identifier: ISC */
/*
 * All that an SPF record can lead to, whoever sends: each include and
 * redirect with its own record, counted as a receiver counts that reaches the
 * end (RFC 7208 4.6.4).
 */
#ifndef CHECK_SPF_TREE_H
#define CHECK_SPF_TREE_H

#include "check/spf_term.h"
#include "net/dns_book.h"

enum {
	/* Deeper or longer it is broken anyway. */
	SPF_TREE_DEPTH = 12,
	SPF_TREE_TERMS = 400,
	/* Four times what receivers do; each may cost twenty questions. */
	SPF_TREE_LOOKUPS = 40,
};

struct spf_node {
	struct spf_term term;
	struct str name;  /* what it asks for; empty: nothing, or a macro */
	bool macro;       /* what it asks for depends on the message */
	bool loop;        /* include or redirect of a record above it */
	bool lost;        /* a question of it had no answer */
	bool is_void;     /* it leads to nothing */
	bool used;        /* redirect: there is no all beside it */
	unsigned lookups; /* counted up to here */
	size_t addresses; /* of a, mx: that were found */
	size_t names;     /* of mx */
	struct ip first;  /* address of a, mx */
	struct spf_branch *inner;
	struct spf_node *next;
};

struct spf_branch {
	struct str domain;
	enum dns_status status;
	size_t records;    /* that are SPF records */
	struct str record; /* the first of them */
	struct spf_node *nodes;
};

struct spf_tree {
	struct spf_branch *top;
	unsigned lookups, voids;
	size_t terms;
	bool cut; /* there is more of it */
};

/* What the book does not know yet it wants; the tree is whole when nothing is
 * missing. Lives in the arena and the book. */
void spf_tree_read(struct dns_book *book, struct arena *a, struct str domain,
    struct spf_tree *ret_tree);
/* Is the record of that domain one of it; within: or of a name below it? */
bool spf_tree_has(const struct spf_tree *tree, struct str domain, bool within);

#endif
