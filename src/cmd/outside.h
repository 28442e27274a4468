/* SPDX-License-Identifier: ISC */
/*
 * The address that the world sees, where no public one is known (NAT). Nobody is asked for it: receivers that refuse us name it ("Your IP
 * 203.0.113.5 is listed"), and so do Received fields of messages that came
 * back and that our log has by their queue id. A hostile one could name somebody else's, so one
 * answer alone is not believed. An address counts when
 * - the name of this server has it in the DNS, or its reverse name leads back
 *   to it (FCrDNS) and is below the registered domain of that name: then one
 *   receiver is enough, since nobody else can write these records; or
 * - three receivers named it that are neither of one organisation nor in one
 *   network, and no other address was named by half as many.
 */
#ifndef CMD_OUTSIDE_H
#define CMD_OUTSIDE_H

#include "cmd/sends_as.h"
#include "net/resolver.h"
#include "trail/hints.h"

enum {
	OUTSIDE_RECEIVERS = 3,
};

/* Adds what counts to set, with its proof, where set has none that is public.
 * Names in set are those of this server. resolver: NULL, the first rule cannot
 * be used. What was named and is not believed: a sentence each, at most max. */
size_t outside_find(struct sends_as_set *set, struct arena *a,
    const struct hints *hints, struct resolver *resolver,
    struct str *ret_doubts, size_t max);

/* The second rule alone. */
bool outside_is_agreed(const struct hints *hints, size_t at);

#endif
