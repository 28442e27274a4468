/* SPDX-License-Identifier: ISC */
/*
 * A script on the web server that sends spam: put there by an intruder, or so
 * weak that strangers send what they like with it. A form of an application
 * that sends under its own name only is feature_abuse.c.
 */
#include "finding/submission.h"
#include "trail/bind.h"

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

/* A file that a web server runs, by its name? Else it is the folder in which
 * sendmail was called, for Exim tells no more. */
static bool
is_program(struct str path)
{
	static const struct str ends[] = {S0(".php"), S0(".php3"), S0(".php4"),
	    S0(".php5"), S0(".php7"), S0(".php8"), S0(".phtml"), S0(".phar"),
	    S0(".inc"), S0(".pl"), S0(".cgi"), S0(".py"), S0(".rb"), S0(".sh"),
	    S0(".js"), S0(".asp"), S0(".aspx"), S0(".jsp")};
	struct str name = str_skip(path, str_rchr(path, '/') + 1);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (name.n > ends[i].n &&
		    str_eq_fold(str_skip(name, name.n - ends[i].n), ends[i]))
			return true;
	return false;
}

/* The folder may be a whole site: closing it would end more than the spam. */
static void
remedy_folder(struct judging *j, struct finding *f)
{
	const char *word = origin_word(j, f->origin);

	if (word[0] != '\0')
		finding_remedy(j, f,
		    arena_printf(j->arena,
			"find %s -maxdepth 1 -type f -ctime -90 -ls", word)
			.p,
		    _("sendmail was called in this folder: look at the files "
		      "that changed there last, the script is one of them or "
		      "is called by one"));
	finding_advise(j, f, ADVICE_FOLDER, NULL);
	finding_advise(j, f, ADVICE_USER,
	    bind_web_user(origin_user(f->origin)) != 0
		? N_("keep the web server from sending until the script is "
		     "found; that stops its honest mail too")
		: N_("keep the user of this site from sending until the "
		     "script is found"));
}

static void
judge_script(struct judging *j, const struct origin *origin)
{
	struct finding *f = submission_weigh(j, &finding_web_script, origin);
	const char *name = origin_title(j, origin);
	const char *word = origin_word(j, origin);
	bool is_path = str_starts(origin->name, S("/"));

	if (f == NULL)
		return;
	if (submission_is_hidden(origin->name))
		finding_reason(j, f, GROUND_PROGRAM, 2, (struct ref){0},
		    _("the script lies where no application keeps programs"));
	submission_posts(j, f);
	finding_say(j, f,
	    is_program(origin->name) ? _("the web script %s sends spam")
	    : is_path                ? _("a web script in %s sends spam")
				     : _("a web script sends spam (%s; PHP's "
							"mail.log would tell which one)"),
	    name);
	if (is_path && !is_program(origin->name))
		remedy_folder(j, f);
	else if (is_path && word[0] != '\0')
		finding_remedy(j, f,
		    arena_printf(j->arena, "chmod 000 %s", word).p,
		    _("keep the script from running until it was looked at; "
		      "then find how it came there"));
	if (!is_path)
		remedy_unnamed(j, f);
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind == ORIGIN_SCRIPT && o->counts.messages > 0 &&
		    !submission_confirms(o) && !submission_is_application(j, o))
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
