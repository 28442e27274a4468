/* SPDX-License-Identifier: ISC */
/* Any bytes as each of the configurations: what is taken are names. */
#include "setting/signers.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, path;
	struct arena a = {0};
	struct signers s = {.arena = &a};
	struct signers_maps maps;
	struct files none = {0};

	signers_key_table(&s, S("f"), text);
	signers_opendkim(&s, S("f"), text, &path);
	assert(path.n == 0 || path.p[0] == '/');
	signers_rspamd(&s, S("f"), text, &maps);
	assert(maps.paths.n == 0 || maps.paths.p[0] == '/');
	signers_map(&s, S("f"), text);
	signers_path_map(&s, text);
	signers_exim(&s, S("f"), text);
	signers_lines(&s, S("f"), text);
	signers_keys(&s, &none);
	for (size_t i = 0; i < s.n; i++) {
		assert(s.items[i].path.n == 0 || s.items[i].path.p[0] == '/');
		assert(s.items[i].selector.n > 0);
		for (size_t k = 0; k < s.items[i].selector.n; k++)
			assert(s.items[i].selector.p[k] > ' ' &&
			       s.items[i].selector.p[k] != '/');
	}
	arena_done(&a);
	return 0;
}
