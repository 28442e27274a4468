/* SPDX-License-Identifier: ISC */
#include "base/scan.h"

size_t
scan_newlines_plain(struct str s, uint32_t *ret_at, size_t max)
{
	const char *p = s.p, *end;
	size_t n = 0;

	if (s.n == 0)
		return 0;
	end = p + s.n;
	/* The C library's memchr is the best that other machines have. */
	while (n < max && p < end) {
		const char *hit = memchr(p, '\n', (size_t)(end - p));

		if (hit == NULL)
			break;
		ret_at[n++] = (uint32_t)(hit - s.p);
		p = hit + 1;
	}
	return n;
}
