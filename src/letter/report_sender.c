/* SPDX-License-Identifier: ISC */
/*
 * Who sent under our name. One record tells an address, whether SPF or DKIM
 * spoke for our domain, and which domains spoke at all:
 *
 *	203.0.113.5   both, selector s1      ours: --own or this machine
 *	149.72.1.1    DKIM, selector k1, signed by sendgrid.net too: a service
 *	198.51.100.9  DKIM, selector s1      s1 is at home at 203.0.113.5, so it
 *	                                     was handed on: a forwarder
 *	198.18.4.4    nothing                a stranger
 *
 * A selector is at home where SPF is aligned, too. A forwarder keeps the
 * signature and loses SPF; a service has a selector of its own. What a service
 * sends without anything aligned is ours only if other mail of it is, or if the
 * SPF record of the domain includes it.
 */
#include "letter/report_world.h"

#include <stdlib.h>

struct homes {
	/* for each name: is it a selector that is at home somewhere? */
	bool *selectors;
	bool used[256]; /* services, by their place in the table */
};

static size_t
place_of(const struct service *service)
{
	return (size_t)(service - services) % 256;
}

static const struct service *
service_of(const struct reports *r, const struct report_source *s)
{
	const struct service *found = NULL;

	if ((s->flags & SOURCE_DKIM_PASS) != 0)
		found = service_of_dkim(reports_name(r, s->signer));
	if (found == NULL && (s->flags & SOURCE_SPF_PASS) != 0)
		found = service_of_spf(reports_name(r, s->spf));
	if (found == NULL)
		found = service_of_spf(reports_name(r, s->include));
	if (found == NULL)
		found = service_of_ptr(reports_name(r, s->host));
	return found != NULL ? found : service_of_ip(&s->ip);
}

/* Ours, or SPF and DKIM both speak for it: where its selector is at home. */
static bool
is_home(const struct report_source *s)
{
	return s->selector != COUNTED_NONE &&
	       (s->sender == SENDER_OURS ||
		   (s->flags & SOURCE_ALIGNED) == SOURCE_ALIGNED);
}

static void
find_homes(struct reports *r, struct homes *homes)
{
	for (size_t i = 0; i < r->sources_n; i++) {
		struct report_source *s = &r->sources[i];

		s->sender = own_has_ip(r->own, &s->ip) || s->direct
				? SENDER_OURS
				: SENDER_STRANGER;
		s->service = s->sender == SENDER_OURS ? NULL : service_of(r, s);
		if (is_home(s))
			homes->selectors[s->selector] = true;
	}
	for (size_t i = 0; i < r->sources_n; i++) {
		const struct report_source *s = &r->sources[i];

		if (s->service == NULL)
			continue;
		if ((s->flags & SOURCE_SPF_ALIGNED) != 0 ||
		    s->include != COUNTED_NONE ||
		    ((s->flags & SOURCE_DKIM_ALIGNED) != 0 &&
			s->selector != COUNTED_NONE &&
			!homes->selectors[s->selector]))
			homes->used[place_of(s->service)] = true;
	}
}

static bool
is_handed_on(const struct report_source *s, const struct homes *homes)
{
	return (s->flags & SOURCE_ALIGNED) == SOURCE_DKIM_ALIGNED &&
	       (s->selector == COUNTED_NONE || homes->selectors[s->selector]);
}

static enum sender
judge(const struct report_source *s, const struct homes *homes)
{
	bool used = s->service != NULL && homes->used[place_of(s->service)];

	if (s->sender == SENDER_OURS)
		return SENDER_OURS;
	if (is_handed_on(s, homes))
		return SENDER_FORWARDER;
	if (s->include != COUNTED_NONE ||
	    (s->service != NULL && (s->flags & SOURCE_ALIGNED) != 0))
		return SENDER_SERVICE;
	if ((s->flags & SOURCE_ALIGNED) != 0)
		return SENDER_PASSING;
	if ((s->flags & SOURCE_OVERRIDE) != 0)
		return SENDER_FORWARDER;
	if (s->service == NULL)
		return SENDER_STRANGER;
	return used ? SENDER_SERVICE : SENDER_UNSURE;
}

bool
reports_know_own(const struct reports *r)
{
	return r->own->nets_n > 0 || r->direct > 0;
}

void
reports_settle(struct reports *r, struct resolver *resolver)
{
	struct homes homes = {0};

	reports_release(r);
	if (resolver != NULL)
		reports_ask(r, resolver);
	homes.selectors = xcalloc(r->names.n + 1, sizeof(bool));
	find_homes(r, &homes);
	for (size_t i = 0; i < r->sources_n; i++) {
		struct report_source *s = &r->sources[i];

		s->sender = judge(s, &homes);
		r->senders[s->sender] += s->messages;
		if ((s->flags & SOURCE_ALIGNED) == 0)
			r->unaligned[s->sender] += s->messages;
	}
	free(homes.selectors);
}
