/* SPDX-License-Identifier: ISC */
/*
 * One address that is trusted, and behind it the whole world: the
 * gateway of a container network, a proxy, a NAT that hides who connects.
 */
#include "base/text.h"
#include "finding/reasons.h"
#include "finding/setting.h"

#include <math.h>

/* The network of it that is trusted. One address alone may be there for a
 * good reason: that it is trusted says less. */
static const struct fact *
reason_setting(struct judging *j, struct finding *f, const struct origin *o)
{
	const struct fact *fact;
	struct ip ip;

	if (!ip_parse(o->name, &ip))
		return NULL;
	fact = facts_relay_of(finding_facts(j, f), &ip);
	if (fact == NULL)
		return NULL;
	setting_reason(j, f, fact->prefix.bits == 128 ? 0.5 : 1.5, fact,
	    _("'%s' trusts it"), setting_text(j, fact));
	return ip_is_loopback(&ip) ? NULL : fact;
}

static void
judge_gateway(struct judging *j, const struct origin *o)
{
	struct finding *f = finding_new(j, &finding_proxied_relay, o);
	struct split splits[SPLITS];
	size_t n = slice_splits(j, o, splits);
	const struct split *all = &splits[n - 1];
	uint64_t senders = origin_senders(o);
	const char *name = origin_title(j, o);
	const struct fact *fact;

	f->share = slice_share(&all->part);
	reason_spam(j, f, all);
	reason_unknown(j, f, all);
	reason_fresh(j, f, all);
	finding_reason(j, f, GROUND_SENDERS,
	    senders <= 3 ? -2 : within(log((double)senders / 3) * 1.5, 0, 4),
	    o->marks[MARK_FIRST],
	    _("%s different senders behind this one address"),
	    lang_number(j->arena, senders));
	/* Mailboxes of ours may be there: their people have many names. */
	reason_strange(j, f, strange_messages(j, o), &all->part);
	fact = reason_setting(j, f, o);
	finding_say(j, f,
	    _("strangers relay through %s, an address that this server "
	      "trusts"),
	    name);
	if (fact != NULL)
		setting_remedy(j, f, fact,
		    _("take %s out of '%s' (%s), and make the proxy in front "
		      "tell the real client"),
		    text_safe(j->arena, fact->value).p, setting_text(j, fact),
		    setting_place(j, fact));
	else {
		finding_advise(j, f, ADVICE_RELAY,
		    N_("look which setting lets them relay"));
		finding_remedy(j, f, "",
		    _("take %s out of it, and make the proxy in front tell the "
		      "real client"),
		    name);
	}
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind == ORIGIN_NETWORK && !o->is_sum &&
		    o->counts.messages > 0 && !finding_accused(j, o))
			judge_gateway(j, o);
	}
}

const struct finding_kind finding_proxied_relay = {
    .code = "proxied-relay",
    .title = N_("relay behind a trusted gateway"),
    .help = N_("A trusted address passes on mail of the whole "
	       "world."),
    .verdict = "relay",
    .prior = -4,
    .judge = judge,
};
