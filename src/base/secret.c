/* SPDX-License-Identifier: ISC */
#include "base/secret.h"

#include <sys/random.h>

struct secret secret_of_run = {UINT64_C(0x243f6a8885a308d3),
    UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd6e8feb86659fd93)};

void
secret_begin(void)
{
	struct secret fresh;

	/* A kernel that refuses leaves us the fixed one: slower if somebody
	 * is after that, never wrong. */
	if (getrandom(&fresh, sizeof(fresh), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(fresh))
		return;
	fresh.odd |= 1;
	fresh.second |= 1;
	secret_of_run = fresh;
}
