/* SPDX-License-Identifier: ISC */
/*
 * The language of sentences. Everything that is shown to a person goes through
 * _() where it is written, in English; po/ holds the other languages.
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include "base/arena.h"
#include "base/time.h"

#include <libintl.h>

#define _(text)          gettext(text)
#define N_(text)         (text) /* marked here, translated where it is used */
#define _n(one, many, n) ngettext(one, many, n)

/*
 * Choose the language: "es", "en", or NULL for what LC_ALL, LC_MESSAGES, LANG
 * say. Before threads and before the sandbox: catalogues are opened here.
 */
void lang_init(const char *language);

/* "29,840", in Spanish "29.840". Lives as long as the arena. */
const char *lang_number(struct arena *a, uint64_t n);
/* "1.2 GB", in Spanish "1,2 GB" (powers of 1000). */
const char *lang_bytes(struct arena *a, uint64_t bytes);
/* "71 %" of a share 0-1; one decimal below 1 %. */
const char *lang_percent(struct arena *a, double share);
/* "Fri 20 Nov 19:12", "vie 20 nov 19:12"; with the year when asked. */
const char *lang_time(struct arena *a, wall_us at, bool year);
/* "Fri 20 Nov 19:12:03" */
const char *lang_moment(struct arena *a, wall_us at);
/* "9 hours", "3 days", "41 seconds". */
const char *lang_span(struct arena *a, span_us span);
/* "0.9", "41": seconds alone, with a decimal below ten. */
const char *lang_seconds(struct arena *a, span_us span);
/* The local zone at that time: "CET". */
const char *lang_zone(struct arena *a, wall_us at);

#endif
