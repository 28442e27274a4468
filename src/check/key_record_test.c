/* SPDX-License-Identifier: ISC */
#include "check/key_record.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* openssl genrsa, openssl rsa -pubout -outform DER, base64 */
#define RSA512                                                                 \
	"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANtW1IuLpJToqejOAWTUOGwCEWPF"         \
	"GDz7SWV/1DX6U3H5YGZGq3EzXA/GJrnfjhKw6g7V7zWrNU6voJZOrudNFC8C"         \
	"AwEAAQ=="
#define RSA1024                                                                \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDKO2eXYhKdM6fwO0Az0SsL"         \
	"pbdcvNG6FRhMUg2yhoGKQpjdsT/gLPwSqb0SDygKFjy/yddheHFsugNlUCTQ"         \
	"BFT/l6FlnV6RqvjyxY97pxqxX45RTioEdGeU40KzPHKLB8tOevfRA8J2Emv9"         \
	"D8/YAVopgIgAQ6u1OyLXDtPeG5VteQIDAQAB"
#define RSA2048                                                                \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyPDL6kFQE9A6F+9k"         \
	"ECzlustyIhjs9uq5ElA5DgzNujlXFDXa1U/+APFhYcVZFBFFHgEy9jq6mNx2"         \
	"wv4KxUmE18SRGsKjuEFnfyslnezihYKi+wldN0wvMvBMuYLiIyMDz4vMAndE"         \
	"CU4SKHUiLmf0ZMERHkHSFHXS38WqyNtqbXZ9dFwIKABtnJDZd8OIZtM92CPa"         \
	"ZUwDiKhSMLCBRmXNI2X79Ug3vlXk5zhm3oQSqggIuiIXofYGSdOvFRetwzIy"         \
	"BCCChIxrP2KmZMR6aug+x93EGupPDQtYCCPxNnr+Pf7uVDKrRWIRPe9GuZXY"         \
	"IJ12Bw6R4ULtnX9iC4BkofRYOQIDAQAB"
/* The same with -RSAPublicKey_out */
#define BARE1024                                                               \
	"MIGJAoGBAOYH+cJ1VAHrjtKUbAa9xU+3JXiEiUpjjYM6u9haaCI+TA9Si3YI"         \
	"7qRFrm49cUUZYXd8yYbjfmutG2sBxCCSp6uFKs5r+km9EIG4XaB7dKSxj5x9"         \
	"kfql6i1EFohf6D34HRLnd9VUCUrR6SLq8hwctOtzhTHtZOshO2SIC8Eq4yv/"         \
	"AgMBAAE="
/* RFC 8463 A.2 */
#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static const struct {
	const char *text;
	enum key_fault fault;
	unsigned bits;
} keys[] = {
    {"v=DKIM1; k=rsa; p=" RSA2048, KEY_FINE, 2048},
    {"v=DKIM1;p=" RSA1024 ";", KEY_FINE, 1024},
    {"p=" RSA512, KEY_FINE, 512},
    {"k=rsa; p=" BARE1024, KEY_FINE, 1024},
    {"v=DKIM1; k=ed25519; p=" ED25519, KEY_FINE, 256},
    {"v=DKIM1; p=", KEY_FINE, 0},
    {"v=DKIM1; k=rsa", KEY_NO_KEY, 0},
    {"k=rsa; v=DKIM1; p=" RSA1024, KEY_BAD_VERSION, 0},
    {"v=DKIM2; p=" RSA1024, KEY_BAD_VERSION, 0},
    {"v=DKIM1; k=dsa; p=" RSA1024, KEY_BAD_ALGORITHM, 0},
    {"v=DKIM1; p=" RSA1024 "; p=" RSA1024, KEY_BAD_TAG, 0},
    {"v=DKIM1; rubbish; p=" RSA1024, KEY_BAD_TAG, 0},
    /* two strings that were put together with their quotes */
    {"v=DKIM1; p=MIGf\"\"MA0GCSqG", KEY_BAD_BASE64, 0},
    {"v=DKIM1; p=MIGfMA0GCSqGSIb3", KEY_BAD_DER, 0},
    {"v=DKIM1; p=AAAA", KEY_BAD_DER, 0},
    {"v=DKIM1; p=MIIB", KEY_BAD_DER, 0},
    {"v=DKIM1; k=ed25519; p=" RSA1024, KEY_BAD_LENGTH, 256},
};

static void
test_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct key_record k;

		key_record_read(str_z(keys[i].text), &k);
		if (k.fault != keys[i].fault || k.bits != keys[i].bits)
			fail_msg("%s: %d, %u bits", keys[i].text, (int)k.fault,
			    k.bits);
	}
}

static void
test_flags(void **state)
{
	struct key_record k;

	(void)state;
	key_record_read(S("v=DKIM1; h=sha1; t=y:s; s=tlsrpt; n=hi; p="), &k);
	assert_true(k.revoked && k.testing && k.no_sha256);
	assert_true(k.other_service);
	key_record_read(
	    S("v=DKIM1; h = sha1 : sha256; s= x:email; p=" ED25519), &k);
	assert_false(k.revoked || k.testing || k.no_sha256 || k.other_service);
	key_record_read(S("v=DKIM1; s=*; p=" ED25519), &k);
	assert_false(k.other_service);
}

/* What a wildcard answers with is no key. */
static void
test_other_text(void **state)
{
	(void)state;
	assert_true(key_record_is(S("p=AAAA")));
	assert_true(key_record_is(S("v=DKIM1; k=rsa")));
	assert_false(key_record_is(S("v=spf1 -all")));
	assert_false(key_record_is(S("v=DMARC1; p=none")));
	assert_false(key_record_is(S("")));
}

/* The private key of the public one, and of no other; and the record that is
 * written for it is read again as the same key. */
static void
test_private(void **state)
{
	static const struct {
		struct str text;
		enum key_file_type type;
	} pairs[] = {
	    {S0("v=DKIM1; k=ed25519; p=" ED25519), KEY_FILE_ED25519},
	    {S0("v=DKIM1; p=" RSA1024), KEY_FILE_RSA},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct key_file private = {
		    .state = KEY_FILE_READ, .type = pairs[i].type};
		struct dkim_key key;
		struct arena a = {0};
		struct str written;
		struct key_record again;
		/* Behind SubjectPublicKeyInfo's head, or the bytes alone. */
		size_t head = pairs[i].type == KEY_FILE_RSA ? 22 : 0;

		dkim_key_parse(pairs[i].text, &key);
		private.n = (uint32_t)(key.n - head);
		memcpy(private.public, key.data + head, private.n);
		assert_true(key_record_matches(pairs[i].text, &private));
		assert_false(key_record_matches(pairs[1 - i].text, &private));
		written = key_record_write(&a, &private);
		assert_true(key_record_matches(written, &private));
		key_record_read(written, &again);
		assert_int_equal(again.fault, KEY_FINE);
		if (i == 1)
			assert_true(str_ends(written, S(RSA1024)));
		private.public[private.n / 2] ^= 1;
		assert_false(key_record_matches(pairs[i].text, &private));
		private.state = KEY_FILE_LOST;
		assert_false(key_record_matches(written, &private));
		arena_done(&a);
	}
	assert_false(key_record_matches(
	    S("v=DKIM1; p="), &(struct key_file){.state = KEY_FILE_READ}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_flags),
	    cmocka_unit_test(test_other_text),
	    cmocka_unit_test(test_private),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
