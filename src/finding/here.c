/* SPDX-License-Identifier: ISC */
#include "finding/here.h"

#include "mail/address.h"

static void
add(struct here *here, struct str domain)
{
	bool is_new;

	if (domain.n > 0)
		(void)map_put(&here->domains, str_hash_fold(domain), &is_new);
}

void
here_make(struct here *ret_here, const struct tally *tally,
    const struct facts *facts, const struct queue_evidence *queue)
{
	struct here *here = ret_here;

	*here =
	    (struct here){.tally = tally, .known = tally->our_domains.n > 0};
	for (size_t i = 0; facts != NULL && i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];

		if (!fact_is_domain(fact->kind))
			continue;
		here->known = true;
		add(here, fact->value);
	}
	for (size_t i = 0; queue != NULL && i < queue->n; i++)
		if (queue->items[i].kind == ORIGIN_ACCOUNT)
			add(here, address_domain(queue->items[i].origin));
	/* One that nobody wrote to yet may be among those. */
	if ((facts != NULL && facts->more_domains) ||
	    tally->our_domains.n >= TALLY_DOMAINS)
		here->known = false;
}

void
here_done(struct here *here)
{
	map_done(&here->domains);
}

bool
here_has(const void *arg, struct str address)
{
	const struct here *here = arg;
	struct str domain = address_domain(address);

	/* Without a domain it is a name of this machine. */
	return domain.n == 0 ||
	       map_get(&here->domains, str_hash_fold(domain)) != NULL ||
	       tally_is_ours(here->tally, domain) ||
	       tally_find(here->tally, ORIGIN_ACCOUNT, address) != NULL;
}
