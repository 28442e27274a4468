/* SPDX-License-Identifier: ISC */
/* Any bytes as a queue file of Postfix and the reasons beside it. */
#include "mta/spool_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_spool(&postfix_spool, data, size);
	return 0;
}
