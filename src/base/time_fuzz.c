/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a time, and any number as a moment: what is read can be
 * written, and what is written reads back as the same second.
 */
#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The years that RFC 3339 can write, a day less for the zone. */
#define FIRST (-INT64_C(62167132800) * US_SECOND)
#define LAST  (INT64_C(253402214399) * US_SECOND)

static void
check_written(wall_us at)
{
	char text[TIME_TEXT];
	wall_us again;

	memset(text, 'x', sizeof(text));
	(void)time_rfc3339(at, text);
	assert(memchr(text, '\0', sizeof(text)) != NULL);
	assert(time_parse(str_z(text), 0, &again));
	if (at >= FIRST && at <= LAST)
		assert(again <= at && at - again < US_SECOND);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	const wall_us now = 1772359200 * US_SECOND;
	wall_us at = 42, any;

	if (time_parse(s, now, &at))
		check_written(at);
	else
		assert(at == 42);
	if (size >= sizeof(any)) {
		memcpy(&any, data, sizeof(any));
		check_written(any);
		(void)time_parse(str_skip(s, sizeof(any)), any, &at);
	}
	return 0;
}
