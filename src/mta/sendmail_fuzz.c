/* SPDX-License-Identifier: ISC */
/* Any bytes as the text of a line of Sendmail: every slice of its events lies
 * inside the line, which does not go on for ever. */
#include "mta/fuzz_slices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_line(
	    &mta_sendmail, S("sm-mta"), (struct str){(const char *)data, size});
	return 0;
}
