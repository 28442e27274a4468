/* SPDX-License-Identifier: ISC */
/*
 * Standard input, copied to a file without a name: then it can be read twice
 * and in parts like any other. A regular file that was redirected to us is
 * used as it is.
 */
#include "base/fd.h"
#include "base/lang.h"
#include "source/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
	SPOOL_CHUNK = 256 * 1024,
	/* Free space is asked for that often. */
	SPOOL_CHECK = 16 * 1024 * 1024,
};

/* Kept free: a mail server whose disk is full stops to take mail. */
static const uint64_t KEEP_FREE = 256 * 1024 * 1024;

static uint64_t
space_free(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) != 0 ? UINT64_MAX
				      : (uint64_t)fs.f_bavail * fs.f_frsize;
}

static int
spool_file(const char *folder)
{
	char name[4096];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	/* Not every file system has O_TMPFILE. */
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	if (snprintf(name, sizeof(name), "%s/sereno.XXXXXX", folder) >=
	    (int)sizeof(name))
		return -1;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(name);
	return fd;
}

static bool
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static bool
spool_full(const char *folder, uint64_t total, struct err *err)
{
	(void)err_set(err, ERR_CONFIG,
	    _("standard input was read up to byte %llu only: no more "
	      "room in '%.100s'"),
	    (unsigned long long)total, folder);
	(void)snprintf(err->hint, sizeof(err->hint),
	    _("set TMPDIR to a folder with more room"));
	return false;
}

static bool
spool_copy(int fd, const char *folder, struct err *err)
{
	static const size_t chunk = SPOOL_CHUNK;
	CLEANUP(mem_free) char *buf = xrealloc(NULL, chunk, 1);
	uint64_t total = 0, check = 0, keep = space_free(fd) / 2;

	if (keep > KEEP_FREE)
		keep = KEEP_FREE;
	for (;;) {
		ssize_t got = read(STDIN_FILENO, buf, chunk);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_INPUT,
			    _("cannot read standard input: %s"),
			    strerror(errno));
		if (got == 0)
			return true;
		if (total >= check) {
			check = total + SPOOL_CHECK;
			if (space_free(fd) < keep)
				return spool_full(folder, total, err);
		}
		if (!write_all(fd, buf, (size_t)got))
			return spool_full(folder, total, err);
		total += (uint64_t)got;
	}
}

int
spool_stdin(struct err *err)
{
	CLEANUP(fd_close) int fd = -1;
	const char *folder = getenv("TMPDIR");
	struct stat st;

	if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    lseek(STDIN_FILENO, 0, SEEK_CUR) == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (folder == NULL || folder[0] == '\0')
		folder = "/var/tmp";
	fd = spool_file(folder);
	if (fd < 0) {
		(void)err_set(err, ERR_CONFIG,
		    _("cannot store standard input in '%.100s': %s"), folder,
		    strerror(errno));
		(void)snprintf(err->hint, sizeof(err->hint),
		    _("set TMPDIR to a folder that can be written"));
		return -1;
	}
	/* What came before an error is used all the same. */
	(void)spool_copy(fd, folder, err);
	return fd_steal(&fd);
}
