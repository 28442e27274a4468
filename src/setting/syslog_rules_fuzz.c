/* SPDX-License-Identifier: ISC */
#include "setting/syslog_rules.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str paths[] = {
	    S0("/etc/rsyslog.conf"), S0("/etc/syslog-ng.conf")};
	struct str text = {(const char *)data, size};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct file_text file = {paths[i], text};
		struct arena a = {0};
		struct syslog_rules rules;
		struct files files;

		files_init_texts(&files, &a, &file, 1);
		syslog_rules_find(&files, &rules);
		for (size_t k = 0; k < rules.n; k++)
			assert(rules.items[k].path.p[0] == '/');
		arena_done(&a);
	}
	return 0;
}
