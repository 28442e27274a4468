/* SPDX-License-Identifier: ISC */
/* Any bytes as a gzip file: whole lines, then an end or a sentence. */
#include "base/fd.h"
#include "base/limits.h"
#include "source/source.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A bomb costs time only; here it costs the fuzzer's. */
static const uint64_t ENOUGH = 8 << 20;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(fd_close) int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct source source = {
	    .path = S("fuzz"), .form = SOURCE_GZIP, .fd = fd, .size = size};
	struct reader *reader;
	struct err err = {0};
	struct str block;
	uint64_t at, total = 0;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return 0;
	reader = reader_open(&source, 0, UINT64_MAX);
	while (total < ENOUGH && reader_next(reader, &block, &at, &err)) {
		assert(block.n > 0 && block.n <= LIMIT_BLOCK);
		assert(at >= total);
		total = at + block.n;
	}
	assert(reader_consumed(reader) <= size);
	reader_close(reader);
	return 0;
}
