/* SPDX-License-Identifier: ISC */
#include "mta/facts_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str paths[] = {S0("/etc/smtpd.conf"),
	    S0("/etc/mail/aliases"), S0("/etc/mail/domains")};

	fuzz_facts(&mta_opensmtpd, data, size, paths, ARRAY_LEN(paths));
	return 0;
}
