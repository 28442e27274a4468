/* SPDX-License-Identifier: ISC */
/*
 * Strangers send mail in our name from elsewhere, and its bounces come here:
 * what --bounces brought. The server is innocent of it; whoever looks for the
 * spam in the log will not find it, and should know why. A handful of such
 * bounces comes to everybody.
 */
#include "finding/reasons.h"
#include "letter/bag.h"

#include <math.h>

#define USUAL_FORGED 4.0

/* Of the forged ones, those with this signal. */
static uint64_t
forged_with(const struct bag *bag, enum signal_bit bit)
{
	return bag->signals[CLAIM_FORGED][bit];
}

static uint64_t
most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void
reason_origins(struct judging *j, struct finding *f, uint64_t n)
{
	const struct bag *bag = j->bounces;
	uint64_t networks = counted_in(&bag->networks, CLAIM_FORGED);
	uint64_t strange = forged_with(bag, SIGNAL_FOREIGN_IP) +
			   forged_with(bag, SIGNAL_STRANGE_IP);

	if (networks == 0 || strange == 0)
		return;
	finding_reason(j, f, GROUND_NETWORKS,
	    within(1 + log((double)networks), 0, 4) * (double)strange /
		(double)n,
	    (struct ref){0},
	    _n("the receivers took it from %s network, which is not yours",
		"the receivers took it from %s networks, none of them yours",
		networks),
	    lang_number(j->arena, networks));
}

static void
judge(struct judging *j)
{
	const struct bag *bag = j->bounces;
	struct arena *a = j->arena;
	uint64_t n, failed, absent, sealed;
	struct finding *f;
	size_t before;

	if (bag == NULL)
		return;
	/* what our own server bounced is another matter */
	n = bag->states[CLAIM_FORGED] - forged_with(bag, SIGNAL_FROM_OUTSIDE);
	if (n == 0)
		return;
	f = finding_new(j, &finding_joe_job, NULL);
	f->severity = SEVERITY_WARNING;
	f->share = (struct share){
	    .messages = n, .first = bag->first, .last = bag->last};
	before = f->reasons_n;
	finding_reason(j, f, GROUND_LETTERS,
	    within(log((double)n / USUAL_FORGED) * 1.5, -2, 5), (struct ref){0},
	    _("%s of %s bounces that came in are of mail that did not pass "
	      "here"),
	    lang_number(a, n), lang_number(a, bag->records_n));
	reason_cite_bounce(j, f, before, CLAIM_FORGED);
	reason_origins(j, f, n);
	failed = most(forged_with(bag, SIGNAL_SPF_FAIL) +
			  forged_with(bag, SIGNAL_SPF_SOFT),
	    forged_with(bag, SIGNAL_DMARC_FAIL));
	finding_reason(j, f, GROUND_RECEIVERS, 3 * (double)failed / (double)n,
	    (struct ref){0},
	    _("%s of them failed SPF or DMARC at the receiver"),
	    lang_number(a, failed));
	absent = most(forged_with(bag, SIGNAL_NO_QUEUE_ID),
	    forged_with(bag, SIGNAL_NO_MESSAGE_ID));
	finding_reason(j, f, GROUND_PROGRAM, 3 * (double)absent / (double)n,
	    (struct ref){0},
	    _("the ids of %s of them are not in the log, though it covers "
	      "their time"),
	    lang_number(a, absent));
	sealed = forged_with(bag, SIGNAL_DKIM_BAD) +
		 forged_with(bag, SIGNAL_DKIM_NO_KEY);
	finding_reason(j, f, GROUND_SENDERS, 2 * (double)sealed / (double)n,
	    (struct ref){0},
	    _("%s of them bear a DKIM signature in your name that is not of "
	      "your key"),
	    lang_number(a, sealed));
	finding_say(j, f,
	    _("strangers send mail under your addresses from elsewhere; its "
	      "bounces come here (%s of them)"),
	    lang_number(a, n));
	if (counted_in(&bag->addresses, CLAIM_FORGED) > 3)
		finding_remedy(j, f, "",
		    _("Have no catch-all: refuse unknown recipients at the "
		      "door, and most of these bounces stay outside."));
	finding_remedy(j, f, "",
	    _("Publish SPF that ends in -all, sign with DKIM, and set DMARC "
	      "to reject: fewer receivers then take mail forged in your "
	      "name."));
	(void)finding_add(j, f);
}

const struct finding_kind finding_joe_job = {
    .code = "joe-job",
    .title = N_("your name is forged elsewhere"),
    .help = N_("Bounces come in for mail that never passed this server."),
    .verdict = "spoofed",
    .prior = -2,
    .judge = judge,
};
