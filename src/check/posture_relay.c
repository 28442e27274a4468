/* SPDX-License-Identifier: ISC */
/* A relay that all mail leaves by must be in the record, too. */
#include "base/lang.h"
#include "check/posture.h"

enum {
	ADDRESSES = 8, /* of a relay that are tried */
};

static bool
has_record(struct dns_book *book, struct str name)
{
	const struct dns_answer *txt = dns_book_get(book, name, DNS_TXT);

	for (size_t i = 0; txt != NULL && i < txt->n; i++)
		if (spf_is_record(txt->records[i].text))
			return true;
	return false;
}

/* The record of the relay to include, one that is there; empty: none is known.
 * *ret_has: the tree has it. */
static struct str
include_of(struct dns_book *book, struct arena *a,
    const struct posture_relay *relay, const struct spf_tree *tree,
    bool *ret_has)
{
	/* Most services keep what customers include at one of these. */
	static const char *const heads[] = {"spf.", "_spf.", ""};
	struct str rest = relay->domains, found = {NULL, 0};

	*ret_has = false;
	while (rest.n > 0) {
		struct str domain = str_take(&rest, ' ');

		*ret_has |= spf_tree_has(tree, domain, true);
		for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
			struct str name = arena_printf(
			    a, "%s%.*s", heads[i], STR_ARG(domain));

			if (has_record(book, name) && found.n == 0)
				found = name;
		}
	}
	return found;
}

/* Does the record let the addresses of its name send? A relay without any
 * says nothing. */
static bool
fails(struct dns_book *book, struct arena *a, const struct posture_case *c,
    const struct posture_relay *relay, const struct posture_domain *d)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	bool failed = false;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct dns_answer *answer =
		    dns_book_get(book, relay->host, types[i]);

		for (size_t k = 0;
		     answer != NULL && k < answer->n && k < ADDRESSES; k++) {
			const struct spf_query q = {.ip = answer->records[k].ip,
			    .helo = relay->host,
			    .sender = arena_printf(
				a, "postmaster@%.*s", STR_ARG(d->name)),
			    .at = c->at};
			struct spf_outcome outcome;

			if (!ip_is_private(&q.ip) &&
			    spf_check(book, a, &q, &outcome))
				failed |= outcome.result == SPF_FAIL ||
					  outcome.result == SPF_SOFTFAIL ||
					  outcome.result == SPF_NEUTRAL;
		}
	}
	return failed;
}

void
posture_relays_find(struct dns_book *book, struct arena *a,
    const struct posture_case *c, struct posture_domain *d)
{
	for (size_t i = 0; i < c->relays_n && !d->parked; i++) {
		const struct posture_relay *relay = &c->relays[i];
		bool has;
		struct str include = include_of(book, a, relay, &d->tree, &has);

		if (relay->name != NULL && !has) {
			if (include.n > 0)
				d->includes[d->includes_n++] = include;
			if (d->tree.top->records > 0)
				(void)weakness_add(&d->weaknesses,
				    WEAKNESS_SPF_RELAY_MISSING, d->name,
				    _("mail leaves by %.*s (%s; %.*s), but "
				      "the record does not include it"),
				    STR_ARG(relay->host), relay->name,
				    STR_ARG(relay->why));
		} else if (relay->name == NULL && d->tree.top->records == 1 &&
			   fails(book, a, c, relay, d)) {
			(void)weakness_add(&d->weaknesses,
			    WEAKNESS_SPF_RELAY_FAILS, d->name,
			    _("mail leaves by %.*s (%.*s), but the record "
			      "does not let it send"),
			    STR_ARG(relay->host), STR_ARG(relay->why));
		}
	}
}
