/* SPDX-License-Identifier: ISC */
/*
 * The receiver that bounced may not have looked at SPF; the record can still be
 * asked: is the address that brought the mail one that the domain lets send?
 * A record that lets everybody send ("+all") tells nothing, and where the
 * receiver told its own result that one counts, not ours.
 */
#include "letter/bag_world.h"

#include "letter/spf_pairs.h"
#include "mail/address.h"

static struct str
domain_of(const struct bag *bag, const struct bag_record *r)
{
	if (r->address == COUNTED_NONE || ip_is_none(&r->entry))
		return (struct str){NULL, 0};
	return address_domain(bag->addresses.items[r->address].text);
}

static void
collect(struct spf_pairs *pairs, const struct bag *bag)
{
	for (size_t i = 0; i < bag->records_n; i++) {
		const struct bag_record *r = &bag->records[i];
		struct str domain = domain_of(bag, r);

		if (domain.n > 0 && !own_has_ip(bag->own, &r->entry))
			spf_pairs_add(pairs, &r->entry, domain, 1);
	}
}

static uint32_t
signal_of(const struct spf_pair *p)
{
	if (p == NULL)
		return 0;
	if (p->result == SPF_FAIL || p->result == SPF_SOFTFAIL)
		return UINT32_C(1) << SIGNAL_SPF_OTHERS;
	return p->direct || p->include.n > 0 ? UINT32_C(1) << SIGNAL_SPF_NAMES
					     : 0;
}

static void
apply(struct bag *bag, const struct spf_pairs *pairs)
{
	const uint32_t told =
	    UINT32_C(1) << SIGNAL_SPF_FAIL | UINT32_C(1) << SIGNAL_SPF_SOFT;

	for (size_t i = 0; i < bag->records_n; i++) {
		struct bag_record *r = &bag->records[i];
		struct str domain = domain_of(bag, r);

		if (domain.n > 0 && (r->signals & told) == 0)
			r->signals |=
			    signal_of(spf_pairs_find(pairs, &r->entry, domain));
	}
}

size_t
bag_ask(struct bag *bag, struct resolver *resolver)
{
	struct spf_pairs pairs = {0};
	size_t more;

	collect(&pairs, bag);
	more = spf_pairs_ask(&pairs, resolver, false);
	apply(bag, &pairs);
	spf_pairs_done(&pairs);
	return more;
}
