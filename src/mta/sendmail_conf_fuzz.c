/* SPDX-License-Identifier: ISC */
#include "mta/facts_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str paths[] = {S0("/etc/mail/sendmail.cf"),
	    S0("/etc/mail/sendmail.mc"), S0("/etc/mail/access"),
	    S0("/etc/mail/relay-domains"), S0("/etc/mail/virtusertable")};

	fuzz_facts(&mta_sendmail, data, size, paths, ARRAY_LEN(paths));
	return 0;
}
