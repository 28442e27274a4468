/* SPDX-License-Identifier: ISC */
/*
 * Reports of receivers count far more mail with our signature from others'
 * networks than this server sent: one signed message is sent again and again.
 *
 * Innocent twins: forwarding (few messages, known to receivers as such), and a
 * mailing list that leaves signatures whole (one network, however many
 * messages).
 */
#include "finding/reasons.h"
#include "letter/report_evidence.h"

#include <math.h>

static void
weigh(struct judging *j, struct finding *f, const struct report_evidence *e)
{
	const struct report_suspects *h = &e->handed_on;
	const struct ref none = {0};
	struct arena *a = j->arena;
	bool log_knows = e->from < e->to;
	uint64_t theirs = log_knows ? h->on_days : h->messages;
	uint64_t ours = log_knows ? e->delivered : e->own;

	finding_reason(j, f, GROUND_VOLUME,
	    within(log(((double)theirs + 1) / ((double)ours + 1)), -4, 4), none,
	    log_knows
		? _("others sent %s messages with our signature on the days "
		    "that the log covers; it has %s deliveries of them")
		: _("others sent %s messages with our signature; receivers "
		    "counted %s from our own addresses"),
	    lang_number(a, theirs), lang_number(a, ours));
	finding_reason(j, f, GROUND_NETWORKS,
	    within(log((double)h->networks), 0, 3), none,
	    _("they came from %s networks that are not known as forwarders"),
	    lang_number(a, h->networks));
	finding_reason(j, f, GROUND_RECEIVERS,
	    1 + within(weigh_share(
			   (double)h->punished, (double)h->messages, 0.3, 0.01),
		    0, 3),
	    none,
	    _("%s receivers counted them, and refused or put among spam %s"),
	    lang_number(a, h->orgs), lang_number(a, h->punished));
	if (e->handed_override > h->messages)
		finding_reason(j, f, GROUND_COUNTER, -2, none,
		    _("receivers know most of what is handed on as forwarded"));
}

static void
judge(struct judging *j)
{
	const struct report_evidence *e = j->reported;
	struct finding *f;

	if (e == NULL || !evidence_is_replayed(e) || e->handed_on.first < 0)
		return;
	f = finding_new(j, &finding_dkim_replay, NULL);
	f->severity = SEVERITY_CRITICAL;
	f->share = suspects_share(&e->handed_on);
	weigh(j, f, e);
	finding_say(j, f,
	    _("mail with our DKIM signature is sent again by others: %s "
	      "messages from %s networks"),
	    lang_number(j->arena, e->handed_on.messages),
	    lang_number(j->arena, e->handed_on.networks));
	finding_remedy(j, f, "",
	    _("find the message (complaints and bounces show it) and lock the "
	      "account that sent it first"));
	finding_remedy(j, f, "",
	    _("change the DKIM key: signatures made with the old one then "
	      "fail; and let signatures expire (x= of DKIM)"));
	(void)finding_add(j, f);
}

const struct finding_kind finding_dkim_replay = {
    .code = "dkim-replay",
    .title = N_("signed mail is sent again"),
    .help = N_("Somebody takes one message that this server signed, and sends "
	       "it to the world: the signature stays good."),
    .verdict = "spoofed",
    .prior = -3,
    .judge = judge,
};
