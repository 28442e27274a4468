/* SPDX-License-Identifier: ISC */
/*
 * A user of this machine who calls sendmail: by cron, by ssh, or a process
 * that runs under his uid. Logs of OpenSMTPD and MailEnable do not name him,
 * only the sender that he writes; a program that writes another one each time
 * is told by all such mail together.
 */
#include "finding/submission.h"

enum {
	SENDERS_MIN = 3,  /* of fewer each is judged alone */
	SENDERS_TOLD = 3, /* more that stand alone are one program's */
};

/* ---- one of them ---- */

/* Nobody is named: where to look for the program. */
static void
remedy_unnamed(struct judging *j, struct finding *f)
{
	const struct mta *server = finding_server(j, f);

	if ((server != NULL && server->is_elsewhere) ||
	    !origin_is_unnamed(f->origin))
		return;
	finding_remedy(j, f, "ps axo user,lstart,args",
	    _("the log does not name the user: look who runs programs that "
	      "call sendmail"));
	finding_remedy(j, f, "sereno check --web-log FILE...",
	    _("with the access logs of the web server: they may name the "
	      "script"));
}

static void
add_remedies(struct judging *j, struct finding *f)
{
	const struct mta *server = finding_server(j, f);
	const char *user = user_word(j, f->origin);

	if (user[0] != '\0' && (server == NULL || !server->is_elsewhere))
		finding_remedy(j, f,
		    arena_printf(j->arena, "crontab -l -u %s", user).p,
		    _("look at its cron jobs, then at its processes and "
		      "logins"));
	finding_advise(j, f, ADVICE_USER,
	    N_("keep it from submitting mail until then; all others may"));
	if (user[0] == '\0')
		remedy_unnamed(j, f);
}

static void
judge_user(struct judging *j, const struct origin *origin)
{
	struct finding *f = submission_weigh(j, &finding_local_user, origin);
	const char *name = origin_title(j, origin);

	if (f == NULL)
		return;
	finding_say(
	    j, f, _("the local user %s sends spam through sendmail"), name);
	add_remedies(j, f);
	(void)finding_add(j, f);
}

/* ---- all whose user is not told ---- */

/* Known by the sender only; answers to mail that came in are another matter. */
static bool
is_local(const struct origin *o, bool named)
{
	return o->kind == ORIGIN_LOCAL_USER && o->counts.messages > 0 &&
	       !o->is_sum && o->answers * 2 < o->counts.messages &&
	       !submission_confirms(o) && origin_is_unnamed(o) != named;
}

static uint64_t
complaints_of(const struct origin *o)
{
	return (uint64_t)o->counts.spam + o->counts.unknown;
}

/* Do a few of the senders explain it? Then they are told, each. */
static bool
is_of_few(struct judging *j, const struct origin *sum)
{
	uint64_t complaints = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];
		struct finding *f;

		if (!is_local(o, false))
			continue;
		f = submission_weigh(j, &finding_local_user, o);
		if (f == NULL || !finding_stands(f))
			continue;
		n++;
		complaints += complaints_of(o);
	}
	return n > 0 && n <= SENDERS_TOLD &&
	       complaints * 10 >= complaints_of(sum) * 7;
}

static struct origin *
sum_of(struct judging *j)
{
	struct origin *sum;
	uint32_t n = 0;

	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		n += is_local(j->tally->origins[i], false);
	if (n < SENDERS_MIN)
		return NULL;
	sum = tally_origin(j->tally, ORIGIN_LOCAL_USER, S("*"), -1);
	sum->is_sum = true;
	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (is_local(j->tally->origins[i], false))
			origin_merge(sum, j->tally->origins[i]);
	return sum;
}

/* True: one program was found, or somebody behind webmail. */
static bool
judge_together(struct judging *j)
{
	struct origin *sum = sum_of(j);
	struct finding *f;

	if (sum == NULL)
		return false;
	f = submission_weigh(j, &finding_local_user, sum);
	if (f == NULL || !finding_stands(f) || submission_confirms(sum) ||
	    is_of_few(j, sum))
		return false;
	finding_say(j, f,
	    _("a program on the mail server sends spam under %s sender "
	      "addresses; this log does not name its user"),
	    lang_number(j->arena, origin_senders(sum)));
	add_remedies(j, f);
	return finding_add(j, f);
}

static void
judge(struct judging *j)
{
	bool together = judge_together(j);

	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (is_local(o, true) || (!together && is_local(o, false)))
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
