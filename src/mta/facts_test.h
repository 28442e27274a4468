/* SPDX-License-Identifier: ISC */
/* For the tests of configurations: what a set of files says, as text. */
#ifndef MTA_FACTS_TEST_H
#define MTA_FACTS_TEST_H

#include "mta/facts.h"
#include "mta/mta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct conf_row {
	const char *what;
	struct {
		const char *path, *text;
	} files[6];
	/* Each must be there: "kind|name|value|scope|file:line|fix"; parts
	 * behind the last one given are not compared. A '-' in front: no fact
	 * may begin so. "more-domains": not all could be looked at. */
	const char *facts[12];
	const char *gap; /* part of the sentence of a gap; NULL: none */
};

static inline struct str
conf_line_of(struct arena *a, const struct fact *f)
{
	const char *name = f->name.n > 0 ? "" : "-";

	return arena_printf(a, "%s|%s%.*s|%s%.*s|%.*s|%.*s:%u|%.*s",
	    fact_kind_name(f->kind), name, STR_ARG(f->name),
	    f->excluded ? "!" : "", STR_ARG(f->value), STR_ARG(f->scope),
	    STR_ARG(f->file), f->line, STR_ARG(f->fix));
}

static inline bool
conf_has(struct arena *a, const struct facts *facts, struct str want)
{
	if (str_eq(want, S("more-domains")))
		return facts->more_domains;
	if (str_eq(want, S("more-relayed")))
		return facts->more_relayed;
	for (size_t i = 0; i < facts->n; i++) {
		struct str line = conf_line_of(a, &facts->items[i]);

		if (str_starts(line, want) &&
		    (line.n == want.n || line.p[want.n] == '|'))
			return true;
	}
	return false;
}

static inline void
conf_check(const struct mta *mta, const struct conf_row *row)
{
	struct arena a = {0};
	struct facts *facts = arena_alloc(&a, sizeof(*facts));
	struct file_text texts[6];
	struct files files;
	size_t n = 0;
	bool gap = row->gap == NULL;

	for (; n < 6 && row->files[n].path != NULL; n++)
		texts[n] = (struct file_text){
		    str_z(row->files[n].path), str_z(row->files[n].text)};
	files_init_texts(&files, &a, texts, n);
	facts->arena = &a;
	mta->facts(facts, &files);
	for (size_t i = 0; i < 12 && row->facts[i] != NULL; i++) {
		struct str want = str_z(row->facts[i]);
		bool none = str_eat(&want, S("-"));

		if (conf_has(&a, facts, want) != none)
			continue;
		for (size_t k = 0; k < facts->n; k++)
			print_message("  " STR_FMT "\n",
			    STR_ARG(conf_line_of(&a, &facts->items[k])));
		fail_msg("%s: %s", row->what, row->facts[i]);
	}
	for (size_t i = 0; i < facts->gaps_n; i++)
		gap |= row->gap != NULL &&
		       str_has(facts->gaps[i].sentence, str_z(row->gap));
	if (!gap || (row->gap == NULL && facts->gaps_n > 0))
		fail_msg("%s: gap %s", row->what,
		    facts->gaps_n > 0 ? facts->gaps[0].sentence.p : "missing");
	arena_done(&a);
}

#endif
