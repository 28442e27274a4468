/* SPDX-License-Identifier: ISC */
/* The example of RFC 8463 appendix A, and what must break it. */
#include "check/dkim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ED                                                                     \
	"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"        \
	" d=football.example.com; i=@football.example.com;\r\n"                \
	" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"              \
	" subject : date : message-id : from : subject : date;\r\n"            \
	" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"                \
	" b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"      \
	" Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
#define RSA                                                                    \
	"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"            \
	" d=football.example.com; i=@football.example.com;\r\n"                \
	" q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"        \
	" date : message-id : from : subject : date;\r\n"                      \
	" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"                \
	" b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"      \
	" DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"      \
	" dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
#define FROM "From: Joe SixPack <joe@football.example.com>\r\n"
#define REST                                                                   \
	"To: Suzie Q <suzie@shopping.example.net>\r\n"                         \
	"Subject: Is dinner ready?\r\n"                                        \
	"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"                      \
	"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
#define BODY "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
#define ED_KEY                                                                 \
	"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define RSA_KEY                                                                \
	"v=DKIM1; k=rsa; "                                                     \
	"p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6"   \
	"Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"   \
	"8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kr"   \
	"yOTIKT+l/K4w3QIDAQAB"

static const struct {
	const char *header, *body, *key;
	bool whole;
	enum dkim_state want;
} cases[] = {
    {ED FROM REST, BODY, ED_KEY, true, DKIM_GOOD},
    {RSA FROM REST, BODY, RSA_KEY, true, DKIM_GOOD},
    /* the header alone */
    {ED FROM REST, "", ED_KEY, false, DKIM_HEADER_GOOD},
    {RSA FROM REST, BODY, RSA_KEY, false, DKIM_HEADER_GOOD},
    /* relaxed: blanks, folds and case of names do not count */
    {RSA "FROM :   Joe SixPack\r\n\t<joe@football.example.com>  \r\n" REST,
	"Hi. \r\n\r\nWe  lost the game. Are\tyou hungry yet?\r\n\r\nJoe.\r\n"
	"\r\n\r\n",
	RSA_KEY, true, DKIM_GOOD},
    /* what was changed */
    {RSA FROM REST, "Hi.\r\n", RSA_KEY, true, DKIM_BODY_CHANGED},
    {RSA "From: eve@football.example.com\r\n" REST, BODY, RSA_KEY, true,
	DKIM_HEADER_CHANGED},
    /* a second From, above or below: h= names it twice */
    {RSA "From: eve@x.example\r\n" FROM REST, BODY, RSA_KEY, true,
	DKIM_HEADER_CHANGED},
    {RSA FROM REST "From: eve@x.example\r\n", BODY, RSA_KEY, true,
	DKIM_HEADER_CHANGED},
    /* a second To is not signed for and does not break it (above) */
    {RSA "To: eve@x.example\r\n" FROM REST, BODY, RSA_KEY, true, DKIM_GOOD},
    /* keys */
    {RSA FROM REST, BODY, ED_KEY, true, DKIM_KEY_USELESS},
    {RSA FROM REST, BODY, "v=DKIM1; p=", true, DKIM_KEY_USELESS},
    {RSA FROM REST, BODY, "v=DKIM1; p=AAAA", true, DKIM_KEY_USELESS},
    {RSA FROM REST, BODY, "v=spf1 -all", true, DKIM_KEY_USELESS},
    {RSA FROM REST, BODY, RSA_KEY "; h=sha1", true, DKIM_KEY_USELESS},
    {RSA FROM REST, BODY, RSA_KEY "; s=tlsrpt", true, DKIM_KEY_USELESS},
    {RSA FROM REST, BODY, RSA_KEY "; h=sha1:sha256; s=email:x; t=y:s", true,
	DKIM_GOOD},
};

static void
test_example(void **state)
{
	(void)state;
	dkim_start();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str header = str_z(cases[i].header), rest = header;
		struct dkim_signature s;
		struct dkim_verdict v;
		struct dkim_key key;

		assert_true(dkim_next(&rest, &s));
		dkim_key_parse(str_z(cases[i].key), &key);
		dkim_verify(&s, &key, header, str_z(cases[i].body),
		    cases[i].whole, WALL_NONE, &v);
		if (v.state != cases[i].want)
			fail_msg("%zu: %s, not %s", i, dkim_state_name(v.state),
			    dkim_state_name(cases[i].want));
	}
}

/* Fields that are no signature that counts. */
static const struct {
	const char *tags;
	enum dkim_fault want;
} faults[] = {
    {"v=1; a=rsa-sha256; d=x.example; s=s; h=from; bh=AA; b=AA", DKIM_READABLE},
    {"v=1; a=rsa-sha256; d=x.example; s=s; h=from; bh=AA; b=AA;",
	DKIM_READABLE},
    {"a=rsa-sha256; d=x.example; s=s; h=from; bh=AA; b=AA", DKIM_NO_VERSION},
    {"v=2; a=rsa-sha256; d=x.example; s=s; h=from; bh=AA; b=AA",
	DKIM_NO_VERSION},
    {"v=1; a=rsa-sha256; d=x.example; s=s; h=from; bh=AA", DKIM_NO_TAG},
    {"v=1; a=rsa-sha256; s=s; h=from; bh=AA; b=AA", DKIM_NO_TAG},
    {"v=1; a=rsa-md5; d=x.example; s=s; h=from; bh=AA; b=AA",
	DKIM_NO_ALGORITHM},
    {"v=1; a=rsa-sha256; c=loose; d=x.example; s=s; h=from; bh=AA; b=AA",
	DKIM_NO_FORM},
    {"v=1; a=rsa-sha256; d=x.example; s=s; h=to:date; bh=AA; b=AA",
	DKIM_NO_FROM},
    {"v=1; a=rsa-sha256; d=x.example; i=@y.example; s=s; h=from; bh=A; b=A",
	DKIM_NO_IDENTITY},
    {"v=1; a=rsa-sha256; d=x.example; i=@ax.example; s=s; h=from; bh=A; b=A",
	DKIM_NO_IDENTITY},
    {"v=1; a=rsa-sha256; d=x.example; i=a@b.x.example; s=s; h=from; bh=A; "
     "b=A",
	DKIM_READABLE},
    {"v=1; a=rsa-sha256; d=x.example; l=x; s=s; h=from; bh=AA; b=AA",
	DKIM_NO_NUMBER},
    {"v=1; a=rsa-sha256; d=x.example; t=-1; s=s; h=from; bh=AA; b=AA",
	DKIM_NO_NUMBER},
    {"v=1; a=rsa-sha256; q=http; d=x.example; s=s; h=from; bh=AA; b=AA",
	DKIM_NO_DNS},
    {"v=1; v=1; a=rsa-sha256; d=x.example; s=s; h=from; bh=AA; b=AA",
	DKIM_NO_LIST},
    {"v=1; =; a=rsa-sha256", DKIM_NO_LIST},
    {"", DKIM_NO_VERSION},
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		char text[200];
		struct str rest = {text, 0};
		struct dkim_signature s;

		rest.n = (size_t)snprintf(text, sizeof(text),
		    "X: y\nDKIM-Signature: %s\nFrom: a@b\n", faults[i].tags);
		assert_true(dkim_next(&rest, &s));
		if (s.fault != faults[i].want)
			fail_msg("%zu: %s", i, dkim_fault_words(s.fault));
		assert_false(dkim_next(&rest, &s));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_example),
	    cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests_name("check/dkim", tests, NULL, NULL);
}
