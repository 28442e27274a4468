/* SPDX-License-Identifier: ISC */
/* One culprit, or one finding about nobody in particular, as text. */
#ifndef SHOW_CULPRIT_TEXT_H
#define SHOW_CULPRIT_TEXT_H

#include "show/screen.h"
#include "verdict/verdict.h"

/* "local user uid=1004"; an account is known by its name alone. */
struct str origin_label(struct arena *a, const struct origin *origin);

/* who, how, result, hourly, proof */
void culprit_text(const struct report *report, const struct culprit *culprit,
    const struct screen *s);
/* what, proof */
void finding_text(const struct report *report, const struct finding *finding,
    const struct screen *s);
/* The arithmetic of a finding's confidence. */
void why_text(const struct report *report, const struct finding *finding,
    const struct screen *s);

#endif
