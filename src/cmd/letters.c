/* SPDX-License-Identifier: ISC */
#include "cmd/letters.h"

#include "base/lang.h"

bool
letters_find_own(
    struct own *own, const struct options *o, bool live, struct err *err)
{
	const struct option_value *words = &o->values[OPT_OWN];

	for (size_t i = 0; i < words->n; i++)
		if (!own_add(own, words->texts[i]))
			return err_set(err, ERR_CONFIG,
			    _("--own: '%.*s' is no address, host or domain"),
			    STR_ARG(str_head(words->texts[i], 60)));
	own->told = words->n > 0;
	if (!own->told && live)
		own_ask_machine(own);
	return true;
}
