/* SPDX-License-Identifier: ISC */
/*
 * An address here forwards all its mail, spam included, to a mailbox at a
 * large provider, which blames the forwarder.
 */
#include "finding/reasons.h"

#include <stdio.h>

static void
judge_forward(struct judging *j, const struct origin *o)
{
	struct finding *f;
	struct split splits[SPLITS];
	size_t n;
	uint32_t spam = o->counts.spam;
	struct arena *a = j->arena;

	if (spam == 0)
		return;
	n = slice_splits(j, o, splits);
	f = finding_new(j, &finding_forwarded_spam, o);
	f->severity = SEVERITY_WARNING;
	f->share = slice_share(&splits[n - 1].part);
	finding_proof(j, f, GROUND_RECEIVERS,
	    within(
		weigh_share(
		    spam < o->counts.recipients ? spam : o->counts.recipients,
		    o->counts.recipients, 0.15, 0.005),
		-2, 6),
	    o->marks[MARK_SPAM],
	    _("%s of %s forwarded mails were called spam by the target"),
	    lang_number(a, spam), lang_number(a, o->counts.recipients));
	finding_say(j, f, _("mail for %s is forwarded, spam and all"),
	    origin_title(j, o));
	finding_remedy(j, f, "",
	    _("let the target collect that mail from here (IMAP), or forward "
	      "only what the spam filter lets pass"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (j->tally->origins[i]->kind == ORIGIN_FORWARD)
			judge_forward(j, j->tally->origins[i]);
}

const struct finding_kind finding_forwarded_spam = {
    .code = "forwarded-spam",
    .title = N_("forwarded spam"),
    .help = N_("Spam that came in is forwarded, and its target blames this "
	       "server."),
    .verdict = "forwarding",
    .prior = -2,
    .judge = judge,
};
