/* SPDX-License-Identifier: ISC */
#include "base/secret.h"

#include <sys/random.h>

struct secret secret_of_run = {UINT64_C(0x243f6a8885a308d3),
    UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd6e8feb86659fd93), 0};

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
	fresh.log = secret_of_run.log;
	secret_of_run = fresh;
}

void
secret_of_log(uint64_t hash_of_head)
{
	uint64_t x =
	    (secret_of_run.log ^ hash_of_head) * UINT64_C(0x9e3779b97f4a7c15);

	secret_of_run.log = x ^ x >> 32;
}

void
secret_forget_log(void)
{
	secret_of_run.log = 0;
}
