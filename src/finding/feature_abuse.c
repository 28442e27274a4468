/* SPDX-License-Identifier: ISC */
/*
 * A function of an honest application, a contact form, an invitation, "tell a
 * friend", that strangers use to send their text to people of their choice.
 */
#include "finding/submission.h"

static void
judge_application(struct judging *j, const struct origin *origin)
{
	struct finding *f = submission_weigh(j, &finding_feature_abuse, origin);
	const char *name = origin_title(j, origin);

	if (f == NULL)
		return;
	submission_posts(j, f);
	finding_say(j, f,
	    _("a form or function of %s is used to send spam to strangers"),
	    name);
	finding_remedy(j, f, "",
	    _("let the function write to your own addresses only, or ask for "
	      "a captcha and limit it per visitor"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind == ORIGIN_SCRIPT && o->counts.messages > 0 &&
		    submission_is_application(j, o))
			judge_application(j, o);
	}
}

const struct finding_kind finding_feature_abuse = {
    .code = "feature-abuse",
    .title = N_("abused function of an application"),
    .help = N_("A form of a web application sends what strangers write to "
	       "people whom they choose."),
    .verdict = "feature-abuse",
    .prior = -5,
    .judge = judge,
};
