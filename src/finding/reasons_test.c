/* SPDX-License-Identifier: ISC */
#include "finding/reasons.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct finding_kind kind = {.code = "test"};

static const struct peers usual = {.unknown = 0.01,
    .spam = 0.004,
    .foreign = 0.05,
    .networks_day = 2,
    .messages_hour = 10,
    .silence = 0.15};

struct row {
	const char *title;
	void (*reason)(
	    struct judging *j, struct finding *f, const struct split *split);
	struct split split;
	double low, high; /* bounds of the weight; both 0: none is given */
};

static const struct row rows[] = {
    {"a fifth does not exist", reason_unknown,
	{.cut = CUT_NONE,
	    .part = {.counts = {.recipients = 200, .unknown = 40}}},
	3, 4},
    {"all exist", reason_unknown,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 200}}}, -1.5, -0.5},
    {"one of three says little", reason_unknown,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 3, .unknown = 1}}},
	0.2, 3},
    {"as many as ever with this one", reason_unknown,
	{.cut = CUT_TIME,
	    .part = {.counts = {.recipients = 200, .unknown = 4}},
	    .rest = {.counts = {.recipients = 2000, .unknown = 40}}},
	-1.5, 0},
    {"more refusals than recipients", reason_unknown,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 2, .unknown = 5}}},
	1, 4},
    {"receivers call it spam", reason_spam,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 200, .spam = 20}}},
	4, 5},
    {"none of them does", reason_spam,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 500}}}, -2, -1},
    {"this server is listed, others meet it as often", reason_answers,
	{.cut = CUT_NONE,
	    .part = {.counts = {.recipients = 2000, .spam = 500},
		.peers_listed = 20,
		.peers_tried = 100}},
	-0.5, 0.5},
    {"refused because of this server, and only this one", reason_answers,
	{.cut = CUT_NONE,
	    .part = {.counts = {.recipients = 2000, .spam = 500},
		.peers_tried = 1000}},
	3, 5},
    {"all is refused because of this server", reason_answers,
	{.cut = CUT_NONE,
	    .part = {.counts = {.recipients = 20, .spam = 20},
		.peers_listed = 100,
		.peers_tried = 100}},
	-0.5, 2},
    {"answers to each attempt: more than recipients", reason_spam,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 10, .spam = 200}}},
	4, 5},
    {"all recipients are new, others write to friends", reason_fresh,
	{.cut = CUT_NONE,
	    .part = {.fresh = 100,
		.fresh_of = 100,
		.peers_fresh = 30,
		.peers_fresh_of = 100}},
	2, 2.5},
    {"all recipients are new, as everybody's at the log's beginning",
	reason_fresh,
	{.cut = CUT_NONE,
	    .part = {.fresh = 10,
		.fresh_of = 10,
		.peers_fresh = 95,
		.peers_fresh_of = 100}},
	0.2, 1.2},
    {"known recipients", reason_fresh,
	{.cut = CUT_NONE, .part = {.fresh = 10, .fresh_of = 100}}, -2, -1.3},
    {"as many new ones as always with this one", reason_fresh,
	{.cut = CUT_TIME,
	    .part = {.fresh = 97, .fresh_of = 100},
	    .rest = {.fresh = 970, .fresh_of = 1000}},
	0, 0},
    {"a few new friends, nobody refuses", reason_answers,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 100}}}, -2, -1},
    {"a thousand, nobody refuses: who would know", reason_answers,
	{.cut = CUT_NONE, .part = {.counts = {.recipients = 2000}}}, -0.5,
	0.01},
    {"no recipients", reason_fresh, {.cut = CUT_NONE, .part = {.fresh = 0}}, 0,
	0},
    {"most senders are invented", reason_senders,
	{.cut = CUT_NONE, .part = {.counts = {.messages = 100}, .strange = 95}},
	3, 4},
    {"a second address now and then", reason_senders,
	{.cut = CUT_NONE, .part = {.counts = {.messages = 100}, .strange = 2}},
	-1, 0},
    {"as always with this one", reason_senders,
	{.cut = CUT_TIME,
	    .part = {.counts = {.messages = 100}, .strange = 90},
	    .rest = {.counts = {.messages = 100}, .strange = 90}},
	-1, 4},
    {"no sender is strange", reason_senders,
	{.cut = CUT_NONE, .part = {.counts = {.messages = 100}}}, 0, 0},
    {"Message-IDs of a machine without a name", reason_programs,
	{.cut = CUT_NONE,
	    .part = {.counts = {.messages = 100}, .foreign = 100}},
	2.5, 3},
    {"ten times as many as ever", reason_volume,
	{.cut = CUT_NONE, .part = {.counts = {.messages = 1000}, .hours = 2}},
	1.9, 2},
    {"a quiet hour", reason_volume,
	{.cut = CUT_NONE, .part = {.counts = {.messages = 2}, .hours = 2}}, -1,
	-1},
    {"60 networks in an hour", reason_networks,
	{.cut = CUT_NETWORKS,
	    .part =
		{.ips = 99, .networks = 60, .first = 1000000, .last = 1003600},
	    .rest = {.networks = 1}},
	6, 7},
    {"two networks in a day", reason_networks,
	{.cut = CUT_NETWORKS,
	    .part =
		{.ips = 2, .networks = 2, .first = 1000000, .last = 1080000},
	    .rest = {.networks = 1}},
	0, 0},
};

static void
test_weights(void **state)
{
	static struct origin origin = {.name = S0("ana@a.example")};
	struct arena arena = {0};
	struct judging j = {.arena = &arena, .peers = usual};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct finding *f = finding_new(&j, &kind, &origin);
		double weight = 0;

		/* What is said of the server as a whole is all there is. */
		origin.counts.spam = rows[i].split.part.counts.spam;
		origin.listed =
		    rows[i].split.part.peers_tried > 0 ? origin.counts.spam : 0;
		rows[i].reason(&j, f, &rows[i].split);
		for (size_t k = 0; k < f->reasons_n; k++)
			weight += f->reasons[k].weight;
		if (!(weight >= rows[i].low && weight <= rows[i].high))
			fail_msg("%s: %.3f is not in [%.2f, %.2f]",
			    rows[i].title, weight, rows[i].low, rows[i].high);
		if (rows[i].low == 0 && rows[i].high == 0)
			assert_int_equal(f->reasons_n, 0);
	}
	arena_done(&arena);
}

/* The odds of a binomial distribution, by hand. */
static void
test_odds(void **state)
{
	(void)state;
	assert_true(fabs(weigh_share(1, 1, 0.5, 0.25) - log(2)) < 1e-12);
	assert_true(
	    fabs(weigh_share(0, 2, 0.5, 0.25) - 2 * log(0.5 / 0.75)) < 1e-12);
	assert_true(weigh_share(0, 0, 0.5, 0.25) == 0);
	assert_true(within(3, 1, 2) == 2 && within(0, 1, 2) == 1 &&
		    within(1.5, 1, 2) == 1.5);
	/* More of what is bad never speaks for innocence. */
	for (double k = 1; k <= 100; k++)
		assert_true(weigh_shares(k, 100, 0.02, 0.004) >
			    weigh_shares(k - 1, 100, 0.02, 0.004));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_weights),
	    cmocka_unit_test(test_odds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
