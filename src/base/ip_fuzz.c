/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as an address and as a prefix: what is read is written in a form
 * that reads back as the same, and that inet_pton agrees with.
 */
#include "base/ip.h"

#include <arpa/inet.h>
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_address(struct str s)
{
	struct ip ip, again, net;
	char buf[IP_TEXT], z[IP_TEXT];
	uint8_t want[16] = {[10] = 0xff, [11] = 0xff};
	bool v4 = str_chr(s, ':') == s.n;

	memset(&ip, 0xaa, sizeof(ip));
	if (!ip_parse(s, &ip)) {
		/* untouched on failure */
		for (size_t i = 0; i < sizeof(ip.b); i++)
			assert(ip.b[i] == 0xaa);
		return;
	}
	assert(ip_parse(str_z(ip_text(&ip, buf)), &again));
	assert(ip_eq(&ip, &again));
	assert(ip_hash(&ip) == ip_hash(&again));
	net = ip_network(&ip);
	again = ip_network(&net);
	assert(ip_eq(&net, &again));
	(void)ip_network_text(&net, buf);
	(void)ip_is_private(&ip);
	/* Without tag and scope the C library must say the same. */
	if (s.n > 5 && str_eq_fold(str_head(s, 5), S("IPv6:")))
		s = str_skip(s, 5);
	s = str_head(s, str_chr(s, '%'));
	assert(s.n < sizeof(z));
	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	assert(
	    inet_pton(v4 ? AF_INET : AF_INET6, z, v4 ? want + 12 : want) == 1);
	assert(memcmp(ip.b, want, sizeof(want)) == 0);
}

/* What the C library takes must be taken too. */
static void
check_theirs(struct str s)
{
	struct ip ip, theirs;
	char z[IP_TEXT];

	if (s.n >= sizeof(z) || str_chr(s, '\0') < s.n)
		return;
	if (s.n > 0)
		memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	if (inet_pton(AF_INET, z, theirs.b) == 1 ||
	    inet_pton(AF_INET6, z, theirs.b) == 1)
		assert(ip_parse(s, &ip));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct ip_prefix prefix;

	check_address(s);
	check_theirs(s);
	if (ip_prefix_parse(s, &prefix)) {
		assert(prefix.bits >= 0 && prefix.bits <= 128);
		assert(ip_in_prefix(&prefix.net, &prefix));
	}
	return 0;
}
