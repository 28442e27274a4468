/* SPDX-License-Identifier: ISC */
/*
 * An answer as bytes: what the asking process hands over, and what the cache
 * keeps. Numbers are big-endian.
 *
 *   status 1, security 1, records 2, ttl 4, size 2,
 *   each record: type 2, length 2, data
 *   canonical: length 2, text; why: length 2, text
 *
 * Data: A 4 and AAAA 16 bytes; NS, CNAME, PTR a name as text; MX preference 2
 * and a name as text; all else as on the wire.
 */
#ifndef NET_DNS_BODY_H
#define NET_DNS_BODY_H

#include "net/dns.h"

enum {
	DNS_BODY = 128 * 1024, /* a message of 64 KiB, its names expanded */
	DNS_BODY_HEAD = 10,
	DNS_BODY_STATUS = 600,
};

/*
 * Make the body of a DNS message (RFC 1035 4) that answers for type: its
 * answer section, CNAMEs followed. The first two bytes of its header are
 * ignored. 0: that is no such message, or buf is too small.
 */
size_t dns_body_of_message(const uint8_t *message, size_t n, uint16_t type,
    enum dns_security security, uint8_t buf[DNS_BODY]);

/* The body of an answer without records; why is cut. */
size_t dns_body_of_status(
    enum dns_status status, struct str why, uint8_t buf[DNS_BODY_STATUS]);

/* Its status and time to live, without reading the rest; n >= 8. */
enum dns_status dns_body_status(const uint8_t *body);
uint32_t dns_body_ttl(const uint8_t *body);
void dns_body_set_ttl(uint8_t *body, uint32_t ttl);

/*
 * Read a body; its texts are copied into the arena. False: it is broken,
 * *ret_answer is untouched.
 */
bool dns_body_read(struct arena *a, const uint8_t *body, size_t n,
    uint16_t type, struct dns_answer *ret_answer);

#endif
