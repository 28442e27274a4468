/* SPDX-License-Identifier: ISC */
/*
 * Reasons that several kinds of findings share. Each compares the part that
 * may be abuse with the rest of the same origin and with its peers, and adds
 * at most one reason for, or one that speaks against.
 *
 * A weight is the logarithm of how much more often abuse looks like this than
 * honest mail does. For counts it is that of a binomial or Poisson
 * distribution at the rate of each, held within bounds, because the single
 * messages of a campaign are not independent of each other.
 */
#ifndef FINDING_REASONS_H
#define FINDING_REASONS_H

#include "finding/slice.h"

/*
 * What receivers say of a part. Some answers blame this server as a whole: the
 * server may be listed for somebody else's mail, and then everybody meets them.
 * So of those only what is beyond what others met at that time is counted.
 */
struct answers {
	double spam;   /* call the mail spam, or blame the server beyond that */
	double n;      /* recipients who could have said so */
	double listed; /* all answers that blame the server */
	double others; /* their share of others' recipients at that time */
};
struct answers answers_of(
    const struct origin *origin, const struct split *split);

/* Receivers that call it spam, or have listed us (all attempts). */
void reason_spam(
    struct judging *j, struct finding *f, const struct split *split);
/* Both of these together: that receivers refuse nothing at all is one
 * observation, not two. */
void reason_answers(
    struct judging *j, struct finding *f, const struct split *split);
/* Recipients who do not exist. */
void reason_unknown(
    struct judging *j, struct finding *f, const struct split *split);
/* Recipients to whom nobody here had written before. */
void reason_fresh(
    struct judging *j, struct finding *f, const struct split *split);
/* Envelope senders that are not the account's. */
void reason_senders(
    struct judging *j, struct finding *f, const struct split *split);
/* Message-IDs made by machines without a domain name. */
void reason_programs(
    struct judging *j, struct finding *f, const struct split *split);
/* Names that its clients call themselves by. */
void reason_helo(
    struct judging *j, struct finding *f, const struct split *split);
/* More in an hour than ever before, or than others do. */
void reason_volume(
    struct judging *j, struct finding *f, const struct split *split);
/* At hours of the day when it never sent before, and to more recipients at
 * once than it used to. */
void reason_habits(
    struct judging *j, struct finding *f, const struct split *split);
/* Networks the account was not used from before. */
void reason_networks(
    struct judging *j, struct finding *f, const struct split *split);

/* Countries it was not used from before (with --geoip). */
void reason_countries(
    struct judging *j, struct finding *f, const struct split *split);

/* The same for providers (autonomous systems). */
void reason_providers(
    struct judging *j, struct finding *f, const struct split *split);

struct waiting;
/* The reason that was added when there were before, if one was: its proof is a
 * file in the queue. sample: NULL is none. */
void reason_cite_queue(struct judging *j, struct finding *f, size_t before,
    const struct waiting *sample);

/* The same for a bounce of that enum claim_state. */
void reason_cite_bounce(
    struct judging *j, struct finding *f, size_t before, unsigned state);

struct report_suspects;
/* What of a report is about them (letter/report_evidence.h). */
struct share suspects_share(const struct report_suspects *suspects);
/* Of the bounces that this server made. */
struct share notices_share(const struct backscatter *b);

/* Messages whose sender belongs to no domain of this server, estimated from
 * the most frequent senders; of those so many speak against who relays. */
uint32_t strange_messages(const struct judging *j, const struct origin *o);
void reason_strange(struct judging *j, struct finding *f, uint32_t strange,
    const struct slice *part);

/* ln of the odds of k in n at share there against share here. */
double weigh_share(double k, double n, double share_abuse, double share_honest);
/* The same when abuse may show any share from share_least on. */
double weigh_shares(
    double k, double n, double share_least, double share_honest);
double within(double value, double low, double high);

#endif
