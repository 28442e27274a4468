/* SPDX-License-Identifier: ISC */
/* Questions of the evaluator, and what the letters of macros stand for (RFC
 * 7208 7.2, 7.3). */
#include "check/spf_macro.h"
#include "check/spf_part.h"

const struct dns_answer *
spf_ask(struct spf_run *r, struct str name, enum dns_type type)
{
	const struct dns_answer *answer = dns_book_get(r->book, name, type);
	struct spf_ask *note;

	if (answer == NULL) {
		r->missing = true;
		return NULL;
	}
	note = arena_alloc(r->arena, sizeof(*note));
	*note = (struct spf_ask){.name = name,
	    .type = type,
	    .status = answer->status,
	    .records = answer->n};
	*r->asks = note;
	r->asks = &note->next;
	return answer;
}

bool
spf_is_void(enum dns_status status)
{
	return status == DNS_NO_DATA || status == DNS_NO_NAME;
}

enum dns_type
spf_address_type(const struct spf_run *r)
{
	return ip_is_v4(&r->query->ip) ? DNS_A : DNS_AAAA;
}

static struct str
letter_i(struct spf_run *r)
{
	static const char hex[] = "0123456789ABCDEF";
	const struct ip *ip = &r->query->ip;
	char text[IP_TEXT], *p;

	if (ip_is_v4(ip))
		return str_keep(r->arena, str_z(ip_text(ip, text)));
	p = arena_alloc(r->arena, 64);
	for (size_t i = 0; i < 16; i++) {
		p[4 * i] = hex[ip->b[i] >> 4];
		p[4 * i + 1] = p[4 * i + 3] = '.';
		p[4 * i + 2] = hex[ip->b[i] & 15];
	}
	return (struct str){p, 63};
}

bool
spf_validated_names(
    struct spf_run *r, struct str names[SPF_NAMES_MAX], size_t *ret_n)
{
	struct str reverse = dns_reverse_name(r->arena, &r->query->ip);
	const struct dns_answer *ptr = spf_ask(r, reverse, DNS_PTR);
	size_t n = 0;

	if (ptr == NULL)
		return false;
	r->void_term = spf_is_void(ptr->status);
	for (size_t i = 0; i < ptr->n && i < SPF_NAMES_MAX; i++) {
		const struct dns_answer *back =
		    spf_ask(r, ptr->records[i].name, spf_address_type(r));

		for (size_t k = 0; back != NULL && k < back->n; k++)
			if (ip_eq(&back->records[k].ip, &r->query->ip)) {
				names[n++] = ptr->records[i].name;
				break;
			}
	}
	*ret_n = n;
	return !r->missing;
}

/* The same name, one below it, any (7.3). */
static struct str
letter_p(struct spf_run *r, struct str domain)
{
	struct str names[SPF_NAMES_MAX], best = S("unknown");
	size_t n;

	if (!spf_validated_names(r, names, &n))
		return best;
	if (n > 0)
		best = names[0];
	for (size_t i = n; i-- > 0;)
		if (dns_name_within(names[i], domain))
			best = names[i];
	for (size_t i = n; i-- > 0;)
		if (dns_name_eq(names[i], domain))
			best = names[i];
	return best;
}

bool
spf_expand(
    struct spf_run *r, struct str spec, struct str domain, struct str *ret_text)
{
	struct spf_values v = {{{NULL, 0}}};
	char text[IP_TEXT];

	v.of['s' - 'a'] = r->sender;
	v.of['l' - 'a'] = r->local;
	v.of['o' - 'a'] = r->sender_domain;
	v.of['d' - 'a'] = domain;
	v.of['i' - 'a'] = letter_i(r);
	v.of['c' - 'a'] = str_z(ip_text(&r->query->ip, text));
	v.of['v' - 'a'] = ip_is_v4(&r->query->ip) ? S("in-addr") : S("ip6");
	v.of['h' - 'a'] = str_head(r->query->helo, SPF_VALUE_MAX);
	v.of['r' - 'a'] =
	    r->query->receiver.n > 0 ? r->query->receiver : S("unknown");
	v.of['t' - 'a'] = arena_printf(
	    r->arena, "%lld", (long long)(r->query->at / US_SECOND));
	if (spf_macro_has(spec, 'p')) {
		bool was_void = r->void_term;

		v.of['p' - 'a'] = letter_p(r, domain);
		r->void_term = was_void;
		if (r->missing)
			return false;
	}
	return spf_macro_expand(r->arena, spec, &v, ret_text);
}
