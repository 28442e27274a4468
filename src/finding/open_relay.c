/* SPDX-License-Identifier: ISC */
/*
 * Strangers relay through this server without a password, to strangers:
 * mynetworks or a restriction is too wide. One client of that kind may be a
 * partner's server; many of different networks are the world.
 */
#include "base/text.h"
#include "finding/clientele.h"
#include "finding/reasons.h"
#include "finding/setting.h"

#include <math.h>
#include <stdio.h>

/* Recipients at free providers of a gateway for others: a wrong alias. */
#define GATEWAY_FREE 0.002

enum {
	GATEWAY_CLIENTS = 10, /* addresses of the world, of any gateway */
	SAME_LEAST = 100,     /* recipients, to be written to again */
};

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
	c->strange += strange_messages(j, o);
	counts_add(&c->slice.counts, &o->counts);
	c->slice.fresh += o->fresh;
	c->slice.fresh_of += o->counts.recipients;
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

/* Spam goes to where the people are. Lists without any are rare. */
static double
weigh_free_mail(const struct passed_on *p)
{
	static const struct {
		double share, of;
	} lists[] = {{0.4, 0.5}, {0.15, 0.3}, {0.05, 0.15}, {0.01, 0.05}};
	double best = -INFINITY, sum = 0, w[ARRAY_LEN(lists)];

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		w[i] =
		    log(lists[i].of) + weigh_share(p->free_mail, p->recipients,
					   lists[i].share, GATEWAY_FREE);
		if (w[i] > best)
			best = w[i];
	}
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		sum += exp(w[i] - best);
	return best + log(sum);
}

/*
 * A gateway takes mail of the world and passes it on to the servers of its
 * people: again and again for the same ones, or for few domains. No provider's
 * are among them. A relay that was found is used by few, or for many at once.
 */
static bool
may_be_gateway(const struct judging *j, const struct crowd *c)
{
	const struct passed_on *p = &j->tally->passed_on;

	return clientele_has_secrets(j) && c->clients >= GATEWAY_CLIENTS &&
	       p->recipients >= GATEWAY_LEAST &&
	       p->free_mail <= p->recipients / 50;
}

static bool
is_for_few_domains(const struct judging *j, const struct crowd *c)
{
	const struct slice *s = &c->slice;

	return may_be_gateway(j, c) &&
	       clientele_few_domains(&j->tally->passed_on) &&
	       (s->fresh < s->fresh_of / 5 * 4 ||
		   s->counts.recipients <= s->counts.messages / 10 * 11);
}

static bool
is_for_the_same(const struct judging *j, const struct crowd *c)
{
	return may_be_gateway(j, c) && c->slice.fresh_of >= SAME_LEAST &&
	       c->slice.fresh < c->slice.fresh_of / 2;
}

static bool
is_like_gateway(const struct judging *j, const struct crowd *c)
{
	return is_for_few_domains(j, c) || is_for_the_same(j, c);
}

static void
reason_gateway(struct judging *j, struct finding *f, const struct crowd *c)
{
	const struct passed_on *p = &j->tally->passed_on;
	const struct slice *s = &c->slice;

	if (clientele_has_secrets(j) && p->recipients >= GATEWAY_LEAST)
		finding_reason(j, f, GROUND_COUNTER,
		    within(weigh_free_mail(p), -4, 2), s->ref,
		    _("%s of %s recipients are at providers where anybody may "
		      "have an address"),
		    lang_number(j->arena, p->free_mail),
		    lang_number(j->arena, p->recipients));
	if (is_for_few_domains(j, c))
		finding_reason(j, f, GROUND_COUNTER, -6, s->ref,
		    _("%s of the recipients are of few domains, most of %s: so "
		      "it is when this server is their gateway"),
		    lang_percent(j->arena,
			(double)clientele_frequent(p) / p->recipients),
		    text_safe(j->arena, origin_top_most(&p->domains)).p);
	else if (is_for_the_same(j, c))
		finding_reason(j, f, GROUND_COUNTER, -6, s->ref,
		    _("%s of the recipients had been written to before: so it "
		      "is when this server is their gateway"),
		    lang_percent(j->arena, 1 - (double)s->fresh / s->fresh_of));
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
	if (!is_like_gateway(j, c)) /* all the world writes to it */
		reason_strange(j, f, c->strange, &c->slice);
	reason_gateway(j, f, c);
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
	if (!finding_add(j, f) && is_like_gateway(j, c))
		j->gateway_of = origin_top_most(&j->tally->passed_on.domains);
}

/* All but who was named alone (relay_client.c). */
static bool
is_of_crowd(const struct judging *j, const struct origin *o, bool customers)
{
	return o->kind == ORIGIN_CLIENT &&
	       !finding_accused_by(j, o, &finding_relay_client) &&
	       (customers || o->number >= j->customers_n ||
		   !j->customers[o->number]);
}

static struct crowd
crowd_of(const struct judging *j, bool customers)
{
	struct crowd c = {0};

	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (is_of_crowd(j, j->tally->origins[i], customers))
			add_client(j, &c, j->tally->origins[i]);
	return c;
}

static struct origin *
sum_of(struct judging *j, const struct crowd *c, bool customers)
{
	struct origin *sum = tally_origin(j->tally, ORIGIN_NETWORK,
	    prefix_text(j->arena, &c->low, &c->high), -1);

	sum->is_sum = true;
	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (is_of_crowd(j, j->tally->origins[i], customers))
			origin_merge(sum, j->tally->origins[i]);
	return sum;
}

/* Strangers beside customers are judged without them, unless all is as it is at
 * a gateway: then nobody is a customer. */
static void
judge(struct judging *j)
{
	struct crowd c = crowd_of(j, true), strangers = crowd_of(j, false);
	bool customers = strangers.clients == 0 || is_like_gateway(j, &c);

	if (!customers)
		c = strangers;
	if (c.clients == 0)
		return;
	c.sum = sum_of(j, &c, customers);
	c.slice.ips = c.clients;
	c.slice.networks = count_networks(c.sum);
	c.slice.first = c.sum->first;
	c.slice.last = c.sum->last;
	c.slice.ref = c.sum->marks[MARK_FIRST];
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
