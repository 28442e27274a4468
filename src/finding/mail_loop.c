/* SPDX-License-Identifier: ISC */
/*
 * The same message for the same recipient comes by again and again, each time
 * under a new queue id: two addresses forward to each other. Where a log has no
 * Message-IDs (qmail, OpenSMTPD), that this server itself stops mail as a loop,
 * again and again; what receivers stop may be a matter of theirs.
 */
#include "finding/judge.h"

#include "base/text.h"

#include <math.h>

/* Mail that circles is back within minutes; a program that gives all its mail
 * one Message-ID writes now and then. */
enum {
	CIRCLE_SECONDS = 1800,
	LOOPS_MIN = 8
};

static const struct circle *
worst_circle(const struct tally *tally)
{
	const struct circle *worst = NULL;

	for (uint32_t i = 0; i < tally->circles_n; i++) {
		const struct circle *c = &tally->circles[i];

		if ((c->last - c->first) / c->n < CIRCLE_SECONDS &&
		    (worst == NULL || c->n > worst->n))
			worst = c;
	}
	return worst;
}

static void
judge_said(struct judging *j)
{
	const struct tally *t = j->tally;
	struct finding *f;

	if (t->loops_here < LOOPS_MIN)
		return;
	f = finding_new(j, &finding_mail_loop, NULL);
	f->severity = SEVERITY_WARNING;
	f->share = (struct share){
	    .messages = t->loops_here, .recipients = t->loops_here};
	finding_proof(j, f, GROUND_RECEIVERS,
	    4 + log((double)t->loops_here / LOOPS_MIN), t->loop_here_ref,
	    _("this server stopped %s messages because they came round"),
	    lang_number(j->arena, t->loops_here));
	finding_say(j, f, _("mail circles, and this server stops it"));
	finding_remedy(j, f, "",
	    _("look for whom the mail is in the lines that are shown, where "
	      "that address is forwarded to, and break one of the forwards"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	const struct circle *c = worst_circle(j->tally);
	struct finding *f;
	struct arena *a = j->arena;

	if (c == NULL || c->n < LOOPS_MIN) {
		judge_said(j);
		return;
	}
	/* Whoever wrote the message first is not to blame. */
	f = finding_new(j, &finding_mail_loop, NULL);
	f->severity = SEVERITY_WARNING;
	f->share = (struct share){.messages = c->n,
	    .recipients = c->n,
	    .first = wall_of(c->first),
	    .last = wall_of(c->last)};
	finding_proof(j, f, GROUND_PROGRAM, 4 + log((double)c->n / LOOPS_MIN),
	    c->ref, _("one message for %s came by %s times within %s"),
	    text_safe(a, str_z(c->recipient)).p, lang_number(a, c->n),
	    lang_span(a, (span_us)(c->last - c->first) * US_SECOND));
	if (j->tally->loops_said > 0)
		finding_reason(j, f, GROUND_RECEIVERS, 2, j->tally->loop_ref,
		    _("a server stopped it as a loop %s times"),
		    lang_number(a, j->tally->loops_said));
	finding_say(j, f, _("mail for %s circles"),
	    text_safe(a, str_z(c->recipient)).p);
	finding_remedy(j, f,
	    shell_command(j, "sereno trace", str_z(c->recipient)),
	    _("see where it goes round, and break one of the forwards"));
	(void)finding_add(j, f);
}

const struct finding_kind finding_mail_loop = {
    .code = "mail-loop",
    .title = N_("mail loop"),
    .help = N_("A message comes back to where it was sent from."),
    .verdict = "loop",
    .prior = 0,
    .judge = judge,
};
