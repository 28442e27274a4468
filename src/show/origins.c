/* SPDX-License-Identifier: ISC */
#include "show/origins.h"

#include <stdlib.h>

/* Larger is first. */
static uint64_t
sort_key(const struct origin *origin, enum origins_sort sort)
{
	switch (sort) {
	case SORT_RECIPIENTS:
		return origin->counts.recipients;
	case SORT_MESSAGES:
		return origin->counts.messages;
	case SORT_REFUSED:
		return origin->counts.bounced;
	case SORT_SPAM:
		return origin->counts.spam;
	case SORT_IPS:
		return (uint64_t)origin->ips_n + origin->ips_missed;
	case SORT_LAST:
		return origin->last;
	case SORT_NAME:
		return 0;
	}
	return 0;
}

/* The same order in every run: ties by messages, then by name. */
static int
compare(const void *a, const void *b, void *arg)
{
	const struct origin *x = *(const struct origin *const *)a;
	const struct origin *y = *(const struct origin *const *)b;
	const struct origins_view *view = arg;
	uint64_t kx = sort_key(x, view->sort), ky = sort_key(y, view->sort);
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order;

	if (kx != ky)
		return kx > ky ? -1 : 1;
	if (view->sort != SORT_NAME && x->counts.messages != y->counts.messages)
		return x->counts.messages > y->counts.messages ? -1 : 1;
	order = n == 0 ? 0 : memcmp(x->name.p, y->name.p, n);
	if (order != 0)
		return order;
	if (x->name.n != y->name.n)
		return x->name.n < y->name.n ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

/* Grouped by something that not every origin has, those without it are left
 * out. Some were only made for a login. */
static bool
is_row(const struct origin *origin, enum origins_by by)
{
	if (origin->counts.messages == 0)
		return false;
	switch (by) {
	case BY_ACCOUNT:
		return origin->kind == ORIGIN_ACCOUNT;
	case BY_SCRIPT:
		return origin->kind == ORIGIN_SCRIPT;
	case BY_UID:
		return origin->uid >= 0;
	case BY_ORIGIN:
	case BY_IP:
	case BY_SENDER:
	case BY_DOMAIN:
		return true;
	}
	return true;
}

void
origins_pick(struct origins_view *view, struct report *report)
{
	const struct tally *tally = report->tally;

	view->rows = arena_alloc(
	    &report->arena, (tally->origins_n + 1) * sizeof(struct origin *));
	view->total = 0;
	for (uint32_t i = 0; i < tally->origins_n; i++)
		if (is_row(tally->origins[i], view->by))
			view->rows[view->total++] = tally->origins[i];
	qsort_r(
	    view->rows, view->total, sizeof(struct origin *), compare, view);
	view->n = view->total < view->top ? view->total : view->top;
}

const char *
origins_by_name(enum origins_by by)
{
	switch (by) {
	case BY_ORIGIN:
		return "origin";
	case BY_ACCOUNT:
		return "account";
	case BY_IP:
		return "ip";
	case BY_SENDER:
		return "sender";
	case BY_DOMAIN:
		return "domain";
	case BY_SCRIPT:
		return "script";
	case BY_UID:
		return "uid";
	}
	return "origin";
}
