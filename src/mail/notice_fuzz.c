/* SPDX-License-Identifier: ISC */
#include "mail/notice.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reply_cache *cache;
	static struct notice notice;
	struct arena a = {0};

	if (cache == NULL)
		cache = reply_cache_new();
	notice_read(&a, cache, (struct str){(const char *)data, size}, &notice);
	assert(notice.kind < NOTICE_KINDS);
	assert(notice.recipients_n <= NOTICE_RECIPIENTS);
	if (notice.kind == NOTICE_BOUNCE) {
		assert(notice.recipients_n > 0);
		assert(notice.form != NULL);
	}
	for (size_t i = 0; i < notice.recipients_n; i++)
		assert(notice.recipients[i].address.n > 0);
	arena_done(&a);
	return 0;
}
