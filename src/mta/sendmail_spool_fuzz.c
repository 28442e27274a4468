/* SPDX-License-Identifier: ISC */
#include "mta/spool_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_spool(&sendmail_spool, data, size);
	return 0;
}
