/* SPDX-License-Identifier: ISC */
#include "mail/field.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str message = {(const char *)data, size}, rest = message;
	struct str header, body, line;
	struct field field;
	size_t before = rest.n;

	while (field_next(&rest, &field)) {
		assert(rest.n < before);
		before = rest.n;
		assert(field.name.n > 0);
		assert(field.raw.n >= field.name.n + field.value.n + 1);
		(void)field_param(field.value, field.name);
	}
	field_split(message, &header, &body);
	assert(str_eq(body, rest));
	assert(header.n + body.n <= size);
	while (field_line(&message, &line))
		assert(line.n <= size);
	return 0;
}
