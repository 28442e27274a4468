/* SPDX-License-Identifier: ISC */
/*
 * Strangers relay through this server without a password, to strangers:
 * mynetworks or a restriction is too wide. One client of that kind may be a
 * partner's server; many of different networks are the world.
 */
#include "base/text.h"
#include "finding/reasons.h"
#include "finding/setting.h"

#include <math.h>
#include <stdio.h>

/* All public clients that relayed, as one. */
struct crowd {
	struct origin *sum;
	struct slice slice;
	uint32_t clients, strange;
	struct ip low, high;
	/* What the configuration says of them: */
	const struct facts *facts; /* of that server; NULL: none */
	const struct fact *wide;   /* the widest network that lets one in */
	const struct fact *narrow; /* a small one, of somebody's choice */
	uint32_t named;            /* clients of such */
};

/* Messages whose sender belongs to no domain of this server, estimated from
 * the most frequent senders. */
static uint32_t
strange_messages(const struct tally *tally, const struct origin *o)
{
	const struct origin_top *top = o->tops[TOP_SENDER];
	uint32_t strange = 0, known = 0;

	for (uint32_t i = 0; top != NULL && i < top->n; i++) {
		struct str s = {top->items[i].text, top->items[i].length};
		size_t at = str_rchr(s, '@');

		if (at == s.n)
			continue;
		if (tally_is_ours(tally, str_skip(s, at + 1)))
			known += top->items[i].count;
		else
			strange += top->items[i].count;
	}
	return strange + known == 0 ? 0
				    : (uint32_t)((uint64_t)o->counts.messages *
						 strange / (strange + known));
}

/* The setting that lets this client in, if it is one of networks. */
static void
add_setting(struct crowd *c, const struct ip *ip)
{
	const struct fact *fact = facts_relay_of(c->facts, ip);

	if (fact == NULL)
		return;
	if (setting_breadth(fact) == BREADTH_NAMED) {
		c->narrow = fact;
		c->named++;
	} else if (c->wide == NULL ||
		   fact->prefix.bits < c->wide->prefix.bits) {
		c->wide = fact;
	}
}

static void
add_client(const struct judging *j, struct crowd *c, const struct origin *o)
{
	c->strange += strange_messages(j->tally, o);
	for (uint32_t i = 0; i < o->ips_n; i++) {
		const struct ip *ip = &o->ips[i].ip;

		if (c->clients == 0 || memcmp(ip, &c->low, sizeof(*ip)) < 0)
			c->low = *ip;
		if (c->clients == 0 || memcmp(ip, &c->high, sizeof(*ip)) > 0)
			c->high = *ip;
		c->clients++;
	}
}

static uint32_t
count_networks(const struct origin *o)
{
	struct sketch nets = {0};
	uint32_t n;

	for (uint32_t i = 0; i < o->ips_n; i++) {
		struct ip net = ip_network(&o->ips[i].ip);

		sketch_add(&nets, ip_hash(&net));
	}
	n = (uint32_t)sketch_count(&nets);
	sketch_done(&nets);
	return n;
}

/*
 * The setting that lets them in. A small network in mynetworks is a partner
 * whom somebody wanted to let in; he may be misused, but nobody's relay is
 * open to the world because of him.
 */
static const struct fact *
reason_setting(struct judging *j, struct finding *f, const struct crowd *c)
{
	const struct fact *fact = c->wide;

	if (fact == NULL)
		fact = facts_find(c->facts, FACT_RELAY_ANYBODY);
	if (fact != NULL) {
		setting_reason(j, f, 3, fact, _("'%s' lets them in"),
		    setting_text(j, fact));
		return fact;
	}
	if (c->named == c->clients && c->narrow != NULL) {
		setting_reason(j, f, -3, c->narrow,
		    _("the configuration names each of them: '%s'"),
		    setting_text(j, c->narrow));
		return c->narrow;
	}
	fact = facts_find(c->facts, FACT_RELAY_SENDER);
	if (fact != NULL)
		setting_reason(j, f, 1.5, fact,
		    _("'%s' lets in whoever writes such a sender"),
		    setting_text(j, fact));
	return fact;
}

static void
weigh(struct judging *j, struct crowd *c)
{
	const struct fact *fact;
	struct finding *f = finding_new(j, &finding_open_relay, c->sum);
	struct split split = {.part = c->slice};
	struct arena *a = j->arena;

	c->facts = finding_facts(j, f);
	for (uint32_t i = 0; i < c->sum->ips_n; i++)
		add_setting(c, &c->sum->ips[i].ip);
	f->share = slice_share(&c->slice);
	reason_spam(j, f, &split);
	reason_unknown(j, f, &split);
	reason_fresh(j, f, &split);
	finding_reason(j, f, GROUND_NETWORKS,
	    c->slice.networks <= 2 ? 0
				   : within(log(c->slice.networks) * 2, 0, 5),
	    c->slice.ref,
	    _("%s public addresses in %s networks relayed without a password"),
	    lang_number(a, c->clients), lang_number(a, c->slice.networks));
	finding_reason(j, f, GROUND_SENDERS,
	    within(weigh_share(c->strange, c->slice.counts.messages, 0.9, 0.2),
		-2, 4),
	    c->slice.ref, _("%s of %s messages from senders of other domains"),
	    lang_number(a, c->strange),
	    lang_number(a, c->slice.counts.messages));
	fact = reason_setting(j, f, c);
	finding_say(j, f,
	    _("strangers send mail to strangers through this server, without "
	      "a password (%s)"),
	    c->sum->name.p);
	if (fact != NULL)
		setting_remedy(j, f, fact,
		    _("end it: '%s' (%s) lets them in; only your own machines "
		      "may be named there"),
		    setting_text(j, fact), setting_place(j, fact));
	else
		finding_advise(j, f, ADVICE_RELAY,
		    N_("look which setting lets them relay"));
	(void)finding_add(j, f);
}

static struct origin *
sum_of(struct judging *j, const struct crowd *c)
{
	struct origin *sum = tally_origin(j->tally, ORIGIN_NETWORK,
	    prefix_text(j->arena, &c->low, &c->high), -1);

	sum->is_sum = true;
	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (j->tally->origins[i]->kind == ORIGIN_CLIENT)
			origin_merge(sum, j->tally->origins[i]);
	return sum;
}

static void
judge(struct judging *j)
{
	struct crowd c = {0};

	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (j->tally->origins[i]->kind == ORIGIN_CLIENT)
			add_client(j, &c, j->tally->origins[i]);
	if (c.clients == 0)
		return;
	c.sum = sum_of(j, &c);
	c.slice = (struct slice){.counts = c.sum->counts,
	    .ips = c.clients,
	    .networks = count_networks(c.sum),
	    .fresh = c.sum->fresh,
	    .fresh_of = c.sum->counts.recipients,
	    .first = c.sum->first,
	    .last = c.sum->last,
	    .ref = c.sum->marks[MARK_FIRST]};
	weigh(j, &c);
}

const struct finding_kind finding_open_relay = {
    .code = "open-relay",
    .title = N_("open relay"),
    .help = N_("This server takes mail from strangers for strangers."),
    .verdict = "relay",
    .prior = -4,
    .judge = judge,
};
