/* SPDX-License-Identifier: ISC */
/*
 * One private address that is trusted, and behind it the whole world: the
 * gateway of a container network, a proxy, a NAT that hides who connects.
 */
#include "finding/reasons.h"

#include <math.h>

static void
judge_gateway(struct judging *j, const struct origin *o)
{
	struct finding *f = finding_new(j, &finding_proxied_relay, o);
	struct split splits[SPLITS];
	size_t n = slice_splits(j, o, splits);
	const struct split *all = &splits[n - 1];
	uint64_t senders = sketch_count(&o->senders);
	const char *name = origin_title(j, o);

	f->share = slice_share(&all->part);
	reason_spam(j, f, all);
	reason_unknown(j, f, all);
	reason_fresh(j, f, all);
	finding_reason(j, f, GROUND_SENDERS,
	    senders <= 3 ? -2 : within(log((double)senders / 3) * 1.5, 0, 4),
	    o->marks[MARK_FIRST],
	    _("%s different senders behind this one address"),
	    lang_number(j->arena, senders));
	finding_say(j, f,
	    _("strangers relay through %s, a private address that this server "
	      "trusts"),
	    name);
	finding_remedy(j, f, "postconf mynetworks",
	    _("take %s out of mynetworks, and make the proxy in front tell "
	      "the real client"),
	    name);
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind == ORIGIN_NETWORK && !o->is_sum &&
		    o->counts.messages > 0)
			judge_gateway(j, o);
	}
}

const struct finding_kind finding_proxied_relay = {
    .code = "proxied-relay",
    .title = N_("relay behind a trusted gateway"),
    .help = N_("A trusted private address passes on mail of the whole "
	       "world."),
    .verdict = "relay",
    .prior = -4,
    .judge = judge,
};
