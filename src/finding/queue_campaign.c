/* SPDX-License-Identifier: ISC */
/*
 * What lies in the queue: one origin has put in many messages that are alike.
 * That alone accuses nobody, a newsletter does it too. It needs a second kind
 * of evidence: receivers who take it for spam, in the queue or in the log;
 * addresses all over the net on one account; senders that are not the
 * account's; recipients who do not exist. Mail that says that it is of a list
 * is believed to be one, until something else speaks louder.
 */
#include "finding/reasons.h"
#include "queue/evidence.h"

#include <math.h>

enum {
	/* Fewer are a busy day. */
	MANY = 30,
	/* A family's devices, a traveller. */
	USUAL_CLIENTS = 4,
};

static bool
is_accusable(enum origin_kind kind)
{
	return kind == ORIGIN_ACCOUNT || kind == ORIGIN_SCRIPT ||
	       kind == ORIGIN_LOCAL_USER;
}

#define reason_of_queue(j, f, ground, weight, sample, ...)                     \
	do {                                                                   \
		size_t before_ = (f)->reasons_n;                               \
                                                                               \
		finding_explain((j), (f), (ground), (weight), (struct ref){0}, \
		    __VA_ARGS__);                                              \
		reason_cite_queue((j), (f), before_, (sample));                \
	} while (0)

static void
reason_log(struct judging *j, struct finding *f, const struct origin *o)
{
	const struct counts *c = &o->counts;
	struct arena *a = j->arena;

	if (c->recipients == 0)
		return;
	finding_reason(j, f, GROUND_RECIPIENTS,
	    within(weigh_share(c->unknown, c->recipients, 0.15, 0.02), 0, 3),
	    o->marks[MARK_UNKNOWN],
	    _("%s of %s recipients do not exist, says the log"),
	    lang_number(a, c->unknown), lang_number(a, c->recipients));
	finding_reason(j, f, GROUND_RECEIVERS,
	    within(
		weigh_share(c->spam < c->recipients ? c->spam : c->recipients,
		    c->recipients, 0.1, 0.002),
		0, 3),
	    o->marks[MARK_SPAM],
	    _("%s answers of receivers in the log call its mail spam"),
	    lang_number(a, c->spam));
}

static void
judge_part(struct judging *j, const struct campaign *c, struct origin *o,
    const struct queue_part_of *p)
{
	struct finding *f = finding_new(j, &finding_queue_campaign, o);
	struct arena *a = j->arena;
	char id[CAMPAIGN_ID];

	f->share = (struct share){.messages = p->messages,
	    .recipients = p->recipients,
	    .deferred = p->recipients,
	    .queued = p->messages,
	    .refused_spam = p->spam,
	    .ips = p->clients,
	    .first = p->first,
	    .last = p->last};
	reason_of_queue(j, f, GROUND_QUEUE,
	    within(log((double)p->messages / MANY) + 1.4, 0, 4), p->sample,
	    _("%s messages to %s recipients in the queue are alike"),
	    lang_number(a, p->messages), lang_number(a, p->recipients));
	reason_of_queue(j, f, GROUND_RECEIVERS,
	    within(weigh_share((double)p->spam, (double)p->messages, 0.3, 0.01),
		-1, 4),
	    p->sample,
	    _("%s of them wait because receivers take them for spam"),
	    lang_number(a, p->spam));
	if (p->clients > USUAL_CLIENTS)
		reason_of_queue(j, f, GROUND_NETWORKS,
		    within(log((double)p->clients / USUAL_CLIENTS) * 2, 0, 4),
		    p->sample, _("they came in from %s addresses"),
		    lang_number(a, p->clients));
	reason_of_queue(j, f, GROUND_SENDERS,
	    within(
		weigh_share((double)p->strange, (double)p->messages, 0.9, 0.1),
		0, 3),
	    p->sample, _("%s of them have a sender that is not the account's"),
	    lang_number(a, p->strange));
	reason_of_queue(j, f, GROUND_COUNTER,
	    -4 * (double)p->lists / (double)p->messages, p->sample,
	    _("%s of them say that they are of a mailing list"),
	    lang_number(a, p->lists));
	reason_log(j, f, o);
	finding_say(
	    j, f, _("%s has a campaign in the queue"), origin_title(j, o));
	finding_remedy(j, f,
	    arena_printf(a, "sereno queue list --campaign %s",
		campaign_id_text(c->id, id))
		.p,
	    _("look at the messages that are alike"));
	(void)finding_add(j, f);
}

static void
judge_campaign(struct judging *j, const struct campaign *c)
{
	const struct common *origins = &c->common[TRAIT_ORIGIN];

	for (size_t i = 0; i < origins->top_n; i++) {
		const struct waiting *w = origins->top[i].sample;
		struct queue_part_of part;

		if (!is_accusable(w->kind) || origins->top[i].messages < MANY)
			continue;
		evidence_part(c, w->kind, w->origin, &part);
		judge_part(j, c,
		    tally_origin(j->tally, w->kind, w->origin, w->uid), &part);
	}
}

static void
judge(struct judging *j)
{
	const struct campaigns *cs;

	if (j->queue == NULL)
		return;
	cs = &j->queue->campaigns;
	for (size_t i = 0; i < cs->n; i++)
		judge_campaign(j, &cs->items[i]);
}

const struct finding_kind finding_queue_campaign = {
    .code = "queue-campaign",
    .title = N_("campaign in the queue"),
    .help = N_("Many messages that wait are alike and from one origin, and "
	       "more speaks for spam than that."),
    .verdict = "sending",
    .prior = -4,
    .judge = judge,
};
