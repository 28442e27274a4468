/* SPDX-License-Identifier: ISC */
#include "queue/likeness.h"

#include "queue/campaign.h"
#include "queue/clusters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct likeness
of(const char *subject, const char *text)
{
	struct likeness l;
	struct link_names links;

	likeness_read(S("tienda.example"), str_z(subject), str_z(text),
	    str_z(text), &l, &links);
	return l;
}

#define PILLS                                                                  \
	"Dear friend, we offer cheap pills from our pharmacy in Canada, and "  \
	"no prescription is needed for any of them. Delivery takes five days "
#define LEGAL                                                                  \
	"\n\nThis message is confidential and meant only for the person to "   \
	"whom it is addressed. If you have received it in error please tell "  \
	"the sender and delete it. The company takes no liability for damage " \
	"by viruses, and none for anything else that is written here."

static void
test_alike(void **state)
{
	static const struct {
		const char *subject_a, *a, *subject_b, *b;
		bool alike;
	} cases[] = {
	    {"Offer", PILLS, "Offer", PILLS, true},
	    {"Offer one", PILLS, "Bargain", PILLS, true},
	    /* numbers, links and addresses do not count */
	    {"Offer 1", PILLS "to a@x.example, 17 dollars: http://a.example/1",
		"Offer 2", PILLS "to b@y.example, 23 dollars: http://b.test/x",
		true},
	    {"Meeting",
		"See you on Tuesday at ten, bring the plans please" LEGAL,
		"Invoice",
		"The painter wants his money, what do I tell him?" LEGAL,
		false},
	    {"Offer", PILLS, "Offer",
		"Attention, your loan of many dollars has been approved by our "
		"bank and is ready for transfer after you confirm your data",
		false},
	    /* short ones must be the same */
	    {"Hi", "http://x.example/1", "Hi", "https://y.example/2", true},
	    {"Hi", "look here", "Hi", "look there", false},
	    {"Hi", "", "Hi", "", true},
	    {"Hi", "", "Ho", "", false},
	    /* neither quotes nor signatures are the writer's words */
	    {"Re: a", "Yes\n> " PILLS, "Re: b", "No\n> " PILLS, false},
	    {"a", "Yes\n-- \n" PILLS, "b", "No\n-- \n" PILLS, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct likeness a = of(cases[i].subject_a, cases[i].a);
		struct likeness b = of(cases[i].subject_b, cases[i].b);

		if (likeness_alike(&a, &b) != cases[i].alike)
			fail_msg("case %zu", i);
		assert_int_equal(
		    likeness_alike(&a, &b), likeness_alike(&b, &a));
	}
}

static void
test_links(void **state)
{
	static const struct {
		const char *text, *link;
	} cases[] = {
	    {"http://a.b.pills.example/x", "pills.example"},
	    {"<a href=\"HTTPS://pills.example\">", "pills.example"},
	    {"http://user@pills.example:80/", "pills.example"},
	    {"http://www.shop.co.uk/", "shop.co.uk"},
	    {"http://bbc.co.uk", "bbc.co.uk"},
	    {"http://192.0.2.7/x", "192.0.2.7"},
	    {"http://localhost/", "localhost"},
	    {"http://x.pills.example./", "pills.example"},
	    {"ftp://pills.example/ ://x", ""},
	    {"http://", ""},
	    {"http:///x", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct likeness l;
		struct link_names links;
		struct str got = {NULL, 0};

		likeness_read(
		    S(""), S(""), str_z(cases[i].text), S(""), &l, &links);
		if (links.n > 0)
			got = links.items[0];
		if (!str_eq(got, str_z(cases[i].link)))
			fail_msg("%s: %.*s", cases[i].text, STR_ARG(got));
	}
}

static void
test_clusters(void **state)
{
	const struct likeness a = of("Offer", PILLS), b = of("Of 2", PILLS),
			      c = of("Other", "Nothing to do with all that, "
					      "just a few words for you");
	const struct likeness *items[] = {&c, &a, NULL, &b, &a};
	uint32_t first[5];

	(void)state;
	clusters_find(items, 5, first);
	assert_int_equal(first[0], 0);
	assert_int_equal(first[1], 1);
	assert_int_equal(first[2], 2);
	assert_int_equal(first[3], 1);
	assert_int_equal(first[4], 1);
	clusters_find(items, 0, first);
}

static void
test_ids(void **state)
{
	char text[CAMPAIGN_ID];

	(void)state;
	assert_int_equal(campaign_id_parse(S("0012ABcd")), 0x12abcd);
	assert_int_equal(campaign_id_parse(S("0012abc")), 0);
	assert_int_equal(campaign_id_parse(S("0012abcg")), 0);
	assert_int_equal(campaign_id_parse(S("")), 0);
	assert_string_equal(campaign_id_text(0x12abcd, text), "0012abcd");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_alike),
	    cmocka_unit_test(test_links),
	    cmocka_unit_test(test_clusters),
	    cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
