/* SPDX-License-Identifier: ISC */
/* What "sereno dns" found, for people, programs and monitoring. */
#ifndef SHOW_DNS_H
#define SHOW_DNS_H

#include "check/posture.h"
#include "show/screen.h"
#include "verdict/verdict.h"

struct dns_view {
	const struct posture *p;
	struct str host;
	wall_us at;
	span_us took;
	uint64_t asked;      /* questions */
	struct str resolver; /* "own recursion", "192.0.2.53" */
	bool why;            /* show the tree of SPF and every hint */
	const struct not_examined *notes;
	size_t notes_n;
	bool nothing; /* no question had an answer */
};

/* 0: nothing broken or weak, 1: something is, 3: it could not be asked of some
 * address or domain. */
int dns_exit(const struct dns_view *view);
void dns_text(const struct dns_view *view, const struct screen *s);
void dns_json(const struct dns_view *view, FILE *out);
/* Only what to publish, each word explained. */
void dns_wizard(const struct dns_view *view, const struct screen *s);
/* One line; returns the code of the Monitoring Plugins Guidelines. */
int dns_nagios(const struct dns_view *view, FILE *out);

/* "2 things are broken, 3 are weak" */
struct str dns_headline(const struct dns_view *view, struct arena *a);
/* "tienda.example. TXT \"v=spf1 mx -all\"", a line of a zone. */
struct str dns_publish_line(struct arena *a, const struct publish *publish);

/* The tree of one record, two columns for each level. */
void dns_tree_text(const struct screen *s, const struct spf_tree *tree);

#endif
