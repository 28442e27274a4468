/* SPDX-License-Identifier: ISC */
/*
 * Any bytes made fit for a terminal: valid UTF-8 without a rune that must be
 * shown comes out, and safe text stays as it is. Clipping keeps the width.
 */
#include "base/text.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads on to the end; whether every rune may stand on a terminal. */
static bool
is_safe(struct str s)
{
	uint32_t rune;
	size_t n;

	while ((n = text_rune(s, &rune)) > 0) {
		assert(n <= s.n && n <= 4);
		assert(n > 1 || rune < 0x80 || rune == UINT32_MAX);
		if (text_must_show(rune))
			return false;
		s = str_skip(s, n);
	}
	assert(s.n == 0);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size}, safe, clipped;
	struct arena a;
	size_t columns = size == 0 ? 0 : data[0];

	arena_init(&a, 0);
	safe = text_safe(&a, s);
	assert(is_safe(safe) && safe.p[safe.n] == '\0');
	if (is_safe(s))
		assert(str_eq(s, safe));
	assert(str_eq(text_safe(&a, safe), safe));
	clipped = text_clip(&a, safe, columns);
	assert(is_safe(clipped) && text_width(clipped) <= columns);
	if (text_width(safe) <= columns)
		assert(str_eq(clipped, safe));
	arena_done(&a);
	return 0;
}
