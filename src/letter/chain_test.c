/* SPDX-License-Identifier: ISC */
#include "letter/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define AT(hm) "; Sat, 21 Nov 2026 " hm ":00 +0000\n"
#define READER                                                                 \
	"Received: from relay.other.example (relay.other.example "             \
	"[192.0.2.9]) by mx.reader.example (Postfix) with ESMTP id R1" AT(     \
	    "03:45")

/* want: hops, entry, doubts of each. Ours: 203.0.113.5, tienda.example. */
static const struct {
	const char *header, *want;
} cases[] = {
    {"", "0 0"},
    {READER, "1 0 0"},
    /* a hop of the sender, who is what the hop above says */
    {READER
	"Received: from pc (unknown [198.51.100.22]) by relay.other.example "
	"with SMTP id X" AT("03:44"),
	"2 0 0 0"},
    /* inside of the reader's house: private, then one owner */
    {"Received: from mx.reader.example (mx.reader.example [10.0.0.2]) by "
     "store.reader.example with LMTP id 1" AT("03:46") READER,
	"2 1 0 0"},
    {"Received: from mx.reader.example (mx.reader.example [192.0.2.77]) by "
     "store.reader.example with LMTP id 1" AT("03:46") READER,
	"2 1 0 0"},
    /* forged: our name below a stranger, a client that was not there */
    {"Received: from evil (unknown [198.51.100.9]) by mx.reader.example with "
     "ESMTP id R1" AT("03:45") "Received: from pc (unknown [203.0.113.5]) by "
			       "mx1.tienda.example with ESMTP id 9A" AT(
				   "03:44"),
	"2 0 0 9"},
    /* later than the line above it; no date */
    {READER "Received: from pc (unknown [198.51.100.22]) by "
	    "relay.other.example with SMTP id X" AT("05:44"),
	"2 0 0 2"},
    {READER "Received: from pc (unknown [198.51.100.22]) by "
	    "relay.other.example with SMTP id X; yesterday\n",
	"2 0 0 4"},
    /* a provider's name in a form that is not its own */
    {READER "Received: from pc ([198.51.100.22]) by mail-1.google.com "
	    "(Postfix) with ESMTP id 1" AT("03:44"),
	"2 0 0 17"},
    /* our own address handed it in: our line is believed */
    {"Received: from mx1.tienda.example (mx1.tienda.example [203.0.113.5]) by "
     "mx.reader.example with ESMTP id R1" AT(
	 "03:45") "Received: from pc (unknown [198.51.100.22]) by mx1.tienda.example "
		  "(Postfix) with ESMTPSA id 9A" AT("03:44"),
	"2 1 0 0"},
    /* inside of Microsoft 365, where addresses have no names */
    {"Received: from A.eurprd01.prod.exchangelabs.com (2603:10a6:208:1::20) by "
     "B.eurprd01.prod.exchangelabs.com with HTTPS" AT(
	 "03:46") "Received: from C.eop-EUR01.prod.protection.outlook.com "
		  "(2603:10a6:6:1:cafe::1) by D.outlook.office365.com "
		  "(2603:10a6:6:1::11) with Microsoft SMTP Server id 15.2" AT(
		      "03:45") "Received: from evil.example (198.18.0.7) by "
			       "C.mail.protection.outlook.com (10.0.0.1) with "
			       "Microsoft SMTP Server id 15.2" AT("03:44"),
	"3 2 0 0 0"},
    /* not every address there is, and not every name */
    {"Received: from A.exchangelabs.com (2603:1020:1::20) by "
     "B.exchangelabs.com with HTTPS" AT(
	 "03:46") "Received: from x (198.18.0.7) by C.outlook.com with "
		  "Microsoft SMTP Server id 15.2" AT("03:45"),
	"2 0 0 1"},
    {"Received: from A.exchangelabs.com (2603:10a6:1::20) by "
     "B.exchangelabs.com with HTTPS" AT(
	 "03:46") "Received: from x (198.18.0.7) by C.eviloutlook.com with "
		  "Microsoft SMTP Server id 15.2" AT("03:45"),
	"2 0 0 1"},
    /* a clock in the reader's house is wrong */
    {"Received: from mx.reader.example (mx.reader.example [10.0.0.2]) by "
     "store.reader.example with LMTP id 1" AT("02:46") READER,
	"2 1 128 0"},
};

static void
test_chain(void **state)
{
	struct own own = {0};

	(void)state;
	assert_true(own_add(&own, S("203.0.113.5")));
	assert_true(own_add(&own, S("tienda.example")));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct chain chain;
		char got[100];
		size_t n;

		chain_read(str_z(cases[i].header), &own, &chain);
		n = (size_t)snprintf(
		    got, sizeof(got), "%zu %zu", chain.n, chain.entry);
		for (size_t k = 0; k < chain.n; k++)
			n += (size_t)snprintf(got + n, sizeof(got) - n, " %u",
			    chain.hops[k].doubts);
		assert_string_equal(got, cases[i].want);
	}
	own_done(&own);
}

static void
test_many(void **state)
{
	static char text[100000];
	struct own own = {0};
	struct chain chain;
	size_t n = 0;

	(void)state;
	while (n + 100 < sizeof(text))
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "Received: from a by b.example; x\n");
	chain_read((struct str){text, n}, &own, &chain);
	assert_int_equal(chain.n, CHAIN_HOPS);
	assert_true(chain.missed > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_chain),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("letter/chain", tests, NULL, NULL);
}
