/* SPDX-License-Identifier: ISC */
/* Any bytes as the files of one message of qmail. */
#include "mta/spool_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_spool(&qmail_spool, data, size);
	return 0;
}
