/* SPDX-License-Identifier: ISC */
#include "mta/facts_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str paths[] = {S0("/var/qmail/control/me"),
	    S0("/etc/tcp.smtp"), S0("/var/qmail/control/rcpthosts"),
	    S0("/var/qmail/control/smtproutes"),
	    S0("/var/qmail/alias/.qmail-default")};

	fuzz_facts(&mta_qmail, data, size, paths, ARRAY_LEN(paths));
	return 0;
}
