/* SPDX-License-Identifier: ISC */
/*
 * Reports of receivers count mail that is signed with the key of this server,
 * passes SPF, too, and came from addresses that are not ours: somebody has the
 * key, and sends from where SPF lets him (a shared host, a too wide record).
 *
 * Innocent twin: a second server of ours that shares the key and was not named
 * with --own. It sends since ever, from one network, and nobody puts its mail
 * among spam.
 */
#include "base/text.h"
#include "finding/reasons.h"
#include "letter/report_evidence.h"

#include <math.h>

enum {
	MESSAGES_MIN = 100,
	/* Days after the first report from which on it is a change. */
	DAYS_BEFORE = 3,
};

static void
weigh(struct judging *j, struct finding *f, const struct report_evidence *e)
{
	const struct report_suspects *k = &e->key;
	const struct ref none = {0};
	struct arena *a = j->arena;
	bool began = e->first >= 0 && k->first - e->first >= DAYS_BEFORE;

	finding_reason(j, f, GROUND_PROGRAM, 3, none,
	    _("receivers counted %s messages signed with the key of this "
	      "server (selector %.*s) that came from elsewhere"),
	    lang_number(a, k->messages), STR_ARG(text_safe(a, k->selector)));
	finding_reason(j, f, GROUND_NETWORKS,
	    k->networks == 1 ? -1.5
			     : within(log((double)k->networks) * 2, 1.5, 3),
	    none,
	    _n("it came from %s network that is not ours, %.*s",
		"it came from %s networks that are not ours, most from %.*s",
		k->networks),
	    lang_number(a, k->networks), STR_ARG(k->network));
	finding_reason(j, f, GROUND_VOLUME, began ? 2.5 : -2, none,
	    began ? _("it began on %s; the reports before know nothing of it")
		  : _("it is as old as the reports (%s)"),
	    lang_time(a, k->first < 0 ? WALL_NONE : k->first * US_DAY, true));
	finding_reason(j, f, GROUND_RECEIVERS,
	    within(weigh_share(
		       (double)k->punished, (double)k->messages, 0.3, 0.01),
		-1, 4),
	    none,
	    _("%s of them were refused or put among spam though they passed"),
	    lang_number(a, k->punished));
}

static void
judge(struct judging *j)
{
	const struct report_evidence *e = j->reported;
	struct finding *f;
	struct arena *a = j->arena;

	if (e == NULL || e->own == 0 || e->key.messages < MESSAGES_MIN ||
	    e->key.first < 0)
		return;
	f = finding_new(j, &finding_key_abuse, NULL);
	f->severity = SEVERITY_CRITICAL;
	f->share = suspects_share(&e->key);
	weigh(j, f, e);
	finding_say(j, f,
	    _("the DKIM key of this server (selector %.*s) is used elsewhere"),
	    STR_ARG(text_safe(a, e->key.selector)));
	finding_remedy(j, f, "",
	    _("make a new DKIM key under a new selector, take the old one out "
	      "of the DNS, and find out how the key got out"));
	finding_remedy(j, f, "",
	    _("take out of the SPF record what lets others send: it passed, "
	      "too"));
	(void)finding_add(j, f);
}

const struct finding_kind finding_key_abuse = {
    .code = "key-abuse",
    .title = N_("DKIM key in strange hands"),
    .help = N_("Mail that others send carries a valid signature of this "
	       "server."),
    .verdict = "spoofed",
    .prior = -3,
    .judge = judge,
};
