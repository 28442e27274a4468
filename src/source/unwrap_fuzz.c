/* SPDX-License-Identifier: ISC */
#include "source/unwrap.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
count_lines(const char *p, size_t n)
{
	size_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *buf = xrealloc(NULL, size + 1, 1);

	(void)unwrap_find((struct str){(const char *)data, size});
	for (int wrap = WRAP_NONE; wrap <= WRAP_GREP; wrap++) {
		size_t n;

		if (size > 0)
			memcpy(buf, data, size);
		n = unwrap_block((enum source_wrap)wrap, buf, size);
		assert(n <= size);
		assert(count_lines(buf, n) ==
		       count_lines((const char *)data, size));
	}
	free(buf);
	return 0;
}
