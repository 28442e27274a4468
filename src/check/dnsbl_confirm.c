/* SPDX-License-Identifier: ISC */
#include "check/dnsbl_confirm.h"

enum {
	SERVERS = 6,
	ADDRESSES = 2, /* of each: IPv4 and IPv6 */
	PATIENCE = 3 * 1000 * 1000,
};

/* One name server of the list, by whichever of its addresses it answers. */
struct server {
	struct ip ips[ADDRESSES];
	size_t n;
	bool clean, listed;
};

static void
answered(void *arg, const struct dns_answer *answer)
{
	struct server *server = arg;

	if (answer->status == DNS_OK)
		server->listed = true;
	else if (dns_is_known(answer->status))
		server->clean = true;
}

/* The name servers of the zone, or of one above it. */
static size_t
find_servers(struct dnsbl *d, struct str zone, struct server servers[SERVERS])
{
	static const enum dns_type types[ADDRESSES] = {DNS_A, DNS_AAAA};
	size_t n = 0;

	while (n == 0 && zone.n > 0) {
		struct dns_answer names =
		    resolver_get(d->resolver, &d->arena, zone, DNS_NS);

		for (size_t i = 0; i < names.n && n < SERVERS; i++) {
			struct server *server = &servers[n++];

			*server = (struct server){0};
			for (size_t k = 0; k < ADDRESSES; k++) {
				struct dns_answer at = resolver_get(d->resolver,
				    &d->arena, names.records[i].name, types[k]);

				if (at.n > 0)
					server->ips[server->n++] =
					    at.records[0].ip;
			}
		}
		(void)str_take(&zone, '.');
	}
	return n;
}

enum dnsbl_confirm
dnsbl_confirm(struct dnsbl *d, size_t probe, size_t target)
{
	const struct dnsbl_probe *p = &d->probes[probe];
	const struct dnsbl_target *t = &d->targets[target];
	struct server servers[SERVERS];
	size_t n = find_servers(d, p->zone, servers), clean = 0;
	char buf[DNS_REVERSE];
	struct str head =
	    t->kind == TARGET_DOMAIN ? t->name : dns_reverse(&t->ip, buf);
	struct str name = arena_printf(
	    &d->arena, "%.*s.%.*s", STR_ARG(head), STR_ARG(p->zone));

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < servers[i].n; k++)
			resolver_ask(d->resolver,
			    &(struct dns_question){.name = name,
				.type = DNS_A,
				.server = servers[i].ips[k],
				.patience = PATIENCE},
			    answered, &servers[i]);
	resolver_run(d->resolver, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		if (servers[i].listed)
			return CONFIRM_LISTED;
		clean += servers[i].clean;
	}
	if (n == 1 && clean == 1)
		return CONFIRM_ALONE;
	return clean >= 2 ? CONFIRM_CLEAN : CONFIRM_UNKNOWN;
}
