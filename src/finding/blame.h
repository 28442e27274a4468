/* SPDX-License-Identifier: ISC */
/*
 * Whom the lists blame, when the mail server itself was seen to be innocent:
 * what the finding kinds neighbour and not-mail share.
 */
#ifndef FINDING_BLAME_H
#define FINDING_BLAME_H

#include "check/list.h"
#include "finding/judge.h"

/*
 * Add a finding of this kind for each own address that is listed for a cause
 * of that sort, unless something in the mail explains it. say gives it its
 * sentence and its remedy.
 */
void blame_judge(struct judging *j, const struct finding_kind *kind,
    bool (*is_cause)(enum list_cause cause),
    void (*say)(struct judging *j, struct finding *f, const char *address));

#endif
