/* SPDX-License-Identifier: ISC */
#include "finding/judge.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct finding_kind kind = {.code = "test", .prior = -3};

struct given {
	enum ground ground;
	double weight;
	bool proof;
};

struct row {
	const char *title;
	struct given given[5]; /* ends with weight 0 */
	bool stands;
};

static const struct row rows[] = {
    {"nothing", {{GROUND_NETWORKS, 0, false}}, false},
    {"one ground, however heavy", {{GROUND_NETWORKS, 20, false}}, false},
    {"two reasons on the same ground",
	{{GROUND_NETWORKS, 9, false}, {GROUND_NETWORKS, 9, false}}, false},
    {"two grounds", {{GROUND_NETWORKS, 4, false}, {GROUND_RECEIVERS, 4, false}},
	true},
    {"two grounds, one of them unclear",
	{{GROUND_NETWORKS, 9, false}, {GROUND_RECEIVERS, 1.3, false}}, false},
    {"two small reasons make one clear ground",
	{{GROUND_NETWORKS, 9, false}, {GROUND_RECEIVERS, 0.8, false},
	    {GROUND_RECEIVERS, 0.8, false}},
	true},
    {"a ground that its own counter takes away",
	{{GROUND_NETWORKS, 9, false}, {GROUND_RECEIVERS, 4, false},
	    {GROUND_RECEIVERS, -3.9, false}},
	false},
    {"two clear grounds below the threshold",
	{{GROUND_NETWORKS, 2.5, false}, {GROUND_RECEIVERS, 2.5, false}}, false},
    {"something speaks against",
	{{GROUND_NETWORKS, 4, false}, {GROUND_RECEIVERS, 4, false},
	    {GROUND_COUNTER, -3, false}},
	false},
    {"what speaks against is no ground for",
	{{GROUND_NETWORKS, 9, false}, {GROUND_COUNTER, 9, false}}, false},
    {"a proof alone", {{GROUND_SETTING, 6, true}}, true},
    {"a proof that does not reach", {{GROUND_SETTING, 5, true}}, false},
    {"a proof and what speaks against it",
	{{GROUND_SETTING, 6, true}, {GROUND_COUNTER, -2, false}}, false},
};

static void
test_rule(void **state)
{
	struct arena arena = {0};
	struct judging j = {.arena = &arena};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct finding *f = finding_new(&j, &kind, NULL);
		double sum = kind.prior;
		bool stands;

		for (const struct given *g = rows[i].given; g->weight != 0;
		     g++) {
			sum += g->weight;
			if (g->proof)
				finding_proof(&j, f, g->ground, g->weight,
				    (struct ref){0}, "%s", "x");
			else
				finding_reason(&j, f, g->ground, g->weight,
				    (struct ref){0}, "%s", "x");
		}
		assert_true(fabs(finding_sum(f) - sum) < 1e-9);
		stands = finding_add(&j, f);
		if (stands != rows[i].stands)
			fail_msg("%s: %s", rows[i].title,
			    stands ? "stands" : "does not stand");
		if (!stands)
			continue;
		/* what --why adds up is what is said */
		assert_true(fabs(log(f->confidence / (1 - f->confidence)) -
				 sum) < 1e-9);
		assert_true(f->confidence >= 0.9 && f->confidence < 1);
		for (size_t k = 1; k < f->reasons_n; k++)
			assert_true(
			    f->reasons[k - 1].weight >= f->reasons[k].weight);
	}
	assert_int_equal(j.findings_n, 3);
	free(j.findings);
	arena_done(&arena);
}

/* A reason that says nothing is not told; a long one is cut. */
static void
test_sentences(void **state)
{
	static const struct ref ref = {3, 4};
	static char text[3000];
	struct arena arena = {0};
	struct judging j = {.arena = &arena};
	struct finding *f = finding_new(&j, &kind, NULL);

	(void)state;
	finding_reason(&j, f, GROUND_VOLUME, 0.01, (struct ref){0}, "%s", "x");
	assert_int_equal(f->reasons_n, 0);
	memset(text, 'a', sizeof(text) - 1);
	finding_reason(&j, f, GROUND_VOLUME, 1, ref, "%s", text);
	assert_int_equal(f->reasons_n, 1);
	assert_true(f->reasons[0].sentence.n < 1024);
	assert_int_equal(f->reasons[0].cite.ref.segment, 3);
	arena_done(&arena);
}

/* Names as words of a command that is typed by root. */
static void
test_words(void **state)
{
	static const struct {
		struct str name, word;
	} names[] = {
	    {S0("ana@a.example"), S0("'ana@a.example'")},
	    {S0("/var/www/a b.php"), S0("'/var/www/a b.php'")},
	    {S0("$(reboot)"), S0("'$(reboot)'")},
	    {S0("a'; reboot; '"), S0("")},
	    {S0("a\\"), S0("")},
	    {S0("a\nb"), S0("")},
	    {S0("a\x1b[2J"), S0("")},
	    {S0("a\0b"), S0("")},
	    {S0("\xff"), S0("")},
	};
	struct arena arena = {0};
	struct judging j = {.arena = &arena};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct origin o = {.name = names[i].name};

		if (!str_eq(str_z(origin_word(&j, &o)), names[i].word))
			fail_msg("'" STR_FMT "' gives %s",
			    STR_ARG(names[i].name), origin_word(&j, &o));
	}
	arena_done(&arena);
}

/* Every kind has all that a report needs, under a code of its own. */
static void
test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; finding_kinds[i] != NULL; i++) {
		const struct finding_kind *k = finding_kinds[i];

		assert_true(k->code[0] != '\0' && k->title[0] != '\0');
		assert_true(k->help[0] != '\0');
		assert_non_null(k->judge);
		assert_true(k->prior <= 0); /* nobody is guilty by default */
		for (size_t n = 0; n < i; n++)
			assert_string_not_equal(
			    finding_kinds[n]->code, k->code);
	}
}

static void
test_command(void **state)
{
	struct arena arena = {0};
	struct judging j = {.arena = &arena};

	(void)state;
	assert_string_equal(
	    shell_command(&j, "sereno dns", S("a b;c")), "sereno dns 'a b;c'");
	assert_string_equal(shell_command(&j, "sereno dns", S("a'b")), "");
	assert_string_equal(shell_command(&j, "sereno dns", S("a\x1b[m")), "");
	arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rule),
	    cmocka_unit_test(test_sentences),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_command),
	    cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
