/* SPDX-License-Identifier: ISC */
#include "mail/tls_report.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	struct tls_report report;

	if (tls_report_read(
		&a, (struct str){(const char *)data, size}, &report)) {
		assert(report.policies_n <= TLS_POLICIES);
		for (size_t i = 0; i < report.policies_n; i++)
			assert(report.policies[i].failures_n <= TLS_FAILURES);
	}
	arena_done(&a);
	return 0;
}
