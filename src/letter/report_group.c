/* SPDX-License-Identifier: ISC */
#include "letter/report_group.h"

#include <stdlib.h>

unsigned
report_orgs(uint64_t bits)
{
	return (unsigned)__builtin_popcountll(bits);
}

static bool
is_by_network(enum sender sender)
{
	return sender == SENDER_STRANGER || sender == SENDER_FORWARDER;
}

static struct str
name_of(const struct reports *r, const struct report_source *s, struct arena *a)
{
	char text[IP_TEXT + 8];
	struct ip net;

	if (s->service != NULL &&
	    (s->sender == SENDER_SERVICE || s->sender == SENDER_UNSURE))
		return str_z(s->service->name);
	if (s->sender == SENDER_SERVICE && s->include != COUNTED_NONE)
		return reports_name(r, s->include);
	if (ip_is_none(&s->ip))
		return S("?");
	net = ip_network(&s->ip);
	return str_keep(
	    a, str_z(is_by_network(s->sender) ? ip_network_text(&net, text)
					      : ip_text(&s->ip, text)));
}

static uint64_t
name_key(const struct report_source *s)
{
	struct ip net = ip_network(&s->ip);

	if (s->service != NULL &&
	    (s->sender == SENDER_SERVICE || s->sender == SENDER_UNSURE))
		return str_hash(str_z(s->service->id));
	if (s->sender == SENDER_SERVICE && s->include != COUNTED_NONE)
		return s->include * UINT64_C(0x9e3779b97f4a7c15) + 1;
	return is_by_network(s->sender) ? ip_hash(&net) : ip_hash(&s->ip);
}

static enum fault
fault_of(const struct report_source *s)
{
	if ((s->flags & SOURCE_DKIM_ALIGNED) != 0)
		return FAULT_NONE;
	if ((s->flags & SOURCE_SPF_ALIGNED) != 0)
		return FAULT_SPF_ONLY;
	if ((s->flags & SOURCE_DKIM_PASS) != 0)
		return FAULT_OTHERS;
	return (s->flags & SOURCE_SIGNED) != 0 ? FAULT_SIGNATURE
					       : FAULT_UNSIGNED;
}

static void
add(struct report_group *g, const struct report_source *s)
{
	g->messages += s->messages;
	if ((s->flags & SOURCE_ALIGNED) == 0)
		g->unaligned += s->messages;
	for (size_t i = 0; i < DMARC_DISPOSITIONS; i++)
		g->done[i] += s->done[i];
	g->orgs |= s->orgs;
	if (s->first >= 0 && (g->first < 0 || s->first < g->first))
		g->first = s->first;
	if (s->last > g->last)
		g->last = s->last;
}

static int
compare(const void *left, const void *right)
{
	const struct report_group *a = left, *b = right;

	if ((a->unaligned > 0) != (b->unaligned > 0) && a->fault != FAULT_NONE)
		return a->unaligned > 0 ? -1 : 1;
	if (a->messages != b->messages)
		return a->messages < b->messages ? 1 : -1;
	return 0;
}

struct making {
	const struct reports *r;
	struct report_groups *groups;
	struct map by_key, addresses;
	struct arena *a;
};

static struct report_group *
group_of(struct making *m, const struct report_source *s, uint64_t key)
{
	uint32_t *number;
	bool is_new;

	number = map_put(&m->by_key, key, &is_new);
	if (is_new) {
		*number = (uint32_t)m->groups->n;
		m->groups->items[m->groups->n++] =
		    (struct report_group){.sender = s->sender,
			.name = name_of(m->r, s, m->a),
			.service = s->service,
			.ip = s->ip,
			.first = -1,
			.last = -1};
	}
	(void)map_put(&m->addresses, ip_hash(&s->ip) ^ key * 3, &is_new);
	m->groups->items[*number].addresses += is_new;
	if (m->groups->items[*number].host.n == 0)
		m->groups->items[*number].host = reports_name(m->r, s->host);
	return &m->groups->items[*number];
}

static void
make_begin(struct making *m, const struct reports *r, struct arena *a,
    struct report_groups *groups)
{
	*m = (struct making){.r = r, .groups = groups, .a = a};
	*groups = (struct report_groups){0};
	groups->items = xcalloc(r->sources_n + 1, sizeof(*groups->items));
}

/* Into the arena, in order. */
static void
make_end(struct making *m)
{
	struct report_groups *g = m->groups;
	struct report_group *made = g->items;

	if (g->n > 0)
		qsort(made, g->n, sizeof(*made), compare);
	g->items = arena_alloc(m->a, (g->n + 1) * sizeof(*made));
	memcpy(g->items, made, g->n * sizeof(*made));
	free(made);
	map_done(&m->by_key);
	map_done(&m->addresses);
}

void
report_groups(const struct reports *r, enum sender sender, struct arena *a,
    struct report_groups *ret_groups)
{
	struct making m;

	make_begin(&m, r, a, ret_groups);
	for (size_t i = 0; i < r->sources_n; i++) {
		const struct report_source *s = &r->sources[i];

		if (s->sender == sender && s->messages > 0)
			add(group_of(&m, s, name_key(s)), s);
	}
	make_end(&m);
}

void
report_faults(
    const struct reports *r, struct arena *a, struct report_groups *ret_groups)
{
	struct making m;

	make_begin(&m, r, a, ret_groups);
	for (size_t i = 0; i < r->sources_n; i++) {
		const struct report_source *s = &r->sources[i];
		enum fault fault = fault_of(s);
		struct report_group *g;

		if (fault == FAULT_NONE || s->messages == 0 ||
		    !sender_is_ours(s->sender))
			continue;
		g = group_of(&m, s,
		    name_key(s) ^ (s->from + 1) * UINT64_C(0x9e3779b97f4a7c15) ^
			(uint64_t)(fault + 1) << 40);
		g->fault = fault;
		g->from = reports_name(r, s->from);
		if (g->signer.n == 0)
			g->signer = reports_name(r, s->signer);
		if (g->spf.n == 0 || (s->flags & SOURCE_SPF_PASS) != 0) {
			g->spf = reports_name(r, s->spf);
			g->spf_pass |= (s->flags & SOURCE_SPF_PASS) != 0;
		}
		add(g, s);
	}
	make_end(&m);
}
