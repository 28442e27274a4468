/* SPDX-License-Identifier: ISC */
/*
 * What lies in the queue: one origin has put in many messages that are alike.
 * That alone accuses nobody, a newsletter does it too. It needs a second kind
 * of evidence: receivers who take it for spam, in the queue or in the log;
 * addresses all over the net on one account; senders that are not the
 * account's; recipients who do not exist. Mail that says that it is of a list
 * is believed to be one, until something else speaks louder. That it came in
 * within hours, and under many subjects, fits a newsletter and invoices, too:
 * neither is enough beside the likeness.
 */
#include "finding/here.h"
#include "finding/reasons.h"

#include <math.h>

enum {
	/* Fewer are a busy day. */
	MANY = 30,
	/* A family's devices, a traveller. */
	USUAL_CLIENTS = 4,
	USUAL_SUBJECTS = 5,
};

static bool
is_accusable(enum origin_kind kind)
{
	return kind == ORIGIN_ACCOUNT || kind == ORIGIN_SCRIPT ||
	       kind == ORIGIN_LOCAL_USER;
}

/* Whose mail is ours only when it goes on to somebody else. */
static bool
is_relayed(enum origin_kind kind)
{
	return kind == ORIGIN_CLIENT || kind == ORIGIN_NETWORK;
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
reason_clients(
    struct judging *j, struct finding *f, const struct queue_part_of *p)
{
	bool written = p->writers > p->clients;
	uint64_t n = written ? p->writers : p->clients;
	double weight = 0;

	if (n > USUAL_CLIENTS)
		weight = within(log((double)n / USUAL_CLIENTS) * 2, 0, 4);
	reason_of_queue(j, f, GROUND_NETWORKS, weight, p->sample,
	    written ? _("they were written at %s addresses, says the webmail "
			"(X-Originating-IP)")
		    : _("they came in from %s addresses"),
	    lang_number(j->arena, n));
}

static void
reason_senders_of_queue(struct judging *j, struct finding *f,
    const struct origin *o, const struct queue_part_of *p)
{
	const char *all = lang_number(j->arena, p->messages);

	if (o->kind == ORIGIN_ACCOUNT)
		reason_of_queue(j, f, GROUND_SENDERS,
		    within(weigh_share((double)p->strange, (double)p->messages,
			       0.9, 0.1),
			0, 3),
		    p->sample,
		    _("%s of them have a sender that is not the account's"),
		    lang_number(j->arena, p->strange));
	else if (j->here->known)
		/* A contact form writes its visitor's address there, and a
		 * forward that the queue does not show as one leaves it. */
		reason_of_queue(j, f, GROUND_SENDERS,
		    within(weigh_share((double)p->foreign, (double)p->messages,
			       0.9, 0.2),
			0, 1.3),
		    p->sample, _("%s of %s have a sender that nobody here has"),
		    lang_number(j->arena, p->foreign), all);
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
	reason_clients(j, f, p);
	reason_senders_of_queue(j, f, o, p);
	reason_of_queue(j, f, GROUND_PROGRAM,
	    p->subjects <= USUAL_SUBJECTS
		? 0
		: within(log((double)p->subjects / USUAL_SUBJECTS), 0, 1),
	    p->sample, _("one text comes under %s subjects"),
	    lang_number(a, p->subjects));
	reason_of_queue(j, f, GROUND_VOLUME,
	    within(weigh_share((double)p->recent, (double)p->timed, 0.9, 0.4),
		0, 1.2),
	    p->sample, _("%s of them came in within the last %d hours"),
	    lang_number(a, p->recent), QUEUE_RECENT_HOURS);
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

static struct queue_asked
asked_of(const struct judging *j, enum origin_kind kind, struct str origin)
{
	return (struct queue_asked){.kind = kind,
	    .origin = origin,
	    .is_here = j->here->known ? here_has : here_may_have,
	    .arg = j->here,
	    .only_abroad = is_relayed(kind)};
}

/*
 * A filter hands mail back, and its own address is all that the queue has of
 * whoever wrote it. Where the log was read it knows better: then only what the
 * log names, too.
 */
static bool
is_filter(const struct judging *j, const struct waiting *w)
{
	const struct origin *o =
	    tally_find(j->tally, ORIGIN_NETWORK, w->origin);

	return w->kind == ORIGIN_NETWORK && j->tally->first != WALL_NONE &&
	       (o == NULL || o->counts.messages < MANY);
}

/* What would be judged if it were for strangers, and may be for people here. */
static void
note_unplaced(
    struct judging *j, const struct campaign *c, struct queue_asked asked)
{
	struct queue_part_of part;

	asked.is_here = here_has;
	evidence_part(j->queue, c, &asked, &part);
	if (part.messages < MANY || is_filter(j, part.sample))
		return;
	j->unplaced++;
	if (j->unplaced_most == NULL)
		j->unplaced_most = c; /* the largest comes first */
}

/* Those that strangers' machines, or machines of ours, handed in without a
 * password, all together: a botnet has many. */
static void
judge_relayed(
    struct judging *j, const struct campaign *c, enum origin_kind kind)
{
	struct queue_asked asked = asked_of(j, kind, S(""));
	struct queue_part_of part;
	struct origin *o;

	/* What is for people here is no relayed mail. */
	evidence_part(j->queue, c, &asked, &part);
	if (part.messages < MANY && !j->here->known)
		note_unplaced(j, c, asked);
	if (part.messages < MANY || is_filter(j, part.sample))
		return;
	if (part.clients == 1) {
		o = tally_origin(j->tally, kind, part.sample->origin, -1);
	} else {
		o = tally_origin(j->tally, ORIGIN_NETWORK,
		    prefix_text(j->arena, &part.low, &part.high), -1);
		o->is_sum = true;
	}
	judge_part(j, c, o, &part);
}

static void
judge_campaign(struct judging *j, const struct campaign *c)
{
	const struct common *origins = &c->common[TRAIT_ORIGIN];

	for (size_t i = 0; i < origins->top_n; i++) {
		const struct waiting *w = origins->top[i].sample;
		struct queue_asked asked = asked_of(j, w->kind, w->origin);
		struct queue_part_of part;

		if (!is_accusable(w->kind) || origins->top[i].messages < MANY)
			continue;
		evidence_part(j->queue, c, &asked, &part);
		judge_part(j, c,
		    tally_origin(j->tally, w->kind, w->origin, w->uid), &part);
	}
	judge_relayed(j, c, ORIGIN_CLIENT);
	judge_relayed(j, c, ORIGIN_NETWORK);
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
