/* SPDX-License-Identifier: ISC */
/*
 * What the world says of this server while its logs are read: the lists are
 * asked about every address and name that it sends as, by a thread of the
 * confined child.
 */
#ifndef CMD_REPUTATION_H
#define CMD_REPUTATION_H

#include "cmd/keep.h"
#include "conf/options.h"
#include "mta/facts.h"
#include "queue/hints.h"
#include "setting/signers.h"
#include "source/source.h"
#include "verdict/verdict.h"

struct reputation;
struct inquiry;

/*
 * Before the fork: find what is to be asked about, and start the asking
 * process. *ret_reputation is NULL when nothing is to be asked: --offline, or
 * a copied case (not live) without --own. beside: an inquiry_open_shared whose
 * asking process serves this, too, or NULL. False: an option is wrong.
 */
bool reputation_open(const struct options *options, bool live,
    struct inquiry *beside, struct reputation **ret_reputation,
    struct err *err) MUST_CHECK;
void reputation_close(struct reputation *r);

/* In the child, before the reading; r NULL is nothing to do. facts: what the
 * configurations say; NULL: none were read. keep: for policies of MTA-STS; or
 * NULL. */
void reputation_prepare(struct reputation *r, const struct facts *facts,
    const struct signers *signers, const struct source_set *logs,
    struct keep *keep);
/* What queued messages shall be shown to, until reputation_begin; NULL: they
 * need not be read before. */
struct queue_hints *reputation_queue(struct reputation *r);
/* Asks from now on. bounces: reputation_bounces will be called; where no public
 * address is known, everything waits for them. */
void reputation_begin(struct reputation *r, bool bounces);
/* They have been read and settled. */
void reputation_bounces(struct reputation *r, const struct bag *bag);
/* Wait for the answers, and put them into report->listings, and what could not
 * be asked into not_examined. They live until reputation_done. */
void reputation_end(struct reputation *r, struct report *report);
/* The same lists, to be asked once more; NULL: none was asked. */
struct dnsbl *reputation_lists(struct reputation *r);
void reputation_done(struct reputation *r);

#endif
