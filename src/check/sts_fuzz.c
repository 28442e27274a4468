/* SPDX-License-Identifier: ISC */
/* Any bytes as a policy of MTA-STS. */
#include "check/sts.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sts_policy p;

	sts_policy_read((struct str){(const char *)data, size}, &p);
	assert(p.mx_n <= STS_PATTERNS);
	for (size_t i = 0; i < p.mx_n; i++) {
		assert(p.mx[i].n > 0);
		(void)sts_matches(p.mx[i], S("mail.example.org"));
	}
	assert(p.fault != STS_FINE ||
	       (p.mode != STS_NO_MODE && p.max_age <= STS_AGE_MAX));
	return 0;
}
