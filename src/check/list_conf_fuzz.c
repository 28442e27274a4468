/* SPDX-License-Identifier: ISC */
/* Any bytes as lists.conf: what is taken are slices of it, keys are labels. */
#include "check/list_conf.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct str s, const uint8_t *data, size_t size)
{
	const uint8_t *p = (const uint8_t *)s.p;

	assert(s.n == 0 || (p >= data && p + s.n <= data + size));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct list_conf conf;
	struct err err = {0};

	conf = (struct list_conf){0};
	if (!list_conf_read(
		&conf, (struct str){(const char *)data, size}, &err))
		assert(err.kind == ERR_CONFIG && err.text[0] != '\0');
	for (size_t i = 0; i < conf.keys_n; i++) {
		check_inside(conf.keys[i].name, data, size);
		assert(conf.keys[i].value.n > 0 && conf.keys[i].value.n < 64);
		assert(
		    str_chr(conf.keys[i].value, '.') == conf.keys[i].value.n);
	}
	for (size_t i = 0; i < conf.zones_n; i++)
		check_inside(conf.zones[i].zone, data, size);
	return 0;
}
