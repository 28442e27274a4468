/* SPDX-License-Identifier: ISC */
/*
 * An address here forwards all its mail, spam included, to a mailbox at a
 * large provider, which blames the forwarder.
 */
#include "finding/reasons.h"

#include <stdlib.h>

static void
judge_forward(struct judging *j, const struct origin *o, size_t more)
{
	struct finding *f;
	struct split splits[SPLITS];
	size_t n;
	uint32_t spam = o->counts.spam;
	struct arena *a = j->arena;

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
	if (more > 0)
		finding_reason(j, f, GROUND_SETTING, 0.1, (struct ref){0},
		    _("and %s more addresses forward spam"),
		    lang_number(a, more));
	finding_remedy(j, f, "",
	    _("let the target collect that mail from here (IMAP), or forward "
	      "only what the spam filter lets pass"));
	(void)finding_add(j, f);
}

static int
by_spam(const void *left, const void *right)
{
	const struct origin *a = *(const struct origin *const *)left;
	const struct origin *b = *(const struct origin *const *)right;

	if (a->counts.spam != b->counts.spam)
		return a->counts.spam < b->counts.spam ? 1 : -1;
	return a->number < b->number ? -1 : 1;
}

/* The worst ones; a server with hundreds of forwards needs another setting,
 * not hundreds of sentences. */
enum {
	FORWARDS_SHOWN = 5,
	SPAM_MIN = 3
};

static void
judge(struct judging *j)
{
	const struct origin **bad =
	    xcalloc(j->tally->origins_n + 1, sizeof(*bad));
	size_t n = 0;

	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (j->tally->origins[i]->kind == ORIGIN_FORWARD &&
		    j->tally->origins[i]->counts.spam >= SPAM_MIN)
			bad[n++] = j->tally->origins[i];
	qsort(bad, n, sizeof(*bad), by_spam);
	for (size_t i = 0; i < n && i < FORWARDS_SHOWN; i++)
		judge_forward(j, bad[i],
		    i + 1 == FORWARDS_SHOWN ? n - FORWARDS_SHOWN : 0);
	free(bad);
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
