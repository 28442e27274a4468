/* SPDX-License-Identifier: ISC */
/*
 * One of many who may relay without a password sends spam: the infected machine
 * of a provider's customer, an office, a peer of a VPN. Its neighbours write to
 * people who know them, so the relay is open to nobody but those whom somebody
 * chose, and to close it (open_relay.c) would end everybody's mail.
 *
 * What looks like it: a stranger whom the relay is open to (nobody near him
 * behaves, and he himself never did), the gateway of containers (the first
 * address of its network: proxied_relay.c), one sender of many at a webmail
 * (webmail_sender.c), the servers of the world at a gateway, a customer who
 * writes to a new list.
 */
#include "base/text.h"
#include "finding/clientele.h"
#include "finding/reasons.h"
#include "finding/setting.h"
#include "finding/submission.h"

#include <math.h>
#include <stdlib.h>

enum {
	ELSE_MESSAGES = 5,
	PAST_MESSAGES = 20,
	PAST_PEOPLE = 3, /* a tester writes to himself */
	PAST_SECONDS = 86400,
	ALONE_MOST = 3,   /* suspects in a quarter where nobody else behaves */
	OWN_SENDERS = 2,  /* of one machine */
	OTHERS_MANY = 20, /* messages beside the campaign */
};

struct suspect {
	const struct origin *origin;
	struct ip ip;
	bool was_honest; /* it sends honest mail, too */
	bool has_past;   /* and it did so before */
};

struct suspects {
	struct suspect *items;
	size_t n, cap;
};

/* An office has a sender for each of its people; spam one for each message. */
static void
reason_invented(struct judging *j, struct finding *f)
{
	const struct origin *o = f->origin;
	uint64_t senders = origin_senders(o);

	if (senders < 20 || senders * 2 < o->counts.messages)
		return;
	finding_reason(j, f, GROUND_SENDERS,
	    within(4 * ((double)senders / o->counts.messages - 0.5), 0, 2),
	    o->marks[MARK_FIRST], _("%s different senders in %s messages"),
	    lang_number(j->arena, senders),
	    lang_number(j->arena, o->counts.messages));
}

static struct finding *
weigh(struct judging *j, const struct origin *o, const struct split *split)
{
	struct finding *f = finding_new(j, &finding_relay_client, o);

	f->share = slice_share(&split->part);
	reason_answers(j, f, split);
	reason_fresh(j, f, split);
	reason_volume(j, f, split);
	reason_invented(j, f);
	return f;
}

/* Beside the campaign there is mail that nobody refuses. */
static bool
is_honest_else(const struct split *split)
{
	const struct counts *rest = &split->rest.counts;
	uint32_t bad = rest->unknown + rest->spam;

	return split->cut == CUT_TIME && rest->messages >= ELSE_MESSAGES &&
	       (bad <= 1 || bad * 20 <= rest->recipients);
}

/* Hours of mail to people who were written to before, none of it refused. */
static bool
has_honest_hours(const struct origin *o)
{
	uint32_t messages = 0;

	for (uint32_t i = 0; i < o->hours_n; i++) {
		const struct origin_hour *h = &o->hours[i];

		if (h->counts.unknown + h->counts.spam == 0 &&
		    h->fresh * 2 <= h->counts.recipients)
			messages += h->counts.messages;
	}
	return messages >= ELSE_MESSAGES;
}

/* Before the campaign it wrote to people it knows. */
static bool
has_past(const struct origin *o, const struct split *split)
{
	const struct slice *rest = &split->rest;

	return is_honest_else(split) &&
	       rest->counts.messages >= PAST_MESSAGES &&
	       rest->fresh >= PAST_PEOPLE &&
	       rest->fresh <= rest->fresh_of / 2 &&
	       split->part.first - o->first >= PAST_SECONDS;
}

/* Of the run of hours that explains most, or of all; NULL: nothing stands. */
static struct finding *
weigh_best(struct judging *j, struct suspect *s)
{
	const struct origin *o = s->origin;
	struct split splits[SPLITS];
	size_t n = slice_splits(j, o, splits);
	struct finding *best = NULL;

	for (size_t i = 0; i < n; i++) {
		struct finding *f;

		if (splits[i].part.counts.messages == 0 ||
		    (splits[i].cut != CUT_TIME && splits[i].cut != CUT_NONE))
			continue;
		f = weigh(j, o, &splits[i]);
		if (best == NULL || finding_sum(f) > finding_sum(best) + 0.5) {
			best = f;
			s->was_honest =
			    is_honest_else(&splits[i]) || has_honest_hours(o);
			s->has_past = has_past(o, &splits[i]);
		}
	}
	return best != NULL && finding_stands(best) ? best : NULL;
}

/* The gateway of a bridge between containers. */
static bool
is_first_address(const struct ip *ip)
{
	return ip_is_v4(ip) && ip->b[15] == 1;
}

/* Many write through it, and the spam is of one of them. */
static bool
is_webmail(const struct judging *j, const struct origin *o)
{
	return origin_senders(o) > OWN_SENDERS && submission_blamed(j, o).n > 0;
}

/* May it be one of those? ret_ip: its address. */
static bool
is_client(const struct judging *j, const struct origin *o, struct ip *ret_ip)
{
	if (o->is_sum || o->counts.messages == 0 || !ip_parse(o->name, ret_ip))
		return false;
	if (o->kind == ORIGIN_NETWORK)
		return ip_is_private(ret_ip) && !ip_is_loopback(ret_ip) &&
		       !is_first_address(ret_ip) && !is_webmail(j, o);
	return o->kind == ORIGIN_CLIENT;
}

static void
add_client(struct judging *j, struct suspects *s, struct clientele *c,
    const struct origin *o)
{
	struct suspect one = {.origin = o};
	bool is_suspect = false;

	if (!is_client(j, o, &one.ip))
		return;
	/* Without a refusal nothing of this stands. */
	if (o->counts.unknown + o->counts.spam > 0)
		is_suspect = weigh_best(j, &one) != NULL;
	clientele_add(c, o, is_suspect);
	if (!is_suspect)
		return;
	VEC_ROOM(s->items, s->n, s->cap);
	s->items[s->n++] = one;
}

/* Where all goes to few domains they may be ours, and then this is their
 * gateway and everybody may write to them. */
static bool
is_gateway(const struct judging *j)
{
	return clientele_has_secrets(j) &&
	       clientele_few_domains(&j->tally->passed_on);
}

/* Is it one of those whom somebody let in? */
static bool
is_chosen(const struct judging *j, const struct clientele *c,
    const struct suspect *s, const struct fact *fact)
{
	const struct quarter *quarter = clientele_quarter(c, &s->ip);
	enum breadth breadth =
	    fact == NULL ? BREADTH_WORLD : setting_breadth(fact);

	/* A proxy of the world has no honest mail: what is honest is inbound. */
	if (s->origin->kind == ORIGIN_NETWORK)
		return s->was_honest && quarter_is_honest(quarter);
	if (breadth == BREADTH_WORLD &&
	    (clientele_is_world(c) || is_gateway(j)))
		return false;
	return quarter_is_honest(quarter) ||
	       (quarter->suspects <= ALONE_MOST &&
		   (s->has_past || breadth == BREADTH_NAMED));
}

static void
reason_chosen(struct judging *j, struct finding *f, const struct suspect *s,
    const struct quarter *quarter, const struct fact *fact)
{
	struct arena *a = j->arena;

	if (quarter_is_honest(quarter))
		finding_reason(j, f, GROUND_NETWORKS, 1, (struct ref){0},
		    _("%s addresses near it relay, too: %s of their %s "
		      "recipients do not exist or refused spam"),
		    lang_number(a, quarter->behaving),
		    lang_number(a, (uint64_t)(quarter->bad + 0.5)),
		    lang_number(a, quarter->recipients));
	else if (s->has_past)
		finding_reason(j, f, GROUND_NETWORKS, 0.5,
		    s->origin->marks[MARK_FIRST],
		    _("before that it wrote to people it knew"));
	if (fact != NULL)
		setting_reason(j, f, 0.5, fact, _("'%s' lets it in"),
		    setting_text(j, fact));
}

/* A setting for this address alone is taken back; one for all stays. */
static void
advise(struct judging *j, struct finding *f, const struct fact *fact)
{
	size_t before = f->remedies_n;

	if (fact != NULL && fact->prefix.bits == 128) {
		setting_remedy(j, f, fact,
		    _("take it out of '%s' (%s): that ends it"),
		    setting_text(j, fact), setting_place(j, fact));
		return;
	}
	finding_advise(j, f, ADVICE_CLIENT,
	    N_("refuse what comes from this address, and nothing else: that "
	       "ends it"));
	if (f->remedies_n == before)
		finding_remedy(j, f, "",
		    _("refuse %s, here or in the firewall: that ends it, and "
		      "the others go on"),
		    origin_title(j, f->origin));
}

/* It may be a server for many. */
static void
warn(struct judging *j, struct finding *f)
{
	uint64_t others = f->origin->counts.messages - f->share.messages;

	if (others >= OTHERS_MANY)
		finding_remedy(j, f, "",
		    _("its honest mail (%s more messages in this log) stops "
		      "with it: if it passes on mail of many, look there who "
		      "sends this"),
		    lang_number(j->arena, others));
}

static void
tell(struct judging *j, const struct clientele *c, struct suspect *s)
{
	struct finding *f = weigh_best(j, s);
	const char *name = origin_title(j, s->origin);
	const struct fact *fact;

	if (f == NULL)
		return;
	fact = facts_relay_of(finding_facts(j, f), &s->ip);
	if (!is_chosen(j, c, s, fact))
		return;
	reason_chosen(j, f, s, clientele_quarter(c, &s->ip), fact);
	finding_say(j, f,
	    _("%s, which may relay here without a password, sends spam"), name);
	advise(j, f, fact);
	warn(j, f);
	finding_remedy(j, f, "",
	    _("tell whoever has this address that a machine there is "
	      "infected, or somebody misuses it"));
	(void)finding_add(j, f);
}

/* Who lies among those that behave, and does not send spam himself as far as
 * can be told, is no stranger to whom the relay is open. */
static void
note_customers(struct judging *j, const struct clientele *c)
{
	uint32_t n = j->tally->origins_n;

	if (clientele_is_world(c) || is_gateway(j))
		return;
	j->customers = arena_alloc(j->arena, (n + 1) * sizeof(*j->customers));
	j->customers_n = n;
	for (uint32_t i = 0; i < n; i++) {
		const struct origin *o = j->tally->origins[i];
		struct ip ip;

		j->customers[i] = o->kind == ORIGIN_CLIENT &&
				  is_client(j, o, &ip) &&
				  quarter_is_honest(clientele_quarter(c, &ip));
	}
}

static void
judge_kind(struct judging *j, enum origin_kind kind)
{
	struct clientele c = {0};
	struct suspects s = {0};

	peers_of_kind(j->tally, kind, &j->peers);
	j->quiet = true;
	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (j->tally->origins[i]->kind == kind)
			add_client(j, &s, &c, j->tally->origins[i]);
	j->quiet = false;
	for (size_t i = 0; i < s.n; i++)
		tell(j, &c, &s.items[i]);
	if (kind == ORIGIN_CLIENT)
		note_customers(j, &c);
	clientele_done(&c);
	free(s.items);
}

static void
judge(struct judging *j)
{
	struct peers accounts = j->peers;

	judge_kind(j, ORIGIN_CLIENT);
	judge_kind(j, ORIGIN_NETWORK);
	j->peers = accounts;
}

const struct finding_kind finding_relay_client = {
    .code = "relay-client",
    .title = N_("client that may relay and sends spam"),
    .help = N_("One machine of those that may relay without a password sends "
	       "spam; the others do not."),
    .verdict = "sending",
    .prior = -5,
    .judge = judge,
};
