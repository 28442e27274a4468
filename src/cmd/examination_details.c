/* SPDX-License-Identifier: ISC */
/* What the log does not say because its server was not told to log it. */
#include "base/lang.h"
#include "cmd/examination.h"
#include "setting/logical.h"

#include <stdlib.h>
#include <string.h>

/* What is not known without each; NULL: a sentence of its own. */
static const char *const missing[DETAILS] = {
    [DETAIL_FOLDER] = N_("the folder of the script that sent a mail"),
    [DETAIL_PROCESS] =
	N_("which process wrote a line, to find the right one of several "
	   "calls"),
    [DETAIL_RECIPIENTS] =
	N_("how many recipients a message has before they are tried"),
    [DETAIL_REPLY] = N_("what receivers answered when they took a message"),
    [DETAIL_SUBJECT] = N_("subjects"),
};

/* Does the setting hold the words already, and this log is older? The last
 * mention counts: "+all -subject". */
static bool
is_set(const struct fact *fact, const char *words)
{
	struct str rest = fact == NULL ? (struct str){NULL, 0} : fact->value;
	bool set = false;

	while (rest.n > 0) {
		struct str word = word_take(&rest, "");

		if (word.n < 2)
			continue;
		if (str_eq(str_skip(word, 1), str_z(words + 1)) ||
		    str_eq(str_skip(word, 1), S("all")))
			set = word.p[0] == words[0];
	}
	return set;
}

static const struct fact *
fact_of(const struct facts *facts, const struct mta *mta)
{
	for (size_t i = 0; facts != NULL && i < facts->n; i++)
		if (facts->items[i].kind == FACT_LOG &&
		    strcmp(facts->items[i].mta, mta->name) == 0)
			return &facts->items[i];
	return NULL;
}

/* "/etc/exim.conf.local (@CONFIG@)" */
static struct str
place_of(struct arena *a, const struct facts *facts, const struct fact *fact)
{
	struct str place;

	if (fact == NULL)
		return str_z(_("its configuration"));
	place = fact->line > 0 ? fact_place(a, facts, fact)
			       : fact_file(a, facts, fact);
	return fact->scope.n == 0 ? place
				  : arena_printf(a, "%.*s (%.*s)",
					STR_ARG(place), STR_ARG(fact->scope));
}

static struct str
name_of(struct report *report, const struct mta *mta)
{
	const struct server *server =
	    servers_of(report->servers, &report->arena, str_z(mta->name));

	return server == NULL ? str_z(mta->name) : server->name;
}

/* All that one setting would tell, as one line to be written. */
static void
say_setting(struct report *report, const struct mta *mta,
    const struct told *told, const struct fact *fact)
{
	struct arena *a = &report->arena;
	const char *setting = NULL;
	struct str lacks = {NULL, 0}, value, place;

	value = fact == NULL ? lacks : fact->value;
	for (int i = 0; i < DETAILS; i++) {
		const char *words = mta->details[i].words;

		/* Not worth a change for its own sake. */
		if (i == DETAIL_PROCESS && lacks.n == 0)
			continue;
		if (words == NULL || missing[i] == NULL ||
		    !told_lacks(told, (enum mta_detail)i) ||
		    is_set(fact, words))
			continue;
		setting = mta->details[i].setting;
		lacks = arena_printf(a, "%.*s%s%s", STR_ARG(lacks),
		    lacks.n > 0 ? "; " : "", _(missing[i]));
		value = arena_printf(a, "%.*s%s%s", STR_ARG(value),
		    value.n > 0 ? " " : "", words);
	}
	if (setting == NULL)
		return;
	place = place_of(a, report->facts, fact);
	if (fact != NULL)
		setting = arena_printf(a, "%.*s", STR_ARG(fact->name)).p;
	report_not_examined(report, name_of(report, mta),
	    _("its log does not say: %.*s. It will with this line in %.*s: %s "
	      "= %.*s%s%.*s"),
	    STR_ARG(lacks), STR_ARG(place), setting, STR_ARG(value),
	    fact != NULL && fact->apply.n > 0 ? _("; then: ") : "",
	    STR_ARG(fact != NULL ? fact->apply : S("")));
}

static void
say_account(
    struct report *report, const struct mta *mta, const struct told *told)
{
	uint64_t n = told->asked[DETAIL_ACCOUNT] - told->told[DETAIL_ACCOUNT];

	if (mta->details[DETAIL_ACCOUNT].words == NULL ||
	    !told_lacks(told, DETAIL_ACCOUNT))
		return;
	report_not_examined(report, name_of(report, mta),
	    _n("its log does not name the account that %s message was sent "
	       "with, only its authenticator: set %s in that one (%s, or "
	       "$auth2 for PLAIN)",
		"its log does not name the account that %s messages were sent "
		"with, only their authenticator: set %s in that one (%s, or "
		"$auth2 for PLAIN)",
		(unsigned long)n),
	    lang_number(&report->arena, n),
	    mta->details[DETAIL_ACCOUNT].setting,
	    mta->details[DETAIL_ACCOUNT].words);
}

void
examination_details(struct report *report, const struct reading *reading)
{
	for (size_t i = 0; mtas[i] != NULL; i++) {
		struct told told = {0};

		if (!mta_has_details(mtas[i]))
			continue;
		for (size_t k = 0; k < reading->segments_n; k++)
			if (reading->segments[k].by_mta[i] > 0)
				told_add(&told, &reading->segments[k].told);
		say_setting(
		    report, mtas[i], &told, fact_of(report->facts, mtas[i]));
		say_account(report, mtas[i], &told);
	}
}

void
examination_cites(struct report *report, const struct reading *reading)
{
	struct cite **cites = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < report->findings_n; i++) {
		struct finding *finding = report->findings[i];

		for (size_t k = 0; k < finding->reasons_n; k++) {
			VEC_ROOM(cites, n, cap);
			cites[n] = &finding->reasons[k].cite;
			n += cites[n]->ref.segment != 0;
		}
	}
	if (n > 0)
		cite_resolve(reading, &report->arena, cites, n);
	free(cites);
}
