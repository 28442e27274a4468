/* SPDX-License-Identifier: ISC */
/*
 * Nobody broke in: the owner himself sends to an old or bought list. Judged by
 * what the large providers tolerate: far below 5 % unknown users, below 0.3 %
 * complaints. A newsletter within that is nobody's business.
 */
#include "finding/reasons.h"

#include <math.h>

#define MANY_RECIPIENTS 300

static void
judge_origin(struct judging *j, const struct origin *o)
{
	struct finding *f = finding_new(j, &finding_bulk_mail, o);
	struct split splits[SPLITS];
	size_t n = slice_splits(j, o, splits);
	const struct counts *c = &o->counts;
	struct answers answers = answers_of(o, &splits[n - 1]);
	uint64_t said = (uint64_t)(answers.spam + 0.5);
	struct arena *a = j->arena;

	f->severity = SEVERITY_WARNING;
	f->share = slice_share(&splits[n - 1].part);
	finding_reason(j, f, GROUND_RECIPIENTS,
	    within(weigh_share(c->unknown, c->recipients, 0.08, 0.03), -3, 4),
	    o->marks[MARK_UNKNOWN],
	    _("%s of %s recipients do not exist: the list is old or bought"),
	    lang_number(a, c->unknown), lang_number(a, c->recipients));
	finding_reason(j, f, GROUND_RECEIVERS,
	    within(weigh_share(answers.spam, answers.n, 0.02, 0.002), -3, 4),
	    o->marks[MARK_SPAM],
	    _n("%s answer of a receiver calls it spam",
		"%s answers of receivers call it spam", said),
	    lang_number(a, said));
	finding_reason(j, f, GROUND_VOLUME,
	    within(log(c->recipients / (double)MANY_RECIPIENTS), 0, 2),
	    o->marks[MARK_FIRST], _("%s recipients"),
	    lang_number(a, c->recipients));
	finding_say(j, f, _("unwanted bulk mail of %s"), origin_title(j, o));
	finding_remedy(j, f, "",
	    _("send only to those who confirmed their address, and take out "
	      "every address that bounces"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];
		bool own = o->kind == ORIGIN_ACCOUNT ||
			   o->kind == ORIGIN_SCRIPT || o->kind == ORIGIN_LIST ||
			   o->kind == ORIGIN_LOCAL_USER;

		if (own && o->counts.recipients >= MANY_RECIPIENTS &&
		    !finding_accused(j, o))
			judge_origin(j, o);
	}
}

const struct finding_kind finding_bulk_mail = {
    .code = "bulk-mail",
    .title = N_("unwanted bulk mail"),
    .help = N_("Somebody here sends to a list that did not ask for it."),
    .verdict = "bulk",
    .prior = -3,
    .judge = judge,
};
