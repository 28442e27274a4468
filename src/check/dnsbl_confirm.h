/* SPDX-License-Identifier: ISC */
/*
 * A second opinion: the servers of a list do not always hold the same copy of
 * it, so an address that one of them lets go is asked of the others, one by
 * one and directly.
 */
#ifndef CHECK_DNSBL_CONFIRM_H
#define CHECK_DNSBL_CONFIRM_H

#include "check/dnsbl.h"

enum dnsbl_confirm {
	CONFIRM_CLEAN,  /* at least two servers say so, none the contrary */
	CONFIRM_ALONE,  /* the only one that the list has says so */
	CONFIRM_LISTED, /* one still has it */
	CONFIRM_UNKNOWN,
};

enum dnsbl_confirm dnsbl_confirm(struct dnsbl *d, size_t probe, size_t target);

#endif
