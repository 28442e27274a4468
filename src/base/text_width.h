/* SPDX-License-Identifier: ISC */
/* Which characters take two columns of a terminal, and which none. */
#ifndef BASE_TEXT_WIDTH_H
#define BASE_TEXT_WIDTH_H

#include "base/str.h"

struct rune_range {
	uint32_t first, last;
};

extern const struct rune_range text_wide[], text_narrow[];
extern const size_t text_wide_n, text_narrow_n;

/* list is sorted. */
bool rune_in(const struct rune_range *list, size_t n, uint32_t rune);

#endif
