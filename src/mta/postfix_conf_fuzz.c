/* SPDX-License-Identifier: ISC */
#include "mta/facts_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str paths[] = {S0("/etc/postfix/main.cf"),
	    S0("/etc/postfix/master.cf"), S0("/etc/postfix/x")};

	fuzz_facts(&mta_postfix, data, size, paths, ARRAY_LEN(paths));
	return 0;
}
