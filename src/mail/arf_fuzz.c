/* SPDX-License-Identifier: ISC */
#include "mail/arf.h"
#include "mail/dsn.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = {(const char *)data, size}, rest = body;
	struct dsn_recipient recipient;
	struct dsn_message message;
	struct arf arf;

	(void)arf_parse(body, &arf);
	assert(arf.incidents > 0);
	(void)dsn_message(&rest, &message);
	for (size_t before = rest.n + 1; dsn_recipient(&rest, &recipient);) {
		assert(rest.n < before);
		before = rest.n;
	}
	return 0;
}
