/* SPDX-License-Identifier: ISC */
/* Where a limit was reached, so that nobody takes a sum for the whole. */
#include "base/lang.h"
#include "base/limits.h"
#include "cmd/examination.h"

/* How many sent in more hours than are kept apart? */
static uint64_t
hours_cut(const struct tally *tally)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < tally->origins_n; i++)
		n += tally->origins[i]->hours_cut;
	return n;
}

void
examination_limits(struct report *report, const struct join *join)
{
	struct arena *a = &report->arena;

	if (join == NULL)
		return;
	if (join->dropped > 0)
		report_not_examined(report, S("messages"),
		    _("%s lines of messages whose beginning was not found "
		      "were too many to keep; read shorter logs, with --since"),
		    lang_number(a, join->dropped));
	if (join->given_up > 0)
		report_not_examined(report, S("messages"),
		    _("%s messages whose end was not seen were given up, the "
		      "oldest first: at most %s are kept; read shorter logs, "
		      "with --since"),
		    lang_number(a, join->given_up), lang_number(a, LIMIT_OPEN));
	if (join->waits_missed > 0)
		report_not_examined(report, S("messages"),
		    _("%s recipients that wait were too many to keep; read "
		      "shorter logs, with --since"),
		    lang_number(a, join->waits_missed));
	if (hours_cut(&join->tally) > 0)
		report_not_examined(report, S("accounts"),
		    _("of %s accounts, users or scripts only the last %s hours "
		      "with mail were looked at one by one; read shorter logs, "
		      "with --since"),
		    lang_number(a, hours_cut(&join->tally)),
		    lang_number(a, LIMIT_HOURS));
	if (join->tally.origins_missed > 0)
		report_not_examined(report, S("accounts"),
		    _("%s times mail or a login of an account, user or script "
		      "beyond the first %s was not kept apart; read shorter "
		      "logs, with --since"),
		    lang_number(a, join->tally.origins_missed),
		    lang_number(a, LIMIT_ORIGINS));
	if (join->tally.auths_missed > 0)
		report_not_examined(report, S("logins"),
		    _("failed logins of more than %s accounts and addresses "
		      "were not kept apart; read shorter logs, with --since"),
		    lang_number(a, TALLY_AUTHS));
}
