/* SPDX-License-Identifier: ISC */
/* Any bytes as the text of a line of OpenSMTPD: every slice of its events lies
 * inside the line. */
#include "mta/fuzz_slices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_line(
	    &mta_opensmtpd, S("smtpd"), (struct str){(const char *)data, size});
	return 0;
}
