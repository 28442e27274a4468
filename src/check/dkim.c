/* SPDX-License-Identifier: ISC */
/*
 * Hashes and signatures are libcrypto's. A signature covers the header and,
 * through bh=, the body: one whose header verifies was made by the owner of the
 * key, whatever became of the body on its way.
 */
#include "check/dkim.h"

#include "base/lang.h"
#include "mail/base64.h"
#include "mail/tag_list.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum {
	/* RFC 8301 3.2; larger ones than 8192 cost seconds each. */
	RSA_MIN = 1024,
	RSA_MAX = 8192,
	SIGNATURE_MAX = RSA_MAX / 8,
	ED25519_BYTES = 32,
};

void
dkim_start(void)
{
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
				      OPENSSL_INIT_ADD_ALL_DIGESTS |
				      OPENSSL_INIT_ADD_ALL_CIPHERS,
	    NULL);
}

const char *
dkim_state_name(enum dkim_state state)
{
	static const char *const names[DKIM_STATES] = {
	    [DKIM_GOOD] = "good",
	    [DKIM_HEADER_GOOD] = "header-good",
	    [DKIM_BODY_CHANGED] = "body-changed",
	    [DKIM_HEADER_CHANGED] = "header-changed",
	    [DKIM_KEY_GONE] = "key-gone",
	    [DKIM_KEY_USELESS] = "key-useless",
	    [DKIM_UNASKED] = "unasked",
	    [DKIM_BROKEN] = "broken",
	};

	return names[state];
}

const char *
dkim_state_words(enum dkim_state state)
{
	static const char *const words[DKIM_STATES] = {
	    [DKIM_GOOD] = N_("verifies: header and text are as the owner of "
			     "the key signed them"),
	    [DKIM_HEADER_GOOD] =
		N_("the header verifies: the owner of the key signed it; the "
		   "text did not come whole and could not be checked"),
	    [DKIM_BODY_CHANGED] =
		N_("the header verifies: the owner of the key signed it; the "
		   "text is not the one that was signed: it was changed or cut "
		   "on the way"),
	    [DKIM_HEADER_CHANGED] =
		N_("does not verify: the header was changed on the way, or "
		   "the signature is forged"),
	    [DKIM_KEY_GONE] =
		N_("its key is not in the DNS: it was withdrawn, or never "
		   "was"),
	    [DKIM_KEY_USELESS] = N_("its key cannot be used"),
	    [DKIM_UNASKED] = N_("its key is not known, so it was not checked"),
	    [DKIM_BROKEN] = N_("it cannot be read"),
	};

	return words[state];
}

static const struct {
	unsigned bit;
	const char *name, *words;
} notes[] = {
    {DKIM_WEAK, "weak",
	N_("too weak to count today (SHA-1, or a key below 1024 bits)")},
    {DKIM_PARTIAL, "partial",
	N_("it signs only the first part of the text, and something stands "
	   "behind that")},
    {DKIM_EXPIRED, "expired", N_("it had expired when the mail came")},
    {DKIM_TESTING, "testing", N_("its key says that it is for tests")},
    {DKIM_EARLY, "early", N_("it bears a time after the mail came")},
};

const char *
dkim_note_name(unsigned bit)
{
	for (size_t i = 0; i < ARRAY_LEN(notes); i++)
		if (notes[i].bit == bit)
			return notes[i].name;
	return NULL;
}

const char *
dkim_note_words(unsigned bit)
{
	for (size_t i = 0; i < ARRAY_LEN(notes); i++)
		if (notes[i].bit == bit)
			return notes[i].words;
	return NULL;
}

/* ---- hashes ---- */

static void
hash_sink(void *arg, const char *p, size_t n)
{
	(void)EVP_DigestUpdate(arg, p, n);
}

static const EVP_MD *
digest_of(const struct dkim_signature *s)
{
	return s->algorithm == DKIM_RSA_SHA1 ? EVP_sha1() : EVP_sha256();
}

struct hash {
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned n;
};

static bool
hash_header(
    const struct dkim_signature *s, struct str header, struct hash *ret_hash)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL &&
		    EVP_DigestInit_ex(ctx, digest_of(s), NULL) == 1 &&
		    dkim_header(s, header, hash_sink, ctx) &&
		    EVP_DigestFinal_ex(ctx, ret_hash->bytes, &ret_hash->n) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

static bool
body_matches(const struct dkim_signature *s, struct str body, bool *ret_beyond)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct hash hash;
	char told[EVP_MAX_MD_SIZE];
	bool good = false;

	*ret_beyond = false;
	if (ctx != NULL && EVP_DigestInit_ex(ctx, digest_of(s), NULL) == 1) {
		*ret_beyond = dkim_body(s, body, hash_sink, ctx) > 0;
		good =
		    EVP_DigestFinal_ex(ctx, hash.bytes, &hash.n) == 1 &&
		    base64_decode(s->body_hash, told, sizeof(told)) == hash.n &&
		    memcmp(told, hash.bytes, hash.n) == 0;
	}
	EVP_MD_CTX_free(ctx);
	return good;
}

/* ---- keys ---- */

/* p= is a SubjectPublicKeyInfo as everybody writes it, or an RSAPublicKey as
 * RFC 6376 says (erratum 3017). */
static EVP_PKEY *
rsa_key(const struct dkim_key *key)
{
	const unsigned char *p = key->data;
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)key->n);

	if (pkey == NULL) {
		p = key->data;
		pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)key->n);
	}
	if (pkey != NULL && EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	return pkey;
}

static EVP_PKEY *
read_key(const struct dkim_key *key)
{
	if (key->type == DKIM_KEY_RSA)
		return rsa_key(key);
	if (key->n != ED25519_BYTES)
		return NULL;
	return EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, key->data, key->n);
}

void
dkim_key_open(struct dkim_key *key)
{
	if (key->fault == DKIM_KEY_READABLE && key->type != DKIM_KEY_OTHER)
		key->handle = read_key(key);
}

void
dkim_key_close(struct dkim_key *key)
{
	EVP_PKEY_free(key->handle);
	key->handle = NULL;
}

static bool
rsa_verify(EVP_PKEY *pkey, const EVP_MD *md, const struct hash *hash,
    const unsigned char *signature, size_t n)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	bool good =
	    ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, md) == 1 &&
	    EVP_PKEY_verify(ctx, signature, n, hash->bytes, hash->n) == 1;

	EVP_PKEY_CTX_free(ctx);
	return good;
}

/* RFC 8463 3: the hash itself is the message that is signed. */
static bool
ed25519_verify(EVP_PKEY *pkey, const struct hash *hash,
    const unsigned char *signature, size_t n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good =
	    ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
	    EVP_DigestVerify(ctx, signature, n, hash->bytes, hash->n) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

static bool
signature_fits(
    const struct dkim_signature *s, EVP_PKEY *pkey, struct str header)
{
	unsigned char signature[SIGNATURE_MAX + 1];
	struct hash hash;
	size_t n =
	    base64_decode(s->signature, (char *)signature, sizeof(signature));

	if (n > SIGNATURE_MAX || !hash_header(s, header, &hash))
		return false;
	return s->algorithm == DKIM_ED25519_SHA256
		   ? ed25519_verify(pkey, &hash, signature, n)
		   : rsa_verify(pkey, digest_of(s), &hash, signature, n);
}

/* N_(): why this key is not for this signature; NULL: it is. */
static const char *
unsuited(const struct dkim_signature *s, const struct dkim_key *key)
{
	bool ed = s->algorithm == DKIM_ED25519_SHA256;
	struct str host = str_skip(s->identity, str_rchr(s->identity, '@') + 1);

	if (key->fault != DKIM_KEY_READABLE)
		return dkim_key_fault_words(key->fault);
	if (key->type != (ed ? DKIM_KEY_ED25519 : DKIM_KEY_RSA))
		return N_("the key is of another kind than the signature");
	if (!(s->algorithm == DKIM_RSA_SHA1 ? key->sha1 : key->sha256))
		return N_("the key is not for this hash");
	if (!key->email)
		return N_("the key is not for mail");
	if (key->strict && s->identity.n > 0 && !str_eq_fold(host, s->domain))
		return N_("the key is not for subdomains");
	return NULL;
}

static void
note_times(const struct dkim_signature *s, wall_us at, struct dkim_verdict *out)
{
	if (at == WALL_NONE)
		return;
	if (s->expires != WALL_NONE && s->expires < at)
		out->notes |= DKIM_EXPIRED;
	/* clocks differ */
	if (s->at != WALL_NONE && s->at > at + US_HOUR)
		out->notes |= DKIM_EARLY;
}

static void
verify_with(const struct dkim_signature *s, EVP_PKEY *pkey, struct str header,
    struct str body, bool whole, struct dkim_verdict *out)
{
	bool beyond;

	out->bits = (unsigned)EVP_PKEY_get_bits(pkey);
	if (s->algorithm != DKIM_ED25519_SHA256) {
		if (out->bits > RSA_MAX) {
			out->state = DKIM_KEY_USELESS;
			out->why = dkim_key_fault_words(DKIM_KEY_TOO_LONG);
			return;
		}
		if (out->bits < RSA_MIN || s->algorithm == DKIM_RSA_SHA1)
			out->notes |= DKIM_WEAK;
	}
	if (!signature_fits(s, pkey, header)) {
		out->state = DKIM_HEADER_CHANGED;
	} else if (!whole) {
		out->state = DKIM_HEADER_GOOD;
	} else {
		out->state = body_matches(s, body, &beyond) ? DKIM_GOOD
							    : DKIM_BODY_CHANGED;
		if (beyond && out->state == DKIM_GOOD)
			out->notes |= DKIM_PARTIAL;
	}
}

void
dkim_verify(const struct dkim_signature *signature, const struct dkim_key *key,
    struct str header, struct str body, bool whole, wall_us at,
    struct dkim_verdict *ret_verdict)
{
	struct dkim_verdict *out = ret_verdict;
	EVP_PKEY *pkey;

	*out = (struct dkim_verdict){.key_fault = key->fault};
	if (signature->fault != DKIM_READABLE) {
		out->state = DKIM_BROKEN;
		out->why = dkim_fault_words(signature->fault);
		return;
	}
	out->state = DKIM_KEY_USELESS;
	out->why = unsuited(signature, key);
	if (out->why != NULL)
		return;
	if (key->testing)
		out->notes |= DKIM_TESTING;
	note_times(signature, at, out);
	pkey = key->handle != NULL ? key->handle : read_key(key);
	if (pkey == NULL) {
		out->why = N_("the key cannot be read");
		return;
	}
	verify_with(signature, pkey, header, body, whole, out);
	if (pkey != key->handle)
		EVP_PKEY_free(pkey);
}
