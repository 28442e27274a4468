/* SPDX-License-Identifier: ISC */
/*
 * A signature of our domain that verifies over the header was made with our
 * key: the mail was ours when it was signed. It may be sent again by anybody,
 * with its signature: who got such a copy does not stand in its To.
 */
#include "letter/seal.h"

#include "mail/address.h"
#include "mail/field.h"
#include "mail/tag_list.h"

/* d= is one of ours, or the domain of our address or above it. */
static bool
is_ours(const struct own *own, const struct sealed *sealed, struct str domain)
{
	struct str name = address_domain(sealed->address);

	if (own_has_name(own, domain))
		return true;
	while (name.n > 0 && str_chr(name, '.') < name.n) {
		if (str_eq_fold(name, domain))
			return true;
		name = str_skip(name, str_chr(name, '.') + 1);
	}
	return false;
}

void
seals_read(struct seals *ret_seals, struct dkim_keys *keys,
    const struct own *own, const struct sealed *sealed, bool only_ours)
{
	struct seals *out = ret_seals;
	struct str rest = sealed->header;
	struct dkim_signature s;

	out->n = 0;
	out->missed = 0;
	while (dkim_next(&rest, &s)) {
		struct seal *seal;
		bool ours = s.domain.n > 0 && is_ours(own, sealed, s.domain);

		if (only_ours && !ours)
			continue;
		if (out->n == SEALS) {
			out->missed++;
			continue;
		}
		seal = &out->items[out->n++];
		*seal = (struct seal){.signature = s, .ours = ours};
		dkim_keys_verify(keys, &s, sealed->header, sealed->body,
		    sealed->whole, sealed->at, &seal->verdict);
	}
}

uint64_t
seals_unasked(const struct seals *seals)
{
	uint64_t n = 0;

	for (size_t i = 0; i < seals->n; i++)
		n += seals->items[i].ours &&
		     seals->items[i].verdict.state == DKIM_UNASKED;
	return n;
}

/* How often a signature covers fields of this name. */
static size_t
signs(const struct dkim_signature *s, struct str field)
{
	struct str rest = s->fields, name;
	size_t n = 0;

	while (tag_part(&rest, &name))
		n += str_eq_fold(name, field);
	return n;
}

/* Does a field that is signed hold the text? Of several of one name the lowest
 * ones are (RFC 6376 5.4.2): who sends a mail again may put more on top. */
static bool
signed_has(const struct dkim_signature *s, struct str header, struct str name,
    struct str text)
{
	struct str rest = header;
	size_t n = 0, covered = signs(s, name);
	struct field f;

	while (field_next(&rest, &f))
		n += str_eq_fold(f.name, name);
	while (field_next(&header, &f))
		if (str_eq_fold(f.name, name) && n-- <= covered &&
		    str_has_fold(f.value, text))
			return true;
	return false;
}

/* Signed To and Cc, and the recipient of this copy in none of them. */
static bool
is_for_another(const struct dkim_signature *s, const struct sealed *sealed)
{
	if (sealed->recipient.n == 0 || signs(s, S("To")) == 0)
		return false;
	return !signed_has(s, sealed->header, S("To"), sealed->recipient) &&
	       !signed_has(s, sealed->header, S("Cc"), sealed->recipient);
}

static void
add(struct claim *claim, enum signal_bit bit)
{
	claim->signals |= UINT32_C(1) << bit;
}

void
seals_claim(
    const struct seals *seals, const struct sealed *sealed, struct claim *claim)
{
	const uint32_t strange =
	    UINT32_C(1) << SIGNAL_FOREIGN_IP | UINT32_C(1) << SIGNAL_STRANGE_IP;
	const struct seal *good = NULL;
	bool bad = false, gone = false;

	for (size_t i = 0; i < seals->n; i++) {
		const struct seal *seal = &seals->items[i];
		enum dkim_state state = seal->verdict.state;

		if (!seal->ours)
			continue;
		/* a key that can be broken proves nothing */
		if (dkim_is_signed(state) &&
		    (seal->verdict.notes & DKIM_WEAK) == 0)
			good = seal;
		bad |= state == DKIM_HEADER_CHANGED;
		gone |= state == DKIM_KEY_GONE;
	}
	if (good == NULL) {
		if (bad)
			add(claim, SIGNAL_DKIM_BAD);
		else if (gone)
			add(claim, SIGNAL_DKIM_NO_KEY);
		return;
	}
	add(claim, SIGNAL_DKIM_GOOD);
	if ((claim->signals & strange) != 0 &&
	    is_for_another(&good->signature, sealed))
		add(claim, SIGNAL_DKIM_REPLAY);
}
