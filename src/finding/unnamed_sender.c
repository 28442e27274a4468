/* SPDX-License-Identifier: ISC */
/*
 * Spam whose submission is not in the logs: qmail-send's own log without that
 * of the SMTP server in front, or a log that begins in the middle. It cannot
 * accuse anybody; silence would be wrong, too.
 */
#include "finding/submission.h"

static void
judge(struct judging *j)
{
	struct finding *f;

	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind != ORIGIN_UNKNOWN || o->counts.messages == 0)
			continue;
		f = submission_weigh(j, &finding_unnamed_sender, o);
		if (f == NULL)
			continue;
		finding_say(j, f,
		    _("spam leaves this server, and these logs do not tell who "
		      "handed it in"));
		finding_remedy(j, f, "",
		    _("give the logs of the SMTP server and of its password "
		      "check, too (--log); for qmail those of tcpserver, "
		      "vpopmail or spamdyke"));
		(void)finding_add(j, f);
	}
}

const struct finding_kind finding_unnamed_sender = {
    .code = "unnamed-sender",
    .title = N_("spam of somebody whom the logs do not name"),
    .help = N_("Mail leaves and is refused as spam, but who handed it in "
	       "stands in a log that was not read."),
    .verdict = "sending",
    .prior = -5,
    .judge = judge,
};
