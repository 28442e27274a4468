/* SPDX-License-Identifier: ISC */
/* Any bytes as a key and as a DMARC record. */
#include "check/dmarc.h"
#include "check/key_record.h"

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
	struct str text = {(const char *)data, size};
	struct key_record key;
	struct dmarc_record record;

	(void)key_record_is(text);
	key_record_read(text, &key);
	assert(key.bits <= DKIM_KEY_BYTES * 8);
	(void)dmarc_is_record(text);
	dmarc_record_read(text, &record);
	check_inside(record.bad_tag, data, size);
	assert(record.rua_n <= DMARC_URIS && record.ruf_n <= DMARC_URIS);
	for (size_t i = 0; i < record.rua_n; i++)
		check_inside(record.rua[i], data, size);
	return 0;
}
