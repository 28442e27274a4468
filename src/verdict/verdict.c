/* SPDX-License-Identifier: ISC */
#include "verdict/verdict.h"

#include "base/text.h"
#include "finding/here.h"
#include "finding/judge.h"
#include "letter/bag.h"
#include "queue/campaign.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name;
	const char *sentence;
} kinds[] = {
    [VERDICT_CLEAN] = {"clean", N_("nothing here sends spam")},
    [VERDICT_SENDING] = {"sending", N_("this server is sending spam")},
    [VERDICT_SPOOFED] = {"spoofed",
	N_("the spam was never here: others forge this domain")},
    [VERDICT_BACKSCATTER] = {"backscatter",
	N_("this server bounces spam to forged senders")},
    [VERDICT_FORWARDING] = {"forwarding",
	N_("this server forwards spam to other providers")},
    [VERDICT_RELAY] = {"relay",
	N_("strangers may relay mail through this server")},
    [VERDICT_FEATURE_ABUSE] = {"feature-abuse",
	N_("a function of a web application is used to send spam")},
    [VERDICT_BULK] = {"bulk", N_("this server sends unwanted bulk mail")},
    [VERDICT_LOOP] = {"loop", N_("mail circles through this server")},
    [VERDICT_NEIGHBOUR] = {"neighbour",
	N_("the spam does not come from the mail server")},
    [VERDICT_NOT_MAIL] = {"not-mail",
	N_("the address is listed for something that is not mail")},
    [VERDICT_UNDETERMINED] = {"undetermined",
	N_("nothing can be said: no mail was seen")},
};

const char *
verdict_name(enum verdict_kind kind)
{
	return kinds[kind].name;
}

static enum verdict_kind
kind_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return (enum verdict_kind)i;
	return VERDICT_UNDETERMINED;
}

/* ---- order ---- */

static double
weight_of(const struct finding *f)
{
	return (double)f->severity * 1e12 +
	       f->confidence * ((double)f->share.recipients + 1);
}

static int
by_weight(const void *left, const void *right)
{
	double a = weight_of(*(struct finding *const *)left);
	double b = weight_of(*(struct finding *const *)right);

	return a < b ? 1 : a > b ? -1 : 0;
}

/* ---- culprits and verdicts ---- */

static void
add_verdict(struct report *report, enum verdict_kind kind, double confidence)
{
	for (size_t i = 0; i < report->verdicts_n; i++)
		if (report->verdicts[i].kind == kind) {
			if (confidence > report->verdicts[i].confidence)
				report->verdicts[i].confidence = confidence;
			return;
		}
	if (report->verdicts_n == ARRAY_LEN(report->verdicts))
		return;
	report->verdicts[report->verdicts_n++] =
	    (struct verdict){kind, confidence,
		str_keep(&report->arena, str_z(_(kinds[kind].sentence)))};
}

static void
add_culprit(struct report *report, const struct finding *f)
{
	struct culprit *c = NULL;

	for (size_t i = 0; i < report->culprits_n; i++)
		if (report->culprits[i].origin == f->origin)
			c = &report->culprits[i];
	if (c == NULL) {
		c = &report->culprits[report->culprits_n++];
		*c = (struct culprit){.origin = f->origin, .share = f->share};
	}
	if (f->confidence > c->confidence)
		c->confidence = f->confidence;
	if (f->share.recipients > c->share.recipients)
		c->share = f->share;
	if (c->findings_n < ARRAY_LEN(c->findings))
		c->findings[c->findings_n++] = f;
}

static void
draw_conclusions(struct report *report)
{
	report->culprits = arena_alloc(&report->arena,
	    (report->findings_n + 1) * sizeof(*report->culprits));
	for (size_t i = 0; i < report->findings_n; i++) {
		const struct finding *f = report->findings[i];

		if (f->kind->verdict == NULL)
			continue;
		add_verdict(report, kind_of(f->kind->verdict), f->confidence);
		if (f->origin != NULL)
			add_culprit(report, f);
	}
}

/* Beside spam that was here, "never here" would contradict it. */
static void
reword_spoofed(struct report *report)
{
	for (size_t i = 0; i < report->verdicts_n && report->verdicts_n > 1;
	     i++)
		if (report->verdicts[i].kind == VERDICT_SPOOFED)
			report->verdicts[i].sentence = str_keep(&report->arena,
			    str_z(_("other spam was never here: strangers "
				    "forge this domain, too")));
}

static uint64_t
messages_seen(const struct tally *tally)
{
	uint64_t n = tally->inbound.messages;

	for (uint32_t i = 0; i < tally->origins_n; i++)
		n += tally->origins[i]->counts.messages;
	return n;
}

/* The server that wrote most of what was read. */
static const struct mta *
main_server(const struct report *report)
{
	const struct mta *best = NULL;
	uint64_t most = 0;

	for (size_t i = 0; mtas[i] != NULL; i++) {
		uint64_t lines = 0;

		for (size_t k = 0; k < report->examined_n; k++)
			if (str_eq(
				report->examined[k].mta, str_z(mtas[i]->name)))
				lines += report->examined[k].lines;
		if (mtas[i]->is_server && lines > most) {
			most = lines;
			best = mtas[i];
		}
	}
	return best;
}

struct str
report_server(const struct report *report)
{
	const struct mta *mta = main_server(report);

	return mta == NULL ? S("") : str_z(mta->name);
}

/* Who hands in mail for people here without a login is a mail server. */
static void
say_unplaced(struct report *report, const struct judging *j)
{
	char id[CAMPAIGN_ID];

	if (j->unplaced == 0)
		return;
	report_not_examined(report, S("queue"),
	    _n("%s campaign that came in without a login was not judged: "
	       "neither the configuration nor a delivery in the log tells "
	       "whether its recipients have their mailboxes here; look at it "
	       "with 'sereno queue list --campaign %s'",
		"%s campaigns that came in without a login were not judged: "
		"neither the configuration nor a delivery in the log tells "
		"whether their recipients have their mailboxes here; look at "
		"the largest with 'sereno queue list --campaign %s'",
		j->unplaced),
	    lang_number(&report->arena, j->unplaced),
	    campaign_id_text(j->unplaced_most->id, id));
}

/* The configuration would tell, or it keeps its domains out of sight. */
static void
say_gateway(struct report *report, const struct judging *j)
{
	if (j->gateway_of.n > 0 && j->facts != NULL && j->facts->n > 0)
		report_not_examined(report, S("configuration"),
		    _("mail of strangers, first of all for %s, was passed on to "
		      "other servers as a gateway does it; not all domains of "
		      "this server could be read: if that is none of them, it "
		      "is an open relay"),
		    text_safe(&report->arena, j->gateway_of).p);
	else if (j->gateway_of.n > 0)
		report_not_examined(report, S("configuration"),
		    _("mail of strangers, first of all for %s, was passed on to "
		      "other servers as a gateway does it: if this server is "
		      "not meant to, it is an open relay (--root DIR reads its "
		      "configuration, too)"),
		    text_safe(&report->arena, j->gateway_of).p);
}

void
verdict_judge(struct report *report, struct tally *tally, const struct geo *geo)
{
	struct judging j = {.tally = tally,
	    .arena = &report->arena,
	    .geo = geo,
	    .facts = report->facts,
	    .servers = report->servers,
	    .queue = report->queue,
	    .reported = report->reported,
	    .bounces = report->bounces,
	    .listings = report->listings,
	    .posture = report->posture,
	    .reading = report->reading,
	    .mta = main_server(report)};
	struct here here = {0};

	if (report->queue != NULL) {
		here_make(&here, tally, report->facts, report->queue);
		j.here = &here;
	}
	peers_of(tally, &j.peers);
	for (size_t i = 0; finding_kinds[i] != NULL; i++)
		finding_kinds[i]->judge(&j);
	say_unplaced(report, &j);
	say_gateway(report, &j);
	if (j.findings_n > 0)
		qsort(j.findings, j.findings_n, sizeof(*j.findings), by_weight);
	report->findings = arena_alloc(
	    &report->arena, (j.findings_n + 1) * sizeof(*report->findings));
	for (size_t i = 0; i < j.findings_n; i++)
		report->findings[i] = j.findings[i];
	report->findings_n = j.findings_n;
	free(j.findings);
	peers_done(&j.peers);
	here_done(&here);
	report->tally = tally;
	draw_conclusions(report);
	reword_spoofed(report);
	if (report->verdicts_n > 0)
		return;
	if (messages_seen(tally) == 0 &&
	    (report->queue == NULL || report->queue->n == 0))
		add_verdict(report, VERDICT_UNDETERMINED, 0);
	else
		add_verdict(report, VERDICT_CLEAN, 0.9);
}

void
report_not_examined(
    struct report *report, struct str what, const char *fmt, ...)
{
	struct not_examined *item;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	VEC_ROOM(report->not_examined, report->not_examined_n,
	    report->not_examined_cap);
	item = &report->not_examined[report->not_examined_n++];
	item->what = str_keep(&report->arena, what);
	item->sentence = str_keep(&report->arena, str_z(text));
}

int
report_exit(const struct report *report)
{
	if (report->examined_n == 0 && report->queue == NULL &&
	    (report->bounces == NULL || report->bounces->messages == 0))
		return 3;
	for (size_t i = 0; i < report->findings_n; i++)
		if (report->findings[i]->severity > SEVERITY_INFO)
			return 1;
	return report->verdicts[0].kind == VERDICT_UNDETERMINED ? 3 : 0;
}
