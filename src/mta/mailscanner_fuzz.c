/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the text of MailScanner: every slice of the event
 * lies inside the line, and reading it twice gives the same. The first line
 * of the input is the program.
 */
#include "mta/fuzz_slices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct str program = str_take(&text, '\n');

	fuzz_line(&mta_mailscanner, program, text);
	return 0;
}
