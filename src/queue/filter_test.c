/* SPDX-License-Identifier: ISC */
#include "queue/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_pattern(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool meets;
	} cases[] = {
	    {"", "", true}, {"", "a", false}, {"*", "", true},
	    {"*", "anything", true}, {"a?c", "abc", true}, {"a?c", "ac", false},
	    {"a?c",
		"a\xc3\xa9"
		"c",
		true}, /* one letter, two bytes */
	    {"a?c",
		"a\xff"
		"c",
		true},
	    {"*@x.example", "ANA@X.EXAMPLE", true},
	    {"*@x.example", "ana@y.x.example.org", false},
	    {"a*b*c", "a-b-b-c", true}, {"a*b*c", "a-b-b-d", false},
	    {"**x**", "x", true},
	    {"\xc3\x81rbol*", "\xc3\xa1RBOL verde", true}, /* Á, á */
	    {"\xd0\x9f*", "\xd0\xbf\xd1\x80", true},       /* П, п */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (pattern_meets(str_z(cases[i].pattern),
			str_z(cases[i].text)) != cases[i].meets)
			fail_msg("'%s' '%s'", cases[i].pattern, cases[i].text);
}

/* Hostile: must not take time that grows with a power of the stars. */
static void
test_many_stars(void **state)
{
	static char pattern[201], text[4001];

	(void)state;
	for (size_t i = 0; i < 200; i += 2)
		memcpy(pattern + i, "*a", 2);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 2] = 'b';
	assert_false(pattern_meets(
	    str_z(pattern), str_head(str_z(text), sizeof(text) - 1)));
}

/* What each filter makes of one message. */
static const struct {
	const char *kind, *wish;
	bool meets;
} wish_cases[] = {
    {"sender", "Ana@Tienda.Example", true},
    {"sender", "@tienda.example", true},
    {"sender", "tienda.example", true},
    {"sender", "ana", true},
    {"sender", "an", false},
    {"sender", "example", false},
    {"sender", "@ienda.example", false},
    {"sender", "nana@tienda.example", false},
    {"sender", "<>", false},
    {"sender", "*@tienda.*", true},
    {"origin", "web42", true},
    {"origin", "WEB4?", true},
    {"origin", "web4", false},
    {"origin", "uid=33", true},
    {"origin", "uid=3", false},
    {"origin", "192.0.2.7", true},
    {"origin", "mailer.php", true},
    {"subject", "gratis", true},
    {"subject", "OFERTA", true},
    {"subject", "ofertas", false},
    {"subject", "oferta*", false},
    {"subject", "*oferta*", true},
    {"state", "held", true},
    {"state", "frozen", true},
    {"state", "hold", true},
    {"state", "quarantined", true},
    {"state", "lost", false},
    {"state", "active", false},
};

static void
test_wishes(void **state)
{
	struct waiting w = {.sender = S("ana@tienda.example"),
	    .origin = S("web42"),
	    .script = S("mailer.php"),
	    .uid = 33,
	    .subject = S("Una oferta \xe2\x9c\x94 gratis"),
	    .state = QUEUE_HELD,
	    .rcpt_meant = true,
	    .arrived = 100 * US_SECOND};
	struct filter filter = {.before = WALL_NONE};

	(void)state;
	assert_true(ip_parse(S("192.0.2.7"), &w.client));
	assert_false(filter_is_set(&filter));
	assert_true(filter_meets(&filter, &w));
	for (size_t i = 0; i < ARRAY_LEN(wish_cases); i++) {
		struct str wish = str_z(wish_cases[i].wish);
		struct str kind = str_z(wish_cases[i].kind);
		struct wishes one = {&wish, 1};

		filter = (struct filter){.before = WALL_NONE};
		if (str_eq(kind, S("sender")))
			filter.sender = one;
		else if (str_eq(kind, S("origin")))
			filter.origin = one;
		else if (str_eq(kind, S("subject")))
			filter.subject = one;
		else
			filter.state = one;
		assert_true(filter_is_set(&filter));
		if (filter_meets(&filter, &w) != wish_cases[i].meets)
			fail_msg(
			    "%s '%s'", wish_cases[i].kind, wish_cases[i].wish);
	}
}

/* All kinds together; one of several of a kind. */
static void
test_together(void **state)
{
	struct str senders[] = {S("b@x.example"), S("a@x.example")};
	struct str subject = S("offer");
	struct filter filter = {.sender = {senders, 2},
	    .subject = {&subject, 1},
	    .before = 101 * US_SECOND};
	struct waiting w = {.sender = S("a@x.example"),
	    .subject = S("Offer"),
	    .uid = -1,
	    .rcpt_meant = true,
	    .arrived = 100 * US_SECOND};

	(void)state;
	assert_true(filter_meets(&filter, &w));
	filter.before = 100 * US_SECOND;
	assert_false(filter_meets(&filter, &w));
	filter.before = WALL_NONE;
	w.subject = S("Order");
	assert_false(filter_meets(&filter, &w));
	w.subject = S("Offer");
	w.rcpt_meant = false;
	assert_false(filter_meets(&filter, &w));
	/* an arrival that is not known is not older than anything */
	w.rcpt_meant = true;
	w.arrived = WALL_NONE;
	filter.before = 101 * US_SECOND;
	assert_false(filter_meets(&filter, &w));
}

static void
test_recipients(void **state)
{
	static struct queue_message m;
	struct queue_rcpt *rcpt;
	struct str wish = S("gmail.example");
	struct filter filter = {.recipient = {&wish, 1}, .before = WALL_NONE};

	(void)state;
	rcpt = queue_rcpt_add(&m);
	rcpt->address = S("x@yahoo.example");
	assert_false(filter_meets_rcpts(&filter, &m));
	rcpt->original = S("info@gmail.example");
	assert_true(filter_meets_rcpts(&filter, &m));
	rcpt->original = S("");
	rcpt = queue_rcpt_add(&m);
	rcpt->address = S("y@gmail.example");
	assert_true(filter_meets_rcpts(&filter, &m));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pattern),
	    cmocka_unit_test(test_many_stars),
	    cmocka_unit_test(test_wishes),
	    cmocka_unit_test(test_together),
	    cmocka_unit_test(test_recipients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
