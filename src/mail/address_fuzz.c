/* SPDX-License-Identifier: ISC */
#include "mail/address.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Slices must lie inside of what was given. */
static void
inside(struct str part, struct str whole)
{
	assert(part.n == 0 ||
	       (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct str local, domain, other = s;
	struct str first = str_take(&other, '\n');

	(void)address_split(s, &local, &domain);
	inside(local, s);
	inside(domain, s);
	if (!address_owner(s, &local, &domain))
		assert(str_eq(domain, address_domain(s)));
	inside(local, s);
	inside(domain, s);
	(void)address_is_null(s);
	(void)address_is_list_sender(s);
	assert(address_eq(s, s));
	if (address_eq(first, other))
		assert(address_hash(first) == address_hash(other));
	assert(
	    domain_same_owner(first, other) == domain_same_owner(other, first));
	return 0;
}
