/* SPDX-License-Identifier: ISC */
/*
 * Mail is taken in from strangers, cannot be delivered, and a notice goes to
 * its sender, who is forged: the notice is the spam. The cause is whatever
 * made the server say yes at the door and no behind it.
 */
#include "finding/reasons.h"

#include "base/text.h"

#include <math.h>

/* A full mailbox now and then is no backscatter. */
#define USUAL_NOTICES 8.0

static void
judge(struct judging *j)
{
	const struct backscatter *b = &j->tally->backscatter;
	struct origin *o = tally_find(j->tally, ORIGIN_SYSTEM, S("bounces"));
	uint32_t told = b->delivered + b->refused + b->waiting;
	uint32_t bad = b->refused + b->waiting;
	struct finding *f;
	struct arena *a = j->arena;

	if (o == NULL || b->made == 0)
		return;
	f = finding_new(j, &finding_backscatter_source, o);
	f->share = (struct share){.messages = b->made,
	    .recipients = told,
	    .accepted = b->delivered,
	    .bounced = b->refused,
	    .deferred = b->waiting,
	    .first = wall_of(b->first),
	    .last = wall_of(b->last)};
	finding_reason(j, f, GROUND_VOLUME,
	    within(log(b->made / USUAL_NOTICES) * 2, -2, 4), b->ref,
	    _("%s notices for mail of strangers, to %s addresses elsewhere"),
	    lang_number(a, b->made), lang_number(a, sketch_count(&b->targets)));
	finding_reason(j, f, GROUND_RECEIVERS,
	    within(weigh_share(bad, told, 0.4, 0.1), -2, 4), b->ref,
	    _("%s of them could not be delivered: those senders are forged"),
	    lang_number(a, bad));
	if (b->causes.n > 0)
		finding_reason(j, f, GROUND_SETTING, 1.5, b->cause_ref,
		    _("the mail was accepted first and failed here "
		      "afterwards, most often for %s"),
		    text_safe(a, (struct str){b->causes.items[0].text,
				     b->causes.items[0].length})
			.p);
	finding_say(j, f,
	    _("this server answers forged mail with bounces, to people who "
	      "never wrote"));
	finding_remedy(j, f,
	    "postconf local_recipient_maps relay_recipient_maps "
	    "virtual_alias_maps",
	    _("refuse unknown recipients at the door: every address that is "
	      "accepted must be deliverable"));
	(void)finding_add(j, f);
}

const struct finding_kind finding_backscatter_source = {
    .code = "backscatter-source",
    .title = N_("source of backscatter"),
    .help = N_("This server bounces mail after it took it, to senders who "
	       "are forged."),
    .verdict = "backscatter",
    .prior = -3,
    .judge = judge,
};
