/* SPDX-License-Identifier: ISC */
/* Replies of strangers: "relay NL dsn NL text". */
#include "mail/reply.h"

#include "mail/reply_text.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	struct str relay = str_take(&rest, '\n');
	struct str dsn = str_take(&rest, '\n');
	/* kept from run to run: compiling is what takes the time */
	static struct reply_cache *cache;
	struct reply_reading first, again;
	char text[REPLY_TEXT_MAX], twice[REPLY_TEXT_MAX];
	size_t n;

	if (cache == NULL)
		cache = reply_cache_new();
	for (unsigned code = 0; code <= 550; code += 550) {
		first = reply_read(cache, code, dsn, relay, rest);
		again = reply_read(cache, code, dsn, relay, rest);
		assert(first.class < REPLY_CLASSES);
		assert(first.class == again.class && first.rule == again.rule);
	}
	n = reply_normalise(rest, 0, dsn, text);
	assert(n < REPLY_TEXT_MAX && strlen(text) == n);
	n = reply_shape(rest, twice);
	assert(n < REPLY_TEXT_MAX);
	return 0;
}
