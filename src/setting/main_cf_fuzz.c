/* SPDX-License-Identifier: ISC */
#include "setting/main_cf.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str names[] = {
	    S0("maillog_file"), S0("multi_instance_directories"), S0("x")};
	struct str text = {(const char *)data, size};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct arena a = {0};
		struct str value, word;
		size_t n = 0;

		if (main_cf_get(&a, text, names[i], &value)) {
			assert(value.n <= MAIN_CF_VALUE_MAX);
			while ((word = main_cf_word(&value)).n > 0)
				n += word.n;
			assert(n <= MAIN_CF_VALUE_MAX);
		}
		arena_done(&a);
	}
	return 0;
}
