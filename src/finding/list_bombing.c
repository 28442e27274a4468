/* SPDX-License-Identifier: ISC */
/*
 * A sign-up form is fed with strangers' addresses, and the list writes its
 * confirmation to each: many a minute, to people never written to before.
 */
#include "finding/reasons.h"

#include <math.h>

/* An honest list on a good day. */
#define USUAL_HOUR 30.0

/* The run of busy hours when most of it falls there: the rest is readers who
 * signed up themselves. */
static size_t
flood_of(const struct split *splits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (splits[i].cut == CUT_TIME &&
		    splits[i].part.counts.messages >
			splits[i].rest.counts.messages)
			return i;
	return n - 1;
}

static void
judge_origin(struct judging *j, const struct origin *o)
{
	struct finding *f = finding_new(j, &finding_list_bombing, o);
	struct split splits[SPLITS];
	size_t n = slice_splits(j, o, splits);
	uint32_t hour = origin_busiest_hour(o);
	struct arena *a = j->arena;

	f->share = slice_share(&splits[flood_of(splits, n)].part);
	finding_reason(j, f, GROUND_VOLUME,
	    within(log(hour / USUAL_HOUR) * 2, -3, 5), o->marks[MARK_FIRST],
	    _("%s requests for confirmation, up to %s in one hour"),
	    lang_number(a, o->confirms), lang_number(a, hour));
	reason_fresh(j, f, &splits[n - 1]);
	reason_unknown(j, f, &splits[n - 1]);
	reason_spam(j, f, &splits[n - 1]);
	finding_say(j, f,
	    _("a sign-up form floods strangers with requests for "
	      "confirmation (%s)"),
	    origin_title(j, o));
	finding_remedy(j, f, "",
	    _("put a captcha or a limit per visitor and per recipient before "
	      "the form"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->confirms >= 20 && o->confirms * 2 > o->counts.messages &&
		    !(o->is_sum && finding_accused(j, o)))
			judge_origin(j, o);
	}
}

const struct finding_kind finding_list_bombing = {
    .code = "list-bombing",
    .title = N_("subscription bombing"),
    .help = N_("Confirmations are sent to addresses that others typed in."),
    .verdict = "feature-abuse",
    .prior = -3,
    .judge = judge,
};
