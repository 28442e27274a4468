/* SPDX-License-Identifier: ISC */
#include "mail/received.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str value = {(const char *)data, size};
	struct received_field r;
	const struct str *slices[] = {&r.helo, &r.rdns, &r.by, &r.with, &r.via,
	    &r.id, &r.recipient, &r.sender, &r.account};

	(void)received_parse(value, &r);
	for (size_t i = 0; i < ARRAY_LEN(slices); i++)
		assert(slices[i]->n == 0 ||
		       (slices[i]->p >= value.p &&
			   slices[i]->p + slices[i]->n <= value.p + value.n));
	(void)received_is_login(&r);
	return 0;
}
