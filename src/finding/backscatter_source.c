/* SPDX-License-Identifier: ISC */
/*
 * Mail is taken in from strangers, cannot be delivered, and a notice goes to
 * its sender, who is forged: the notice is the spam. The cause is whatever
 * made the server say yes at the door and no behind it.
 */
#include "base/text.h"
#include "finding/here.h"
#include "finding/reasons.h"
#include "finding/setting.h"
#include "letter/bag.h"

#include <math.h>

/* A full mailbox now and then is no backscatter. */
#define USUAL_NOTICES 8.0

enum {
	MANY_NOTICES = 30,
	USUAL_DOMAINS = 4
};

static const char backscatter[] =
    N_("this server answers forged mail with bounces, to people who never "
       "wrote");

static bool
has_domain(struct str list, struct str domain)
{
	size_t n = 0;

	for (size_t i = 0; i <= list.n; i++) {
		if (i < list.n && list.p[i] != ' ' && list.p[i] != ',') {
			n++;
			continue;
		}
		if (str_eq_fold((struct str){list.p + i - n, n}, domain))
			return true;
		n = 0;
	}
	return false;
}

/* The setting because of which that recipient was accepted; failing that, one
 * that accepts anything unseen. */
static const struct fact *
setting_of(const struct facts *facts, struct str recipient)
{
	struct str domain = str_skip(recipient, str_rchr(recipient, '@') + 1);
	const struct fact *best = NULL;

	for (size_t i = 0; facts != NULL && i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];

		if (fact->kind != FACT_UNCHECKED &&
		    fact->kind != FACT_CATCH_ALL)
			continue;
		if (domain.n > 0 && has_domain(fact->scope, domain))
			return fact;
		/* A catch-all of another domain explains nothing. */
		if (best == NULL && fact->kind == FACT_UNCHECKED)
			best = fact;
	}
	return best;
}

/* Names the setting, and what to set instead. */
static void
reason_setting(struct judging *j, struct finding *f, struct str recipient)
{
	const struct fact *fact = setting_of(finding_facts(j, f), recipient);

	if (fact == NULL) {
		finding_advise(j, f, ADVICE_RECIPIENTS,
		    N_("refuse unknown recipients at the door: every address "
		       "that is accepted must be deliverable"));
		return;
	}
	if (fact->kind == FACT_CATCH_ALL)
		setting_reason(j, f, 1.5, fact,
		    _("'%s' accepts every address of the domain"),
		    setting_text(j, fact));
	else if (fact->whole.n > 0)
		setting_reason(j, f, 1.5, fact,
		    _("'%s' accepts recipients whom nobody looks up"),
		    setting_text(j, fact));
	else if (fact->scope.n == 0) /* they are in a database */
		setting_reason(j, f, 1.5, fact,
		    _("%s is empty: every address of its domains is accepted"),
		    text_safe(j->arena, fact->name).p);
	else
		setting_reason(j, f, 1.5, fact,
		    _("%s is empty: every address of '%s' is accepted"),
		    text_safe(j->arena, fact->name).p,
		    text_safe(j->arena, str_head(fact->scope, 100)).p);
	setting_remedy(j, f, fact,
	    _("refuse unknown recipients at the door (%s, %s): every address "
	      "that is accepted must be deliverable"),
	    text_safe(j->arena, fact->name).p, setting_place(j, fact));
}

/* Bounces to our own people are real ones; those that wait for strangers go to
 * forged senders, whose servers do not want them. */
static void
reason_queue(
    struct judging *j, struct finding *f, const struct queue_notices *n)
{
	size_t before = f->reasons_n;

	if (n->messages == 0)
		return;
	finding_reason(j, f, GROUND_QUEUE,
	    within(log((double)n->messages / USUAL_NOTICES), -1, 3),
	    (struct ref){0},
	    _("%s of %s bounces in the queue are for addresses that nobody "
	      "here has"),
	    lang_number(j->arena, n->messages),
	    lang_number(j->arena, j->queue->campaigns.notices));
	reason_cite_queue(j, f, before, n->sample);
}

/* By the queue alone, where we know which domains are ours. Senders who are
 * real take their bounces; those of a forger are everywhere, and wait. */
static bool
judge_queue(struct judging *j, const struct queue_notices *n)
{
	struct finding *f;
	size_t before;

	if (n->messages < MANY_NOTICES)
		return false;
	f = finding_new(j, &finding_backscatter_source,
	    tally_origin(j->tally, ORIGIN_SYSTEM, S("bounces"), -1));
	f->share = (struct share){.messages = n->messages,
	    .recipients = n->messages,
	    .deferred = n->messages,
	    .queued = n->messages,
	    .first = n->sample->arrived,
	    .last = j->queue->now};
	reason_queue(j, f, n);
	before = f->reasons_n;
	finding_reason(j, f, GROUND_RECIPIENTS,
	    within(log((double)n->domains / USUAL_DOMAINS), 0, 3),
	    (struct ref){0}, _("they wait for %s different domains"),
	    lang_number(j->arena, n->domains));
	reason_cite_queue(j, f, before, n->sample);
	finding_say(j, f, "%s", _(backscatter));
	reason_setting(j, f, (struct str){NULL, 0});
	return finding_add(j, f);
}

/* Bounces that came in, and were made here for mail from outside. */
static uint64_t
made_here(const struct judging *j)
{
	uint64_t n = 0;

	for (unsigned i = 0; j->bounces != NULL && i < CLAIM_STATES; i++)
		n += j->bounces->signals[i][SIGNAL_FROM_OUTSIDE];
	return n;
}

/* Addressed to ourselves, who were forged: a part of those that went out. */
static void
reason_letters(struct judging *j, struct finding *f)
{
	uint64_t n = made_here(j);
	size_t before = f->reasons_n;

	if (n == 0)
		return;
	finding_reason(j, f, GROUND_LETTERS, within(log((double)n) * 1.5, 0, 4),
	    (struct ref){0},
	    _("%s bounces that came in were made by this server itself, for "
	      "mail that it took from outside and could not deliver"),
	    lang_number(j->arena, n));
	reason_cite_bounce(j, f, before, CLAIM_FORGED);
}

/* By the bounces alone, when neither log nor queue tells of any. */
static void
judge_letters(struct judging *j)
{
	uint64_t n = made_here(j);
	struct finding *f;

	if (n < MANY_NOTICES)
		return;
	f = finding_new(j, &finding_backscatter_source,
	    tally_origin(j->tally, ORIGIN_SYSTEM, S("bounces"), -1));
	f->share = (struct share){.messages = n,
	    .recipients = n,
	    .first = j->bounces->first,
	    .last = j->bounces->last};
	finding_proof(j, f, GROUND_LETTERS, within(log((double)n) * 2, 0, 6),
	    (struct ref){0},
	    _("%s bounces that came in were made by this server itself, for "
	      "mail that it took from outside and could not deliver"),
	    lang_number(j->arena, n));
	reason_cite_bounce(j, f, 0, CLAIM_FORGED);
	finding_say(j, f, "%s", _(backscatter));
	reason_setting(j, f, (struct str){NULL, 0});
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	const struct backscatter *b = &j->tally->backscatter;
	struct origin *o = tally_find(j->tally, ORIGIN_SYSTEM, S("bounces"));
	uint32_t told = b->delivered + b->refused + b->waiting;
	uint64_t targets = sketch_count(&b->targets); /* an estimate */
	uint32_t bad = b->refused + b->waiting;
	struct queue_notices notices = {0};
	struct finding *f;
	struct arena *a = j->arena;

	if (j->queue != NULL && j->here->known)
		evidence_notices(j->queue, here_has, j->here, &notices);
	if (tally_answers(j->tally)) /* autoresponder.c tells it */
		return;
	if (o == NULL || b->made == 0) {
		if (!judge_queue(j, &notices))
			judge_letters(j);
		return;
	}
	f = finding_new(j, &finding_backscatter_source, o);
	f->share = notices_share(b);
	finding_reason(j, f, GROUND_VOLUME,
	    within(log(b->made / USUAL_NOTICES) * 2, -2, 4), b->ref,
	    _("%s notices for mail of strangers, to %s addresses elsewhere"),
	    lang_number(a, b->made),
	    lang_number(a, targets < b->made ? targets : b->made));
	finding_reason(j, f, GROUND_RECEIVERS,
	    within(weigh_share(bad, told, 0.4, 0.1), -2, 4), b->ref,
	    _("%s of them could not be delivered: those senders are forged"),
	    lang_number(a, bad));
	if (b->causes.n > 0)
		finding_reason(j, f, GROUND_SETTING, 1.5, b->cause_ref,
		    _("the mail was accepted first and failed here "
		      "afterwards, most often for %s"),
		    text_safe(a, (struct str){b->causes.items[0].text,
				     b->causes.items[0].length})
			.p);
	reason_queue(j, f, &notices);
	reason_letters(j, f);
	finding_say(j, f, "%s", _(backscatter));
	reason_setting(j, f,
	    b->causes.n > 0 ? (struct str){b->causes.items[0].text,
				  b->causes.items[0].length}
			    : (struct str){NULL, 0});
	(void)finding_add(j, f);
}

const struct finding_kind finding_backscatter_source = {
    .code = "backscatter-source",
    .title = N_("source of backscatter"),
    .help = N_("This server bounces mail after it took it, to senders who "
	       "are forged."),
    .verdict = "backscatter",
    .prior = -3,
    .judge = judge,
};
