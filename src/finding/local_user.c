/* SPDX-License-Identifier: ISC */
/* A user of this machine who calls sendmail: by cron, by ssh, or a process
 * that runs under his uid. */
#include "finding/submission.h"

static void
judge_user(struct judging *j, const struct origin *origin)
{
	struct finding *f = submission_weigh(j, &finding_local_user, origin);
	const char *name = origin_title(j, origin);

	if (f == NULL)
		return;
	finding_say(
	    j, f, _("the local user %s sends spam through sendmail"), name);
	if (user_word(j, origin)[0] != '\0' &&
	    (j->mta == NULL || !j->mta->is_elsewhere))
		finding_remedy(j, f,
		    arena_printf(
			j->arena, "crontab -l -u %s", user_word(j, origin))
			.p,
		    _("look at its cron jobs, then at its processes and "
		      "logins"));
	finding_advise(j, f, ADVICE_USER,
	    N_("keep it from submitting mail until then; all others may"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		/* Answers to mail that came in are another matter. */
		if (o->kind == ORIGIN_LOCAL_USER && o->counts.messages > 0 &&
		    o->answers * 2 < o->counts.messages)
			judge_user(j, o);
	}
}

const struct finding_kind finding_local_user = {
    .code = "local-user",
    .title = N_("local user who sends spam"),
    .help = N_("A user of this machine, or a program that runs as one, "
	       "submits spam without a mail login."),
    .verdict = "sending",
    .prior = -5,
    .judge = judge,
};
