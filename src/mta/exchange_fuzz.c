/* SPDX-License-Identifier: ISC */
/* Any bytes as a log of Exchange's message tracking, head and lines: every slice of each event lies
 * inside its line. */
#include "mta/fuzz_slices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_log(&mta_exchange, (struct str){(const char *)data, size});
	return 0;
}
