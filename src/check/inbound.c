/* SPDX-License-Identifier: ISC */
#include "check/inbound.h"

#include "base/lang.h"
#include "mail/tag_list.h"

static void
read_addresses(struct dns_book *book, struct inbound_host *host)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	size_t within = 0;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct dns_answer *answer =
		    dns_book_get(book, host->name, types[i]);

		if (answer == NULL)
			continue;
		host->lost |= !dns_is_known(answer->status);
		if (answer->canonical.n > 0)
			host->alias_of = answer->canonical;
		for (size_t k = 0; k < answer->n; k++) {
			const struct ip *ip = &answer->records[k].ip;

			if (host->addresses++ == 0)
				host->first = *ip;
			within += ip_is_private(ip) || ip_is_loopback(ip);
		}
	}
	host->is_private = within > 0 && within == host->addresses;
}

static void
read_host(struct dns_book *book, struct arena *a, struct inbound_host *host)
{
	const struct dns_answer *tlsa = dns_book_get(book,
	    arena_printf(a, "_25._tcp.%.*s", STR_ARG(host->name)), DNS_TLSA);

	read_addresses(book, host);
	if (tlsa != NULL) {
		host->tlsa = tlsa->n;
		host->tlsa_security = tlsa->security;
	}
}

/* The one text at label.domain that begins so. */
static struct str
read_text(struct dns_book *book, struct arena *a, const char *label,
    struct str domain, struct str version)
{
	const struct dns_answer *txt = dns_book_get(
	    book, arena_printf(a, "%s.%.*s", label, STR_ARG(domain)), DNS_TXT);

	for (size_t i = 0; txt != NULL && i < txt->n; i++)
		if (str_eq_fold(
			str_head(txt->records[i].text, version.n), version))
			return txt->records[i].text;
	return (struct str){NULL, 0};
}

void
inbound_read(struct dns_book *book, struct arena *a, struct str domain,
    struct inbound *ret_inbound)
{
	struct inbound in = {.domain = domain};
	const struct dns_answer *mx = dns_book_get(book, domain, DNS_MX);
	struct inbound_host own = {.name = domain};

	if (mx != NULL) {
		in.status = mx->status;
		in.lost = !dns_is_known(mx->status);
		in.gone = mx->status == DNS_NO_NAME;
		in.total = mx->n;
		in.null = mx->n == 1 && mx->records[0].name.n == 0;
	}
	for (size_t i = 0; i < in.total && i < INBOUND_HOSTS && !in.null; i++) {
		struct inbound_host *host = &in.hosts[in.n++];

		host->name = mx->records[i].name;
		host->preference = mx->records[i].preference;
		read_host(book, a, host);
	}
	read_addresses(book, &own);
	in.has_address = own.addresses > 0;
	in.lost |= own.lost;
	in.sts = read_text(book, a, "_mta-sts", domain, S("v=STS"));
	in.tls_rpt = read_text(book, a, "_smtp._tls", domain, S("v=TLSRPT"));
	*ret_inbound = in;
}

static void
find_in_host(
    const struct inbound_host *host, struct str domain, struct weaknesses *w)
{
	struct ip ip;

	if (ip_parse(host->name, &ip)) {
		(void)weakness_add(w, WEAKNESS_MX_IP, domain,
		    _("the MX is an address, %.*s"), STR_ARG(host->name));
		return;
	}
	if (host->lost)
		return;
	if (host->addresses == 0)
		(void)weakness_add(w, WEAKNESS_MX_NO_ADDRESS, domain,
		    _("the MX %.*s has no address"), STR_ARG(host->name));
	if (host->alias_of.n > 0)
		(void)weakness_add(w, WEAKNESS_MX_CNAME, domain,
		    _("the MX %.*s is an alias (CNAME) of %.*s"),
		    STR_ARG(host->name), STR_ARG(host->alias_of));
	if (host->is_private)
		(void)weakness_add(w, WEAKNESS_MX_PRIVATE, domain,
		    _("the MX %.*s has private addresses only"),
		    STR_ARG(host->name));
	if (host->tlsa > 0 && host->tlsa_security == DNS_INSECURE)
		(void)weakness_add(w, WEAKNESS_TLSA_UNSIGNED, domain,
		    _("the MX %.*s has TLSA records in a zone without "
		      "DNSSEC"),
		    STR_ARG(host->name));
}

/* RFC 8461 3.1: "v=STSv1; id=20261126;" */
static void
find_in_sts(
    struct dns_book *book, const struct inbound *in, struct weaknesses *w)
{
	struct str version = tag_find(in->sts, S("v"));
	struct str id = tag_find(in->sts, S("id"));
	struct str host =
	    arena_printf(w->arena, "mta-sts.%.*s", STR_ARG(in->domain));
	const struct dns_answer *a = dns_book_get(book, host, DNS_A);
	const struct dns_answer *aaaa = dns_book_get(book, host, DNS_AAAA);

	if (!str_eq(version, S("STSv1")) || id.n == 0 || id.n > 32)
		(void)weakness_add(w, WEAKNESS_STS_BAD, in->domain,
		    _("\"%.*s\" at _mta-sts is not of the form "
		      "\"v=STSv1; id=20261126;\""),
		    STR_ARG(in->sts));
	if (a != NULL && aaaa != NULL && a->n + aaaa->n == 0 &&
	    dns_is_known(a->status) && dns_is_known(aaaa->status))
		(void)weakness_add(w, WEAKNESS_STS_NO_HOST, in->domain,
		    _("there is an MTA-STS record, but no host %.*s"),
		    STR_ARG(host));
}

static void
find_in_policy(const struct inbound *in, struct weaknesses *w)
{
	struct str hosts[INBOUND_HOSTS];

	for (size_t i = 0; i < in->n; i++)
		hosts[i] = in->hosts[i].name;
	sts_faults_find(in->policy, hosts, in->n, w);
}

size_t
inbound_policy_host(struct dns_book *book, struct arena *a,
    const struct inbound *in, struct str *ret_host, struct ip *ret_ips)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	size_t n = 0;

	*ret_host = arena_printf(a, "mta-sts.%.*s", STR_ARG(in->domain));
	for (size_t i = 0; i < ARRAY_LEN(types) && in->sts.n > 0; i++) {
		const struct dns_answer *answer =
		    dns_book_get(book, *ret_host, types[i]);

		for (size_t k = 0;
		     answer != NULL && k < answer->n && n < POLICY_ADDRESSES;
		     k++)
			ret_ips[n++] = answer->records[k].ip;
	}
	return n;
}

static void
find_in_tls_rpt(const struct inbound *in, struct weaknesses *w)
{
	struct str version = tag_find(in->tls_rpt, S("v"));
	struct str rua = tag_find(in->tls_rpt, S("rua"));

	if (!str_eq(version, S("TLSRPTv1")) ||
	    (!str_eq_fold(str_head(rua, 7), S("mailto:")) &&
		!str_eq_fold(str_head(rua, 6), S("https:"))))
		(void)weakness_add(w, WEAKNESS_TLS_RPT_BAD, in->domain,
		    _("\"%.*s\" at _smtp._tls is not of the form "
		      "\"v=TLSRPTv1; rua=mailto:user@domain\""),
		    STR_ARG(in->tls_rpt));
}

void
inbound_find(struct dns_book *book, const struct inbound *in, bool sends,
    struct weaknesses *w)
{
	if (in->lost)
		return;
	if (in->gone)
		(void)weakness_add(w, WEAKNESS_DOMAIN_GONE, in->domain,
		    _("there is no domain %.*s"), STR_ARG(in->domain));
	else if (in->null && sends)
		(void)weakness_add(w, WEAKNESS_DOMAIN_NO_MAIL, in->domain,
		    _("%.*s is a sender, but its MX says that it takes no "
		      "mail (RFC 7505)"),
		    STR_ARG(in->domain));
	else if (in->total == 0 && !in->has_address && sends)
		(void)weakness_add(w, WEAKNESS_DOMAIN_NO_MAIL, in->domain,
		    _("%.*s is a sender, but has neither MX nor address"),
		    STR_ARG(in->domain));
	else if (in->total == 0 && in->has_address && sends)
		(void)weakness_add(w, WEAKNESS_MX_NONE, in->domain,
		    _("%.*s has no MX"), STR_ARG(in->domain));
	for (size_t i = 0; i < in->n; i++)
		find_in_host(&in->hosts[i], in->domain, w);
	if (in->sts.n > 0)
		find_in_sts(book, in, w);
	if (in->policy != NULL)
		find_in_policy(in, w);
	if (in->tls_rpt.n > 0)
		find_in_tls_rpt(in, w);
}
