/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a plain log: dated without harm, its parts as the reader gives
 * them make the whole, and the first byte of the input says where to cut.
 */
#include "base/fd.h"
#include "source/source.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t
read_range(
    const struct source *source, uint64_t from, uint64_t to, const char *want)
{
	struct reader *reader = reader_open(source, from, to);
	struct err err = {0};
	struct str block;
	uint64_t at, n = 0;

	while (reader_next(reader, &block, &at, &err)) {
		assert(memcmp(block.p, want + at, block.n) == 0);
		n += block.n;
	}
	assert(err.kind == ERR_NONE);
	reader_close(reader);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(fd_close) int fd = memfd_create("fuzz", MFD_CLOEXEC);
	const char *text = (const char *)data;
	struct source_set set = {0};
	struct source *s;
	uint64_t cut;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return 0;
	set.items = xcalloc(1, sizeof(*set.items));
	set.n = set.cap = 1;
	s = &set.items[0];
	*s = (struct source){.path = S("mail.log"),
	    .fd = fd_steal(&fd),
	    .size = size,
	    .mtime = 1800000000 * US_SECOND};
	cut = size == 0 ? 0 : data[0] % (size + 1);
	assert(read_range(s, 0, cut, text) +
		   read_range(s, cut, UINT64_MAX, text) ==
	       size);
	source_order(&set, WALL_NONE, WALL_NONE, 1900000000 * US_SECOND);
	assert(set.n == 1);
	for (size_t i = 1; i < set.items[0].turns_n; i++)
		assert(
		    set.items[0].turns[i - 1].at <= set.items[0].turns[i].at);
	source_set_done(&set);
	return 0;
}
