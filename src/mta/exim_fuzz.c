/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as Exim's own log and as what it writes to syslog: every slice of
 * the event lies inside the line, and reading it twice gives the same.
 */
#include "mta/fuzz_slices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct line_clock clock;

	(void)mta_exim.owns(text);
	line_clock_init(&clock, 2026);
	while (text.n > 0) {
		struct str raw = str_take(&text, '\n');
		struct line line;
		struct event e;

		fuzz_line(&mta_exim, S("exim"), raw);
		if (!mta_exim.split(&clock, raw, &line))
			continue;
		if (line.text.n > 0) {
			assert(line.text.p >= raw.p);
			assert(line.text.p + line.text.n <= raw.p + raw.n);
		}
		if (mta_exim.line(&line, &e) == LINE_EVENT)
			fuzz_inside(e.recipient, &line);
	}
	return 0;
}
