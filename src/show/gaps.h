/* SPDX-License-Identifier: ISC */
/* What was not looked at, and why: every command tells it in these words. */
#ifndef SHOW_GAPS_H
#define SHOW_GAPS_H

#include "base/json.h"
#include "show/screen.h"
#include "verdict/verdict.h"

/* "not_examined": an array of {"what","sentence"}. */
void gaps_json(struct json *j, const struct not_examined *gaps, size_t n);
/* "not examined: WHAT: SENTENCE", each a paragraph; nothing when there is no
 * gap. Of many only the first are told. */
void gaps_text(
    const struct not_examined *gaps, size_t n, const struct screen *s);
/* The same behind an empty line. */
void gaps_apart(
    const struct not_examined *gaps, size_t n, const struct screen *s);

#endif
