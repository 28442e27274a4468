/* SPDX-License-Identifier: ISC */
/* An IPv4 or IPv6 address. IPv4 is kept in its mapped form (RFC 4291 2.5.5). */
#ifndef BASE_IP_H
#define BASE_IP_H

#include "base/str.h"

struct ip {
	uint8_t b[16]; /* network order; all zero: no address */
};

enum {
	IP_TEXT = 46
};

/* "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "IPv6:2001:db8::1" (as in
 * address literals, RFC 5321 4.1.3); brackets are the caller's. */
bool ip_parse(struct str s, struct ip *ret_ip);
/* "192.0.2.1" at the front of s, with the byte end behind it: its length. 0: it
 * is none, or one of those that only ip_parse knows. */
size_t ip_take_v4(struct str s, char end, struct ip *ret_ip);
const char *ip_text(const struct ip *ip, char buf[IP_TEXT]);

bool ip_is_v4(const struct ip *ip);
bool ip_is_none(const struct ip *ip);
bool ip_is_loopback(const struct ip *ip);
/* RFC 1918, RFC 6598, RFC 4193, link-local. Not the documentation ranges. */
bool ip_is_private(const struct ip *ip);
/* The network its owner is likely to hold alone: /24, or /48 for IPv6. */
struct ip ip_network(const struct ip *ip);
/* "192.0.2.0/24" or "2001:db8::/48" of a value from ip_network. */
const char *ip_network_text(const struct ip *net, char buf[IP_TEXT]);
uint64_t ip_hash(const struct ip *ip);

static inline bool
ip_eq(const struct ip *a, const struct ip *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* A prefix as written in mynetworks or --own: "10.0.0.0/8", "[::1]/128". */
struct ip_prefix {
	struct ip net;
	int bits; /* of the 128 of the mapped form */
};
bool ip_prefix_parse(struct str s, struct ip_prefix *ret_prefix);
bool ip_in_prefix(const struct ip *ip, const struct ip_prefix *prefix);

#endif
