/* SPDX-License-Identifier: ISC */
#include "finding/here.h"

#include "mail/address.h"
#include "mail/free_mail.h"

enum {
	/* Servers, by network, that mail waits for. One that keeps the
	 * mailboxes of this one has fewer, a relayhost has one. */
	NETWORKS_MIN = 5,
};

static void
add_to(struct map *domains, struct str domain)
{
	bool is_new;

	if (domain.n > 0)
		(void)map_put(domains, str_hash_fold(domain), &is_new);
}

/*
 * "host mx.b.example[192.0.2.9] said: 450 ...", "connect to ...[192.0.2.9]:25:
 * Connection timed out", "... Name service error for name=b.example type=MX":
 * Postfix did not mean to keep the mail here. What stands behind may be a
 * stranger's words. ret_key: of the network, or of the name.
 */
static bool
waits_abroad(const struct waiting *w, uint64_t *ret_key)
{
	static const struct str heads[] = {S0("host "), S0("connect to "),
	    S0("lost connection with "), S0("conversation with ")};
	static const struct str unknown =
	    S0("Host or domain name not found. Name service error for name=");
	struct str domain = address_domain(w->rcpt), rest = w->reason;
	struct ip ip;
	size_t i = 0;

	if (str_eat(&rest, unknown)) {
		*ret_key = str_hash_fold(domain);
		return str_eq_fold(str_take(&rest, ' '), domain);
	}
	while (i < ARRAY_LEN(heads) && !str_eat(&rest, heads[i]))
		i++;
	if (i == ARRAY_LEN(heads))
		return false;
	rest = str_head(rest, str_chr(rest, ' '));
	rest = str_skip(rest, str_chr(rest, '[') + 1);
	if (!ip_parse(str_head(rest, str_chr(rest, ']')), &ip) ||
	    ip_is_private(&ip) || ip_is_loopback(&ip))
		return false;
	ip = ip_network(&ip);
	*ret_key = ip_hash(&ip);
	return true;
}

/* What is certainly not ours, of those that mail waits for. */
static void
find_elsewhere(struct here *here, const struct queue_evidence *queue,
    bool mail_leaves_for_strangers)
{
	struct map networks = {0};
	bool is_new;
	uint64_t key;

	for (size_t i = 0; mail_leaves_for_strangers && i < queue->n; i++)
		if (!here_has(here, queue->items[i].rcpt) &&
		    waits_abroad(&queue->items[i], &key))
			(void)map_put(&networks, key, &is_new);
	for (size_t i = 0; i < queue->n; i++) {
		const struct waiting *w = &queue->items[i];

		if (free_mail_has(address_domain(w->rcpt)) ||
		    (networks.n >= NETWORKS_MIN && waits_abroad(w, &key)))
			add_to(&here->elsewhere, address_domain(w->rcpt));
	}
	map_done(&networks);
}

void
here_make(struct here *ret_here, const struct tally *tally,
    const struct facts *facts, const struct queue_evidence *queue)
{
	struct here *here = ret_here;

	*here =
	    (struct here){.tally = tally, .known = tally->our_domains.n > 0};
	for (size_t i = 0; facts != NULL && i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];

		if (!fact_is_domain(fact->kind))
			continue;
		here->known = true;
		add_to(&here->domains, fact->value);
	}
	for (size_t i = 0; queue != NULL && i < queue->n; i++)
		if (queue->items[i].kind == ORIGIN_ACCOUNT)
			add_to(&here->domains,
			    address_domain(queue->items[i].origin));
	/* One that nobody wrote to yet may be among those. */
	if ((facts != NULL && facts->more_domains) ||
	    tally->our_domains.n >= TALLY_DOMAINS)
		here->known = false;
	if (!here->known && queue != NULL)
		find_elsewhere(here, queue,
		    facts != NULL && facts->n > 0 && !facts->more_relayed &&
			facts_find(facts, FACT_RELAYHOST) == NULL);
}

void
here_done(struct here *here)
{
	map_done(&here->domains);
	map_done(&here->elsewhere);
}

bool
here_has(const void *arg, struct str address)
{
	const struct here *here = arg;
	struct str domain = address_domain(address);

	/* Without a domain it is a name of this machine. */
	return domain.n == 0 ||
	       map_get(&here->domains, str_hash_fold(domain)) != NULL ||
	       tally_is_ours(here->tally, domain) ||
	       tally_find(here->tally, ORIGIN_ACCOUNT, address) != NULL;
}

bool
here_may_have(const void *arg, struct str address)
{
	const struct here *here = arg;
	uint64_t key = str_hash_fold(address_domain(address));

	return here_has(here, address) ||
	       map_get(&here->elsewhere, key) == NULL;
}
