/* SPDX-License-Identifier: ISC */
#include "mail/auth_results.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	struct str server = auth_results_server(&rest);
	struct auth_result result;
	size_t before = rest.n + 1;

	assert(server.n <= size);
	while (auth_results_next(&rest, &result)) {
		assert(rest.n < before);
		before = rest.n;
		assert(result.method.n > 0 && result.result.n > 0);
		assert(result.about.n < size);
	}
	return 0;
}
