/* SPDX-License-Identifier: ISC */
#include "source/unpack.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint64_t out;
	bool open;
};

static void
on_begin(void *arg, struct str name)
{
	struct seen *seen = arg;

	(void)name;
	assert(!seen->open);
	seen->open = true;
}

static bool
on_bytes(void *arg, struct str bytes)
{
	struct seen *seen = arg;

	assert(seen->open && bytes.n > 0);
	seen->out += bytes.n;
	return true;
}

static void
on_end(void *arg, bool whole)
{
	struct seen *seen = arg;

	(void)whole;
	assert(seen->open);
	seen->open = false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen = {0};
	struct unpack_sink sink = {on_begin, on_bytes, on_end, &seen};
	struct err err;

	if (!unpack_each((struct str){(const char *)data, size}, &sink, &err))
		assert(err.text[0] != '\0');
	assert(!seen.open);
	assert(seen.out <= UNPACK_FREE || seen.out / UNPACK_RATIO <= size);
	return 0;
}
