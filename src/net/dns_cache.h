/* SPDX-License-Identifier: ISC */
/*
 * Answers kept until their time to live is over, in memory and, between runs,
 * in a file. A file that is damaged, too large or of another resolver is an
 * empty one.
 */
#ifndef NET_DNS_CACHE_H
#define NET_DNS_CACHE_H

#include "base/err.h"
#include "base/time.h"

struct dns_cache;

/* whose: answers of different resolvers never mix. */
struct dns_cache *dns_cache_new(uint64_t whose);
void dns_cache_free(struct dns_cache *cache); /* accepts NULL */

/* Read what fd holds and is not over at now (seconds since 1970). */
void dns_cache_load(struct dns_cache *cache, int fd, int64_t now);
/* Replace what fd holds. False with errno when that failed; the file is an
 * empty one then. */
bool dns_cache_save(const struct dns_cache *cache, int fd, int64_t now);

/*
 * The body for that question, with the time to live that is left; it lives
 * until the next put. NULL when there is none.
 */
const uint8_t *dns_cache_get(struct dns_cache *cache, struct str name,
    uint16_t type, int64_t now, size_t *ret_n);
/* Only what servers said and what has a time to live is kept. */
void dns_cache_put(struct dns_cache *cache, struct str name, uint16_t type,
    int64_t now, const uint8_t *body, size_t n);

#endif
