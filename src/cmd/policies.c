/* SPDX-License-Identifier: ISC */
#include "cmd/policies.h"

#include <stdlib.h>

enum {
	/* After them none is begun; a dead host takes five. */
	SECONDS = 8,
};

void
policies_fetch(struct policies *policies, struct inquiry *x,
    struct dns_book *book, struct arena *a, const struct posture *p)
{
	wall_us end = time_now() + SECONDS * US_SECOND;

	*policies = (struct policies){0};
	for (size_t i = 0; i < p->domains_n && x->fetcher != NULL; i++) {
		const struct inbound *in = &p->domains[i].inbound;
		struct ip ips[POLICY_ADDRESSES];
		struct str host;
		size_t n = inbound_policy_host(book, a, in, &host, ips);
		struct sts *sts;

		if (in->sts.n == 0 || n == 0)
			continue;
		if (policies->n == POLICIES_MAX || time_now() > end) {
			policies->more++;
			continue;
		}
		sts = &policies->items[policies->n++];
		sts->domain = str_keep(a, in->domain);
		sts->answer = policy_ask(x->fetcher, host, ips, n);
		if (sts->answer != NULL && sts->answer->state == POLICY_FETCHED)
			sts_policy_read(
			    (struct str){sts->answer->text, sts->answer->n},
			    &sts->policy);
	}
}

void
policies_done(struct policies *policies)
{
	for (size_t i = 0; i < policies->n; i++)
		free((void *)(uintptr_t)policies->items[i].answer);
	policies->n = 0;
}
