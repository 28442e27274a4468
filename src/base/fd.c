/* SPDX-License-Identifier: ISC */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

void
fd_close(int *fd)
{
	int saved = errno;

	/* Linux closes the descriptor even on EINTR: never repeat it. */
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
	errno = saved;
}

/* From first on, n of them. */
static void
close_run(int first, unsigned n)
{
	unsigned from = (unsigned)first;

	if (n > 1 && close_range(from, from + n - 1, 0) == 0)
		return;
	for (unsigned i = 0; i < n; i++)
		(void)close((int)(from + i));
}

void
fds_close(const int *fds, size_t n)
{
	size_t at = 0;

	while (at < n) {
		unsigned run = 1;

		while (at + run < n && fds[at + run] == fds[at] + (int)run)
			run++;
		close_run(fds[at], run);
		at += run;
	}
}

/* From first to last, where nobody knows which of them are open. */
static void
close_unknown(unsigned first, unsigned last)
{
	struct rlimit limit = {.rlim_cur = 1024};

	if (first > last || close_range(first, last, 0) == 0)
		return;
	/* A kernel before 5.9, or a filter that does not know the call. */
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	for (unsigned fd = first; fd <= last && fd < limit.rlim_cur; fd++)
		(void)close((int)fd);
}

void
fds_keep(const int *fds, size_t n)
{
	unsigned first = STDERR_FILENO + 1;

	for (;;) {
		unsigned next = UINT_MAX;

		for (size_t i = 0; i < n; i++)
			if (fds[i] >= (int)first && (unsigned)fds[i] < next)
				next = (unsigned)fds[i];
		if (next == UINT_MAX)
			break;
		close_unknown(first, next - 1);
		first = next + 1;
	}
	close_unknown(first, UINT_MAX);
}

void
fds_own(void)
{
	/* No descriptor has this number: nothing is closed. */
	(void)close_range(UINT_MAX, UINT_MAX, CLOSE_RANGE_UNSHARE);
}

void
file_close(FILE **file)
{
	int saved = errno;

	if (*file != NULL)
		(void)fclose(*file);
	*file = NULL;
	errno = saved;
}

void
mem_free(void *pointer)
{
	int saved = errno;
	void *old;

	/* memcpy: pointer is the address of some type's pointer. */
	memcpy(&old, pointer, sizeof(old));
	free(old);
	old = NULL;
	memcpy(pointer, &old, sizeof(old));
	errno = saved;
}

void
fds_allow(rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max < most ? limit.rlim_max : most;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

bool
fd_read_file(
    struct arena *a, const char *path, size_t max, struct str *ret_text)
{
	/* A pipe without a writer must not stop us, nor a terminal take us. */
	CLEANUP(fd_close)
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	char *p;
	size_t n = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max) {
		errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
		return false;
	}
	p = arena_alloc(a, (size_t)st.st_size + 1);
	while (n < (size_t)st.st_size) {
		ssize_t got = read(fd, p + n, (size_t)st.st_size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*ret_text = (struct str){p, n};
	return true;
}
