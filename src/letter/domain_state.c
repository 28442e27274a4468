/* SPDX-License-Identifier: ISC */
/*
 *	tienda.example         TXT "v=spf1 mx ~all"
 *	_dmarc.tienda.example  TXT "v=DMARC1; p=none; rua=..."
 */
#include "letter/domain_state.h"

#include "mail/address.h"
#include "net/dns_book.h"

enum {
	/* Addresses that are looked at for their domains. */
	ADDRESSES = 50,
};

static size_t
find_domains(const struct bag *bag, struct domain_state *states)
{
	uint32_t top[ADDRESSES];
	size_t n = counted_top(&bag->addresses, CLAIM_FORGED, ADDRESSES, top);
	size_t found = 0;

	for (size_t i = 0; i < n && found < DOMAIN_STATES; i++) {
		struct str domain =
		    address_domain(bag->addresses.items[top[i]].text);
		bool told = domain.n == 0;

		for (size_t k = 0; k < found; k++)
			told |= str_eq_fold(states[k].domain, domain);
		if (!told)
			states[found++] =
			    (struct domain_state){.domain = domain};
	}
	return found;
}

/* The record that begins so; p is NULL: there is none. */
static struct str
record(const struct dns_answer *answer, struct str begin)
{
	for (size_t i = 0; i < answer->n; i++)
		if (str_eq_fold(
			str_head(answer->records[i].text, begin.n), begin))
			return answer->records[i].text;
	return (struct str){NULL, 0};
}

static void
read_spf(struct domain_state *s, struct str text)
{
	s->has_spf = text.p != NULL;
	while (text.n > 0) {
		struct str term = str_take(&text, ' ');

		if (str_eq_fold(term, S("all")))
			s->all = '+';
		else if (term.n == 4 &&
			 str_eq_fold(str_skip(term, 1), S("all")))
			s->all = term.p[0];
	}
}

static void
read_dmarc(struct domain_state *s, struct arena *a, struct str text)
{
	while (text.n > 0) {
		struct str tag = str_trim(str_take(&text, ';'));
		struct str name = str_trim(str_take(&tag, '='));

		if (str_eq_fold(name, S("p")))
			s->policy = str_keep(a, str_trim(tag));
	}
}

size_t
domain_states(const struct bag *bag, struct resolver *resolver, struct arena *a,
    struct domain_state ret_states[DOMAIN_STATES])
{
	struct dns_book book = {0};
	size_t n = resolver == NULL ? 0 : find_domains(bag, ret_states);

	do {
		for (size_t i = 0; i < n; i++) {
			struct domain_state *s = &ret_states[i];
			const struct dns_answer *spf, *dmarc;

			spf = dns_book_get(&book, s->domain, DNS_TXT);
			dmarc = dns_book_get(&book,
			    arena_printf(a, "_dmarc.%.*s", STR_ARG(s->domain)),
			    DNS_TXT);
			if (spf == NULL || dmarc == NULL || s->known)
				continue;
			s->known = dns_is_known(spf->status) &&
				   dns_is_known(dmarc->status);
			read_spf(s, record(spf, S("v=spf1")));
			read_dmarc(s, a, record(dmarc, S("v=DMARC1")));
		}
	} while (n > 0 && dns_book_ask(&book, resolver));
	dns_book_done(&book);
	return n;
}

bool
domain_is_strict(const struct domain_state *s)
{
	return s->known && s->has_spf && (s->all == '-' || s->all == '~') &&
	       str_eq_fold(s->policy, S("reject"));
}
