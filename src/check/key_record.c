/* SPDX-License-Identifier: ISC */
#include "check/key_record.h"

#include "base/lang.h"
#include "mail/base64.h"
#include "mail/tag_list.h"

enum {
	ED25519_BYTES = 32,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_SEQUENCE = 0x30,
	TAGS_MAX = 32,
};

static const char *const sentences[KEY_FAULTS] = {
    [KEY_FINE] = "",
    [KEY_NO_KEY] = N_("it has no p="),
    [KEY_BAD_VERSION] = N_("v= must be DKIM1 and stand first"),
    [KEY_BAD_TAG] =
	N_("it is no list of name=value with semicolons between them, or has "
	   "a name twice"),
    [KEY_BAD_BASE64] =
	N_("the key is cut or has characters that do not belong there; were "
	   "its parts put together with quotes or blanks lost?"),
    [KEY_BAD_DER] = N_("the key is no RSA key; is its end missing?"),
    [KEY_BAD_LENGTH] = N_("a key of Ed25519 has 32 bytes"),
    [KEY_BAD_ALGORITHM] = N_("k= must be rsa or ed25519"),
};

const char *
key_fault_sentence(enum key_fault fault)
{
	return sentences[fault];
}

bool
key_record_is(struct str text)
{
	struct str version = tag_find(text, S("v"));

	return str_eq(version, S("DKIM1")) ||
	       (version.p == NULL && tag_find(text, S("p")).p != NULL);
}

/* Is all of it of the alphabet, blanks aside, and whole? */
static bool
is_clean(struct str in)
{
	size_t n = 0, pads = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '=')
			pads++;
		else if (base64_value(c) < 0 || pads > 0)
			return false;
		n++;
	}
	return pads <= 2 && (n % 4 == 0 || (pads == 0 && n % 4 != 1));
}

/*
 * A DER element (X.690 8.1) of that tag off the front of *s; its inside.
 * Lengths of up to three bytes.
 */
static bool
der_take(struct str *s, unsigned char tag, struct str *ret_inside)
{
	const unsigned char *p = (const unsigned char *)s->p;
	size_t length, head = 2;

	if (s->n < 2 || p[0] != tag)
		return false;
	length = p[1];
	if (length & 0x80) {
		size_t bytes = length & 0x7f;

		if (bytes < 1 || bytes > 3 || s->n < 2 + bytes)
			return false;
		length = 0;
		for (size_t i = 0; i < bytes; i++)
			length = length << 8 | p[2 + i];
		head += bytes;
	}
	if (length > s->n - head)
		return false;
	*ret_inside = str_head(str_skip(*s, head), length);
	*s = str_skip(*s, head + length);
	return true;
}

static unsigned
bits_of(struct str number)
{
	unsigned bits;

	if (number.n == 0)
		return 0;
	bits = (unsigned)number.n * 8;
	for (unsigned char c = (unsigned char)number.p[0]; (c & 0x80) == 0;
	     c = (unsigned char)(c << 1))
		bits--;
	return bits;
}

/* A key of RSA: two numbers without zeros before them. */
struct rsa_numbers {
	struct str modulus, exponent;
};

static struct str
without_zeros(struct str number)
{
	while (number.n > 0 && number.p[0] == 0)
		number = str_skip(number, 1);
	return number;
}

/*
 * SubjectPublicKeyInfo (RFC 5280 4.1) around RSAPublicKey (RFC 8017 A.1.1), or
 * the latter alone, as some signers write it. False: it is neither. By hand:
 * no library is asked about bytes of strangers only to compare them.
 */
static bool
rsa_read(struct str der, struct rsa_numbers *ret_numbers)
{
	struct str outer, inner, bits, modulus, exponent;

	if (!der_take(&der, DER_SEQUENCE, &outer))
		return false;
	if (der_take(&outer, DER_SEQUENCE, &inner)) {
		if (!der_take(&outer, DER_BITS, &bits) || bits.n < 1 ||
		    bits.p[0] != 0)
			return false;
		bits = str_skip(bits, 1);
		if (!der_take(&bits, DER_SEQUENCE, &outer))
			return false;
	}
	if (!der_take(&outer, DER_INTEGER, &modulus) ||
	    !der_take(&outer, DER_INTEGER, &exponent) || exponent.n == 0)
		return false;
	ret_numbers->modulus = without_zeros(modulus);
	ret_numbers->exponent = without_zeros(exponent);
	return true;
}

/* 0: it is no key. */
static unsigned
rsa_bits(struct str der)
{
	struct rsa_numbers numbers;

	return rsa_read(der, &numbers) ? bits_of(numbers.modulus) : 0;
}

static enum key_fault
key_fault(const struct dkim_key *key, struct str p, unsigned *ret_bits)
{
	if (key->type == DKIM_KEY_OTHER)
		return KEY_BAD_ALGORITHM;
	if (!is_clean(p))
		return KEY_BAD_BASE64;
	if (key->fault != DKIM_KEY_READABLE)
		return KEY_BAD_DER;
	if (key->type == DKIM_KEY_ED25519) {
		*ret_bits = 256;
		return key->n == ED25519_BYTES ? KEY_FINE : KEY_BAD_LENGTH;
	}
	*ret_bits = rsa_bits((struct str){(const char *)key->data, key->n});
	return *ret_bits > 0 ? KEY_FINE : KEY_BAD_DER;
}

static enum key_fault
list_fault(struct str text)
{
	struct str names[TAGS_MAX];
	struct tag tag;
	size_t n = 0;

	while (tag_next(&text, &tag)) {
		for (size_t i = 0; i < n; i++)
			if (str_eq(names[i], tag.name))
				return KEY_BAD_TAG;
		if (n < TAGS_MAX)
			names[n++] = tag.name;
	}
	return text.n > 0 ? KEY_BAD_TAG : KEY_FINE;
}

void
key_record_read(struct str text, struct key_record *ret_record)
{
	struct key_record r = {.fault = list_fault(text)};
	struct str p = tag_find(text, S("p"));
	struct dkim_key key;

	dkim_key_parse(text, &key);
	r.type = key.type;
	r.revoked = key.fault == DKIM_KEY_REVOKED;
	r.testing = key.testing;
	if (key.fault == DKIM_KEY_NO_VERSION)
		r.fault = KEY_BAD_VERSION;
	else if (r.fault == KEY_FINE && p.p == NULL)
		r.fault = KEY_NO_KEY;
	if (r.fault == KEY_FINE) {
		r.no_sha256 = !key.sha256;
		r.other_service = !key.email;
		if (!r.revoked)
			r.fault = key_fault(&key, p, &r.bits);
	}
	*ret_record = r;
}

bool
key_record_matches(struct str text, const struct key_file *private)
{
	const struct str ours = {(const char *)private->public, private->n};
	struct rsa_numbers here, there;
	struct dkim_key key;
	struct str theirs;

	dkim_key_parse(text, &key);
	theirs = (struct str){(const char *)key.data, key.n};
	if (key.fault != DKIM_KEY_READABLE || private->state != KEY_FILE_READ)
		return false;
	if (key.type == DKIM_KEY_ED25519)
		return private->type == KEY_FILE_ED25519 &&
		       str_eq(ours, theirs);
	return key.type == DKIM_KEY_RSA && private->type == KEY_FILE_RSA &&
	       rsa_read(ours, &here) && rsa_read(theirs, &there) &&
	       str_eq(here.modulus, there.modulus) &&
	       str_eq(here.exponent, there.exponent);
}

/* X.690 8.1.3, in the fewest bytes as 10.1 wants. Returns how many. */
static size_t
der_head(unsigned char *to, unsigned char tag, size_t n)
{
	size_t at = 0;

	to[at++] = tag;
	if (n >= 0x100)
		to[at++] = 0x82;
	else if (n >= 0x80)
		to[at++] = 0x81;
	if (n >= 0x100)
		to[at++] = (unsigned char)(n >> 8);
	to[at++] = (unsigned char)n;
	return at;
}

/* SubjectPublicKeyInfo around the key. */
static size_t
wrap_rsa(unsigned char *to, const struct key_file *private)
{
	/* SEQUENCE { rsaEncryption, NULL } (RFC 8017 A.1) */
	static const unsigned char algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
	    0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
	unsigned char head[4];
	size_t inner = (size_t) private->n + 1;
	size_t head_n = der_head(head, DER_BITS, inner);
	size_t n =
	    der_head(to, DER_SEQUENCE, sizeof(algorithm) + head_n + inner);

	memcpy(to + n, algorithm, sizeof(algorithm));
	n += sizeof(algorithm);
	memcpy(to + n, head, head_n);
	n += head_n;
	to[n++] = 0;
	memcpy(to + n, private->public, private->n);
	return n + private->n;
}

struct str
key_record_write(struct arena *a, const struct key_file *private)
{
	unsigned char der[KEY_FILE_PUBLIC + 32];
	const unsigned char *bytes = private->public;
	size_t n = private->n;
	bool rsa = private->type == KEY_FILE_RSA;

	if (rsa) {
		n = wrap_rsa(der, private);
		bytes = der;
	}
	return arena_printf(a, "v=DKIM1; k=%s; p=%.*s", rsa ? "rsa" : "ed25519",
	    STR_ARG(base64_encode(a, bytes, n)));
}
