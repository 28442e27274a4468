/* SPDX-License-Identifier: ISC */
/*
 * Which term of a domain's SPF record lets an address send tells whose it is: one
 * of its own, or a service that it includes. A name counts when it leads back to
 * the address.
 */
#include "letter/report_world.h"

#include "letter/spf_pairs.h"

static bool
is_asked(const struct reports *r, const struct report_source *s)
{
	return !ip_is_none(&s->ip) && s->from != COUNTED_NONE &&
	       !own_has_ip(r->own, &s->ip);
}

static uint32_t
name_of(struct reports *r, struct str name)
{
	return name.n == 0 ? COUNTED_NONE
			   : counted_add(&r->names, &r->arena, name);
}

static void
apply(struct reports *r, const struct spf_pairs *pairs)
{
	for (size_t i = 0; i < r->sources_n; i++) {
		struct report_source *s = &r->sources[i];
		const struct spf_pair *p;

		if (!is_asked(r, s))
			continue;
		p = spf_pairs_find(pairs, &s->ip, reports_name(r, s->from));
		if (p == NULL)
			continue;
		s->direct = p->direct;
		s->include = name_of(r, p->include);
		s->host = name_of(r, p->host);
		r->direct += p->direct;
	}
	for (size_t i = 0; i < pairs->n; i++)
		r->unanswered += pairs->items[i].result == SPF_TEMPERROR;
}

void
reports_ask(struct reports *r, struct resolver *resolver)
{
	struct spf_pairs pairs = {0};

	for (size_t i = 0; i < r->sources_n; i++) {
		const struct report_source *s = &r->sources[i];

		if (is_asked(r, s))
			spf_pairs_add(&pairs, &s->ip, reports_name(r, s->from),
			    s->messages);
	}
	r->unasked = spf_pairs_ask(&pairs, resolver, true);
	apply(r, &pairs);
	spf_pairs_done(&pairs);
}
