/* SPDX-License-Identifier: ISC */
/* What lists said of this server, to be remembered. */
#ifndef CMD_KEEP_LISTINGS_H
#define CMD_KEEP_LISTINGS_H

#include "check/dnsbl.h"
#include "cmd/keep.h"

/* kind: SLIP_ASKED of the target, SLIP_SEEN of the entry, or SLIP_GONE. */
void keep_listing(struct keep *keep, enum slip_kind kind, wall_us at,
    const struct dnsbl *d, size_t probe, size_t target,
    const struct dnsbl_entry *entry);

/*
 * All that d has. What was listed and is clean now is believed when a second
 * name server says so, too; keep->listings know it then. d NULL is nothing to
 * do.
 */
void keep_listings(struct keep *keep, wall_us at, struct dnsbl *d);

#endif
