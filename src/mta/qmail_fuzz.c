/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the text of each program around qmail, and as the beginning of
 * a log of its own: every slice of the event lies inside the line. The first
 * line of the input is the program.
 */
#include "mta/fuzz_slices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct str program = str_take(&text, '\n');

	fuzz_log(&mta_qmail, text);
	fuzz_line(&mta_qmail, program, text);
	return 0;
}
