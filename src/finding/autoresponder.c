/* SPDX-License-Identifier: ISC */
/*
 * An answering machine, a vacation notice or a ticket system, that answers
 * every mail, forged ones too: its recipients wrote a moment before, as it
 * seems, and many of them do not exist or call it spam.
 */
#include "base/text.h"
#include "finding/reasons.h"

#include <math.h>

static const char remedy[] =
    N_("answer each sender once a day at most, and never mail that is spam, "
       "bulk or unauthenticated");

static void
judge_origin(struct judging *j, const struct origin *o)
{
	struct finding *f = finding_new(j, &finding_autoresponder, o);
	struct split splits[SPLITS];
	size_t n = slice_splits(j, o, splits);
	const struct split *all = &splits[n - 1];
	const struct counts *c = &o->counts;
	uint32_t bad = c->bounced + c->deferred;
	struct arena *a = j->arena;

	f->share = slice_share(&all->part);
	finding_reason(j, f, GROUND_RECIPIENTS,
	    within(
		weigh_share(o->answers > c->messages ? c->messages : o->answers,
		    c->messages, 0.9, 0.3),
		-3, 4),
	    o->marks[MARK_FIRST],
	    _("%s of %s mails went to somebody whose mail had come in just "
	      "before"),
	    lang_number(a, o->answers), lang_number(a, c->messages));
	finding_reason(j, f, GROUND_RECEIVERS,
	    within(weigh_share(bad < c->recipients ? bad : c->recipients,
		       c->recipients, 0.3, 0.05),
		-2, 4),
	    o->marks[MARK_BOUNCE],
	    _("%s of them were refused or could not be delivered: forged "
	      "senders"),
	    lang_number(a, bad));
	if (o->null_sender * 2 > c->messages)
		finding_reason(j, f, GROUND_PROGRAM, 1, o->marks[MARK_FIRST],
		    _("sent from <>, as automatic answers are"));
	if (j->tally->vacations > 0)
		finding_reason(j, f, GROUND_PROGRAM, 1, j->tally->vacation_ref,
		    _("the mailbox server wrote of %s vacation answers"),
		    lang_number(a, j->tally->vacations));
	finding_say(j, f, _("automatic answers go to forged senders (%s)"),
	    origin_title(j, o));
	finding_remedy(j, f, "", "%s", _(remedy));
	(void)finding_add(j, f);
}

/*
 * Exim makes the answers of its autoreply transport like bounces; what it says
 * of their delivery (">sender <mailbox>") tells them apart.
 */
static void
judge_notices(struct judging *j)
{
	const struct backscatter *b = &j->tally->backscatter;
	struct origin *o = tally_find(j->tally, ORIGIN_SYSTEM, S("bounces"));
	uint32_t told = b->delivered + b->refused + b->waiting;
	uint32_t bad = b->refused + b->waiting;
	struct arena *a = j->arena;
	struct finding *f;
	const char *who;

	if (o == NULL || b->made < 5 || !tally_answers(j->tally))
		return;
	f = finding_new(j, &finding_autoresponder, o);
	f->share = notices_share(b);
	who = text_safe(a, origin_top_most(&b->replies)).p;
	finding_reason(j, f, GROUND_RECIPIENTS,
	    within(log((double)b->made / 5), 0, 4), b->reply_ref,
	    _("%s automatic answers to mail of strangers, most often of %s"),
	    lang_number(a, b->replies.total), who);
	finding_reason(j, f, GROUND_RECEIVERS,
	    within(weigh_share(bad, told, 0.3, 0.05), -2, 4), b->ref,
	    _("%s of them were refused or could not be delivered: forged "
	      "senders"),
	    lang_number(a, bad));
	finding_say(
	    j, f, _("automatic answers go to forged senders (%s)"), who);
	finding_remedy(j, f, "", "%s", _(remedy));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	judge_notices(j);
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		/* Bounces answer too: that is backscatter_source.c. */
		if (o->kind != ORIGIN_SYSTEM && o->answers >= 5 &&
		    o->answers * 2 > o->counts.messages)
			judge_origin(j, o);
	}
}

const struct finding_kind finding_autoresponder = {
    .code = "autoresponder",
    .title = N_("automatic answers to forged senders"),
    .help = N_("A vacation notice or the like answers spam, and so writes to "
	       "people who never wrote."),
    .verdict = "backscatter",
    .prior = -3,
    .judge = judge,
};
