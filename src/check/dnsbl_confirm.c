/* SPDX-License-Identifier: ISC */
#include "check/dnsbl_confirm.h"

enum {
	SERVERS = 6,
	PATIENCE = 3 * 1000 * 1000,
};

struct asking {
	size_t clean, listed;
};

static void
answered(void *arg, const struct dns_answer *answer)
{
	struct asking *asking = arg;

	if (answer->status == DNS_OK)
		asking->listed++;
	else if (dns_is_known(answer->status))
		asking->clean++;
}

/* The addresses of the name servers of the zone, or of one above it. */
static size_t
find_servers(struct dnsbl *d, struct str zone, struct ip servers[SERVERS])
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	size_t n = 0;

	while (n == 0 && zone.n > 0) {
		struct dns_answer names =
		    resolver_get(d->resolver, &d->arena, zone, DNS_NS);

		for (size_t i = 0; i < names.n; i++)
			for (size_t k = 0; k < ARRAY_LEN(types); k++) {
				struct dns_answer at = resolver_get(d->resolver,
				    &d->arena, names.records[i].name, types[k]);

				if (at.n > 0 && n < SERVERS)
					servers[n++] = at.records[0].ip;
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
	struct ip servers[SERVERS];
	struct asking asking = {0};
	char buf[DNS_REVERSE];
	struct str head =
	    t->kind == TARGET_DOMAIN ? t->name : dns_reverse(&t->ip, buf);
	size_t n = find_servers(d, p->zone, servers);
	struct str name = arena_printf(
	    &d->arena, "%.*s.%.*s", STR_ARG(head), STR_ARG(p->zone));

	for (size_t i = 0; i < n; i++)
		resolver_ask(d->resolver,
		    &(struct dns_question){.name = name,
			.type = DNS_A,
			.server = servers[i],
			.patience = PATIENCE},
		    answered, &asking);
	resolver_run(d->resolver, NULL, NULL);
	if (asking.listed > 0)
		return CONFIRM_LISTED;
	return asking.clean >= 2 ? CONFIRM_CLEAN : CONFIRM_UNKNOWN;
}
