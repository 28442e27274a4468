/* SPDX-License-Identifier: ISC */
#include "mail/header.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	struct str got =
	    header_decode(&a, (struct str){(const char *)data, size});

	assert(got.n <= HEADER_TEXT_MAX);
	arena_done(&a);
	return 0;
}
