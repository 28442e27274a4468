/* SPDX-License-Identifier: ISC */
#include "check/suffix.h"

#include <libpsl.h>

enum {
	NAME_MAX_BYTES = 255,
};

struct str
suffix_organisation(struct str name)
{
	char low[NAME_MAX_BYTES + 1];
	const char *found;

	if (name.n == 0 || name.n > NAME_MAX_BYTES)
		return name;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c == '\0')
			return name;
		low[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	low[name.n] = '\0';
	found = psl_registrable_domain(psl_builtin(), low);
	return found == NULL ? name : str_skip(name, (size_t)(found - low));
}
