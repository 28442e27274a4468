/* SPDX-License-Identifier: ISC */
/* Any bytes as slips: every text lies in them, and packing one again gives the
 * same bytes. */
#include "store/slip.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size}, before = bytes;
	struct slip slip;
	char buf[SLIP_MAX];

	while (slip_read(&bytes, &slip) == SLIP_WHOLE) {
		size_t n = slip_pack(&slip, buf);

		assert(n <= SLIP_MAX && n == before.n - bytes.n);
		assert(memcmp(buf, before.p, n) == 0);
		before = bytes;
	}
	return 0;
}
