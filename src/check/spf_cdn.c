/* SPDX-License-Identifier: ISC */
#include "check/spf_cdn.h"

static const struct {
	const char *name;
	struct str prefix;
} networks[] = {
    /* www.cloudflare.com/ips, unchanged since 2021 */
    {"Cloudflare", S0("103.21.244.0/22")},
    {"Cloudflare", S0("103.22.200.0/22")},
    {"Cloudflare", S0("103.31.4.0/22")},
    {"Cloudflare", S0("104.16.0.0/13")},
    {"Cloudflare", S0("104.24.0.0/14")},
    {"Cloudflare", S0("108.162.192.0/18")},
    {"Cloudflare", S0("131.0.72.0/22")},
    {"Cloudflare", S0("141.101.64.0/18")},
    {"Cloudflare", S0("162.158.0.0/15")},
    {"Cloudflare", S0("172.64.0.0/13")},
    {"Cloudflare", S0("173.245.48.0/20")},
    {"Cloudflare", S0("188.114.96.0/20")},
    {"Cloudflare", S0("190.93.240.0/20")},
    {"Cloudflare", S0("197.234.240.0/22")},
    {"Cloudflare", S0("198.41.128.0/17")},
    {"Cloudflare", S0("2400:cb00::/32")},
    {"Cloudflare", S0("2405:8100::/32")},
    {"Cloudflare", S0("2405:b500::/32")},
    {"Cloudflare", S0("2606:4700::/32")},
    {"Cloudflare", S0("2803:f800::/32")},
    {"Cloudflare", S0("2a06:98c0::/29")},
    {"Cloudflare", S0("2c0f:f248::/32")},
    /* api.fastly.com/public-ip-list */
    {"Fastly", S0("151.101.0.0/16")},
    {"Fastly", S0("199.232.0.0/16")},
    {"Fastly", S0("2a04:4e42::/32")},
};

const char *
spf_cdn_of(const struct ip *ip)
{
	struct ip_prefix prefix;

	for (size_t i = 0; i < ARRAY_LEN(networks); i++)
		if (ip_prefix_parse(networks[i].prefix, &prefix) &&
		    ip_in_prefix(ip, &prefix))
			return networks[i].name;
	return NULL;
}
