/* SPDX-License-Identifier: ISC */
/* Messages that are alike, put together. */
#ifndef QUEUE_CLUSTERS_H
#define QUEUE_CLUSTERS_H

#include "queue/likeness.h"

/*
 * For each of n messages the number of the first one of its cluster; its own
 * when it is that, or alone. The same in every run. items[i] may be NULL: it is
 * like no other.
 */
void clusters_find(
    const struct likeness *const *items, size_t n, uint32_t *ret_first);

#endif
