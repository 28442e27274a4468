/* SPDX-License-Identifier: ISC */
#include "base/lang.h"
#include "show/reports.h"

#include <stdlib.h>

enum {
	SHOWN = 8,
};

static int
compare(const void *left, const void *right)
{
	const struct report_tls *a = *(const struct report_tls *const *)left;
	const struct report_tls *b = *(const struct report_tls *const *)right;

	return (a->sessions < b->sessions) - (a->sessions > b->sessions);
}

static void
item_row(const struct report_tls *item, const struct screen *s, bool first)
{
	struct arena *a = s->arena;
	struct str host = item->mx.n > 0 ? item->mx : item->domain;

	if (first)
		screen_label(s, S("TLS"));
	else
		screen_gap(s, SCREEN_LABEL);
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL + 2,
	    arena_printf(a,
		_n("%s session to %.*s failed: %s",
		    "%s sessions to %.*s failed: %s", item->sessions),
		lang_number(a, item->sessions), STR_ARG(host),
		tls_failure_words(item->type)));
}

void
reports_tls_text(const struct reports *r, const struct screen *s)
{
	const struct report_tls **sorted;
	struct arena *a = s->arena;

	if (r->tls.reports == 0)
		return;
	if (r->tls.failed == 0) {
		screen_label(s, S("TLS"));
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
		    arena_printf(a, _("%s sessions, none failed"),
			lang_number(a, r->tls.good)));
		return;
	}
	sorted = arena_alloc(a, (r->tls.n + 1) * sizeof(*sorted));
	for (size_t i = 0; i < r->tls.n; i++)
		sorted[i] = &r->tls.items[i];
	qsort(sorted, r->tls.n, sizeof(*sorted), compare);
	for (size_t i = 0; i < r->tls.n && i < SHOWN; i++)
		item_row(sorted[i], s, i == 0);
}
