/* SPDX-License-Identifier: ISC */
/*
 * Text of strangers made fit for a terminal: control characters, escape
 * sequences, invalid UTF-8 and characters that change the direction or hide
 * (bidi, zero width, BOM, line separators) become visible as "\x1b", "\u202e".
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

/* The whole of s, made visible. What needs no change is copied all the same. */
struct str text_safe(struct arena *a, struct str s);
/* As one word of a shell command, in single quotes; empty when it holds bytes
 * that would not be shown or copied as they are. */
struct str text_word(struct arena *a, struct str s);
/* Columns that safe text takes on a terminal (East Asian wide ones count 2,
 * combining ones 0). */
size_t text_width(struct str safe);
/* Safe text cut to at most columns, "..." at its end when something is cut. */
struct str text_clip(struct arena *a, struct str safe, size_t columns);

/*
 * The next character of s: its length in bytes, and its number in ret_rune;
 * 0 at the end. A byte that is no valid UTF-8 (RFC 3629) has length 1 and
 * rune UINT32_MAX.
 */
size_t text_rune(struct str s, uint32_t *ret_rune);
/* Whether text_safe would write this rune (UINT32_MAX too) as an escape. */
bool text_must_show(uint32_t rune);

#endif
