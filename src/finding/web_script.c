/* SPDX-License-Identifier: ISC */
/*
 * A script on the web server that sends spam: put there by an intruder, or so
 * weak that strangers send what they like with it. A form of an application
 * that sends under its own name only is feature_abuse.c.
 */
#include "finding/submission.h"

/* Only the uid is known: how to stop it, and how to learn which script. */
static void
remedy_unnamed(struct judging *j, struct finding *f)
{
	finding_remedy(j, f, "sereno check --web-log FILE...",
	    _("with the access logs of the web server: they may name the "
	      "script"));
	finding_advise(j, f, ADVICE_USER,
	    N_("keep the web server from sending until the script is found; "
	       "that stops its honest mail too"));
	finding_remedy(j, f, "",
	    _("set mail.log in php.ini, so that the script is named next "
	      "time"));
}

static void
judge_script(struct judging *j, const struct origin *origin)
{
	struct finding *f = submission_weigh(j, &finding_web_script, origin);
	const char *name = origin_title(j, origin);
	const char *word = origin_word(j, origin);

	if (f == NULL)
		return;
	if (submission_is_hidden(origin->name))
		finding_reason(j, f, GROUND_PROGRAM, 2, (struct ref){0},
		    _("the script lies where no application keeps programs"));
	submission_posts(j, f);
	finding_say(j, f,
	    str_starts(origin->name, S("/"))
		? _("the web script %s sends spam")
		: _("a web script sends spam (%s; PHP's mail.log would tell "
		    "which one)"),
	    name);
	if (str_starts(origin->name, S("/")) && word[0] != '\0')
		finding_remedy(j, f,
		    arena_printf(j->arena, "chmod 000 %s", word).p,
		    _("keep the script from running until it was looked at; "
		      "then find how it came there"));
	if (!str_starts(origin->name, S("/")))
		remedy_unnamed(j, f);
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind == ORIGIN_SCRIPT && o->counts.messages > 0 &&
		    !submission_is_application(j, o))
			judge_script(j, o);
	}
}

const struct finding_kind finding_web_script = {
    .code = "web-script",
    .title = N_("web script that sends spam"),
    .help = N_("A script on this machine's web server sends spam: find how it "
	       "came there."),
    .verdict = "sending",
    .prior = -5,
    .judge = judge,
};
