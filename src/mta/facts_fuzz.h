/* SPDX-License-Identifier: ISC */
/* For the fuzzers of configurations: the input is cut at each NUL into the
 * texts of some files. */
#ifndef MTA_FACTS_FUZZ_H
#define MTA_FACTS_FUZZ_H

#include "mta/mta.h"

#include <assert.h>

static inline void
fuzz_facts(const struct mta *mta, const uint8_t *data, size_t size,
    const struct str *paths, size_t n)
{
	struct str rest = {(const char *)data, size};
	struct arena a = {0};
	struct facts *facts = arena_alloc(&a, sizeof(*facts));
	struct file_text *texts = arena_alloc(&a, n * sizeof(*texts));
	struct files files;

	for (size_t i = 0; i < n; i++)
		texts[i] = (struct file_text){paths[i], str_take(&rest, '\0')};
	files_init_texts(&files, &a, texts, n);
	facts->arena = &a;
	mta->facts(facts, &files);
	for (size_t i = 0; i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];

		assert(fact->mta != NULL && fact->name.n > 0);
		assert(fact_is_shell_safe(fact->fix) || fact->fix.n > 0);
		assert(fact_text(&a, fact).n > 0);
	}
	arena_done(&a);
}

#endif
