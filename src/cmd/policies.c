/* SPDX-License-Identifier: ISC */
#include "cmd/policies.h"

#include "mail/tag_list.h"

#include <stdlib.h>

enum {
	/* Beyond what one fetch takes: what the others and we need. */
	SLACK = 2,
};

void
policies_begin(struct policies *policies, struct inquiry *x,
    struct dns_book *book, struct arena *a, const struct posture *p)
{
	*policies = (struct policies){
	    .end = time_now() + (POLICY_SECONDS + SLACK) * US_SECOND};
	for (size_t i = 0; i < p->domains_n && x->fetcher != NULL; i++) {
		const struct inbound *in = &p->domains[i].inbound;
		struct ip ips[POLICY_ADDRESSES];
		struct str host;
		size_t n = inbound_policy_host(book, a, in, &host, ips);
		struct sts *sts;

		if (in->sts.n == 0 || n == 0)
			continue;
		if (policies->n == POLICIES_MAX) {
			policies->more++;
			continue;
		}
		sts = &policies->items[policies->n];
		*sts = (struct sts){.domain = str_keep(a, in->domain),
		    .id = str_keep(a, tag_find(in->sts, S("id"))),
		    .was = WALL_NONE,
		    .now = time_now()};
		policies->open += policy_ask(
		    x->fetcher, (uint32_t)policies->n++, host, ips, n);
	}
}

/* The id as it is now, past what was kept: who changes both at once does the
 * policy first, and the record may still be the old one in our cache. */
struct fresh {
	struct arena *arena;
	struct str id;
};

static void
take_id(void *arg, const struct dns_answer *answer)
{
	struct fresh *fresh = arg;

	for (size_t i = 0; i < answer->n; i++)
		if (str_eq_fold(
			str_head(answer->records[i].text, 5), S("v=STS")))
			fresh->id = str_keep(fresh->arena,
			    tag_find(answer->records[i].text, S("id")));
}

static void
ask_again(struct inquiry *x, struct arena *a, struct sts *sts)
{
	struct fresh fresh = {a, sts->id};
	const struct dns_question q = {
	    .name = arena_printf(a, "_mta-sts.%.*s", STR_ARG(sts->domain)),
	    .type = DNS_TXT,
	    .flags = DNS_FRESH};

	resolver_ask(x->resolver, &q, take_id, &fresh);
	resolver_run(x->resolver, NULL, NULL);
	sts->id = fresh.id;
}

static void
compare(struct inquiry *x, struct arena *a, struct sts *sts, struct keep *keep)
{
	const struct kept_policy *known;
	char hash[STS_HASH];

	if (sts->policy.fault != STS_FINE || sts->id.n == 0)
		return;
	sts_policy_hash(&sts->policy, hash);
	known = kept_policies_find(&keep->policies, sts->domain);
	if (known != NULL &&
	    kept_policy_differs(known, sts->id, str_z(hash), sts->now))
		ask_again(x, a, sts);
	if (known != NULL &&
	    kept_policy_differs(known, sts->id, str_z(hash), sts->now)) {
		sts->was = known->last;
		sts->since =
		    known->other != WALL_NONE ? known->other : sts->now;
	}
	keep_slip(keep, &(struct slip){.kind = SLIP_POLICY,
			    .at = sts->now,
			    .texts = {sts->domain, sts->id, str_z(hash),
				arena_printf(a, "%llu",
				    (unsigned long long)sts->policy.max_age)}});
}

void
policies_end(struct policies *policies, struct inquiry *x, struct arena *a,
    struct keep *keep)
{
	struct policy_answer *answer;

	while (policies->open > 0 &&
	       (answer = policy_next(x->fetcher, policies->end)) != NULL) {
		struct sts *sts = answer->number < policies->n
				      ? &policies->items[answer->number]
				      : NULL;

		if (sts == NULL || sts->answer != NULL) {
			free(answer);
			break;
		}
		policies->open--;
		sts->answer = answer;
		if (answer->state != POLICY_FETCHED)
			continue;
		sts_policy_read(
		    (struct str){answer->text, answer->n}, &sts->policy);
		if (keep != NULL && !keep->off)
			compare(x, a, sts, keep);
	}
	policies->open = 0;
}

void
policies_done(struct policies *policies)
{
	for (size_t i = 0; i < policies->n; i++)
		free((void *)(uintptr_t)policies->items[i].answer);
	policies->n = 0;
}
