/* SPDX-License-Identifier: ISC */
/*
 * Innocents that look alike: a second server of ours that was not named
 * (--own), a service that was given our key, mailing lists that leave
 * signatures whole and send one mail to a thousand readers. So a suspicion
 * wants volume, several receivers and, for a replay, several networks.
 */
#include "letter/report_evidence.h"

#include <stdlib.h>

enum {
	/* Fewer messages than these are nobody's abuse. */
	SUSPECT_MIN = 100,
};

struct network_sum {
	struct ip net;
	uint64_t messages;
};

struct summing {
	const struct reports *r;
	struct arena *a;
	struct report_suspects *to;
	struct map by_network;
	struct network_sum *networks;
	size_t n, cap;
	uint64_t orgs, best;
};

static void
suspect(struct summing *m, const struct report_source *s)
{
	struct ip net = ip_network(&s->ip);
	uint32_t *number;
	bool is_new;

	m->to->messages += s->messages;
	m->to->punished += s->done[DMARC_QUARANTINE] + s->done[DMARC_REJECT];
	m->orgs |= s->orgs;
	if (s->first >= 0 && (m->to->first < 0 || s->first < m->to->first))
		m->to->first = s->first;
	if (s->last > m->to->last)
		m->to->last = s->last;
	if (s->messages > m->best) {
		m->best = s->messages;
		m->to->selector = reports_name(m->r, s->selector);
	}
	number = map_put(&m->by_network, ip_hash(&net), &is_new);
	if (is_new) {
		*number = (uint32_t)m->n;
		VEC_ROOM(m->networks, m->n, m->cap);
		m->networks[m->n++] = (struct network_sum){net, 0};
	}
	m->networks[*number].messages += s->messages;
}

static void
summing_end(struct summing *m)
{
	char text[IP_TEXT + 8];

	m->to->networks = m->n;
	m->to->orgs = (unsigned)__builtin_popcountll(m->orgs);
	for (size_t i = 0; i < m->n; i++)
		if (m->networks[i].messages > m->to->top) {
			m->to->top = m->networks[i].messages;
			m->to->network = str_keep(m->a,
			    str_z(ip_network_text(&m->networks[i].net, text)));
		}
	map_done(&m->by_network);
	free(m->networks);
}

/* Selectors that our own addresses sign with, by their number. */
static bool *
own_selectors(const struct reports *r)
{
	bool *own = xcalloc(r->names.n + 1, sizeof(*own));

	for (size_t i = 0; i < r->sources_n; i++)
		if (r->sources[i].sender == SENDER_OURS &&
		    r->sources[i].selector != COUNTED_NONE)
			own[r->sources[i].selector] = true;
	return own;
}

/* Which suspicion a source falls under; NULL: none. */
static struct report_suspects *
suspicion(
    const struct report_source *s, const bool *own, struct report_evidence *e)
{
	bool signed_here = s->selector != COUNTED_NONE && own[s->selector];

	if ((s->flags & SOURCE_DKIM_ALIGNED) == 0)
		return NULL;
	if (s->sender == SENDER_PASSING && s->selector != COUNTED_NONE)
		return signed_here ? &e->key : &e->other_key;
	if (s->sender != SENDER_FORWARDER)
		return NULL;
	if ((s->flags & SOURCE_OVERRIDE) == 0)
		return &e->handed_on;
	e->handed_override += s->messages;
	return NULL;
}

static void
count_days(const struct reports *r, const bool *own, struct report_evidence *e)
{
	for (size_t i = 0; i < r->cells_n; i++) {
		const struct report_cell *c = &r->cells[i];
		const struct report_source *s = &r->sources[c->source];
		struct report_suspects *to;
		uint64_t before = e->handed_override;

		if (c->day < e->from || c->day >= e->to)
			continue;
		if (s->sender == SENDER_OURS)
			e->reported += c->messages;
		to = suspicion(s, own, e);
		e->handed_override = before;
		if (to != NULL)
			to->on_days += c->messages;
	}
}

void
report_evidence(const struct reports *r, const struct passed *passed,
    struct arena *a, struct report_evidence *ret_evidence)
{
	struct report_evidence *e = ret_evidence;
	bool *own = own_selectors(r);
	struct summing sums[3] = {
	    {.to = &e->key}, {.to = &e->other_key}, {.to = &e->handed_on}};

	*e = (struct report_evidence){0};
	if (passed == NULL || !passed_days(passed, &e->from, &e->to))
		e->from = e->to = 0;
	else
		e->delivered = passed_between(passed, e->from, e->to);
	for (size_t k = 0; k < ARRAY_LEN(sums); k++) {
		sums[k].r = r;
		sums[k].a = a;
		sums[k].to->first = sums[k].to->last = -1;
	}
	for (size_t i = 0; i < r->sources_n; i++) {
		const struct report_source *s = &r->sources[i];
		const struct report_suspects *to = suspicion(s, own, e);

		if (s->sender == SENDER_OURS)
			e->own += s->messages;
		for (size_t k = 0; k < ARRAY_LEN(sums); k++)
			if (sums[k].to == to && s->messages > 0)
				suspect(&sums[k], s);
	}
	for (size_t k = 0; k < ARRAY_LEN(sums); k++)
		summing_end(&sums[k]);
	e->first = r->first == WALL_NONE ? -1 : (int32_t)(r->first / US_DAY);
	count_days(r, own, e);
	free(own);
}

bool
evidence_is_bypassed(const struct report_evidence *e)
{
	return e->from < e->to &&
	       e->reported > e->delivered + e->delivered / 2 + SUSPECT_MIN;
}

bool
evidence_is_replayed(const struct report_evidence *e)
{
	const struct report_suspects *h = &e->handed_on;

	if (h->messages < SUSPECT_MIN || h->networks < 3 || h->orgs < 2)
		return false;
	if (e->from < e->to)
		return h->on_days > 2 * e->delivered + SUSPECT_MIN;
	return e->own > 0 && h->messages > 2 * e->own + SUSPECT_MIN;
}
