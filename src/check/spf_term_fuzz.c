/* SPDX-License-Identifier: ISC */
/* Any bytes as a record and as an explanation: terms are slices of it, and
 * what was found good can be expanded. */
#include "check/spf_macro.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expand(struct arena *a, struct str spec)
{
	struct spf_values v;
	struct str text, name;

	for (size_t i = 0; i < ARRAY_LEN(v.of); i++)
		v.of[i] = S("strong-bad+x@mail.example.org");
	(void)spf_macro_has(spec, 'p');
	if (!spf_macro_expand(a, spec, &v, &text))
		return;
	assert(text.n <= SPF_EXPANDED_MAX);
	name = spf_macro_name(a, text);
	for (size_t i = 0; i < name.n; i++)
		assert(name.p[i] > ' ' && name.p[i] < 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str record = {(const char *)data, size}, terms = record;
	struct arena a = {0};
	struct spf_term t;
	size_t end = 0;

	while (spf_term_next(&terms, &t)) {
		assert(t.fault < SPF_FAULTS && t.text.n > 0);
		assert(t.text.p >= record.p + end &&
		       t.text.p + t.text.n <= record.p + size);
		end = (size_t)(t.text.p - record.p) + t.text.n;
		if (t.fault == SPF_FINE && t.kind <= SPF_EXP)
			expand(&a, t.value);
		assert(t.bits4 >= 0 && t.bits4 <= 32);
		assert(t.bits6 >= 0 && t.bits6 <= 128);
	}
	if (spf_is_record(record) && spf_find_fault(record, &t))
		assert(t.fault != SPF_FINE);
	if (spf_macro_check(record, SPF_IN_TEXT) == SPF_FINE)
		expand(&a, record);
	arena_done(&a);
	return 0;
}
