/* SPDX-License-Identifier: ISC */
/*
 *	mail._domainkey.tienda.example TXT "v=DKIM1; k=rsa; t=s;
 *	    p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA..."
 *
 * RFC 8463 4.2: with k=ed25519 p= holds the 32 bytes of the key alone.
 */
#include "check/dkim_key.h"

#include "base/lang.h"
#include "mail/base64.h"
#include "mail/tag_list.h"

const char *
dkim_key_fault_words(enum dkim_key_fault fault)
{
	static const char *const words[DKIM_KEY_FAULTS] = {
	    [DKIM_KEY_READABLE] = N_("the key can be read"),
	    [DKIM_KEY_NO_LIST] = N_("the key's record is no list of tags"),
	    [DKIM_KEY_NO_VERSION] = N_("the record is not of a DKIM key"),
	    [DKIM_KEY_NO_DATA] = N_("the key's record has no key"),
	    [DKIM_KEY_REVOKED] = N_("the key was revoked: its p= is empty"),
	    [DKIM_KEY_TOO_LONG] = N_("the key is longer than any that is used"),
	};

	return words[fault];
}

static bool
has_part(struct str list, struct str word)
{
	struct str part;

	while (tag_part(&list, &part))
		if (str_eq(part, word))
			return true;
	return false;
}

static enum dkim_key_type
type_of(struct str word)
{
	if (word.n == 0 || str_eq(word, S("rsa")))
		return DKIM_KEY_RSA;
	return str_eq(word, S("ed25519")) ? DKIM_KEY_ED25519 : DKIM_KEY_OTHER;
}

static enum dkim_key_fault
read_data(struct dkim_key *out, struct str p)
{
	if (p.p == NULL)
		return DKIM_KEY_NO_DATA;
	if (p.n == 0)
		return DKIM_KEY_REVOKED;
	out->n = base64_decode(p, (char *)out->data, sizeof(out->data));
	if (out->n == sizeof(out->data))
		return DKIM_KEY_TOO_LONG;
	return out->n > 0 ? DKIM_KEY_READABLE : DKIM_KEY_NO_DATA;
}

void
dkim_key_parse(struct str record, struct dkim_key *ret_key)
{
	struct dkim_key *out = ret_key;
	struct str rest = record, hashes, services, flags;
	struct tag tag;
	bool first = true;

	memset(out, 0, offsetof(struct dkim_key, data));
	for (; tag_next(&rest, &tag); first = false)
		if (str_eq(tag.name, S("v")) &&
		    (!first || !str_eq(tag.value, S("DKIM1")))) {
			out->fault = DKIM_KEY_NO_VERSION;
			return;
		}
	if (rest.n > 0) {
		out->fault = DKIM_KEY_NO_LIST;
		return;
	}
	out->type = type_of(tag_find(record, S("k")));
	hashes = tag_find(record, S("h"));
	services = tag_find(record, S("s"));
	flags = tag_find(record, S("t"));
	out->sha1 = hashes.n == 0 || has_part(hashes, S("sha1"));
	out->sha256 = hashes.n == 0 || has_part(hashes, S("sha256"));
	out->email = services.n == 0 || has_part(services, S("*")) ||
		     has_part(services, S("email"));
	out->testing = has_part(flags, S("y"));
	out->strict = has_part(flags, S("s"));
	out->fault = read_data(out, tag_find(record, S("p")));
}
