/* SPDX-License-Identifier: ISC */
/* What closes itself at the end of its block: CLEANUP(fd_close) int fd = -1; */
#ifndef BASE_FD_H
#define BASE_FD_H

#include "base/arena.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>

#define CLEANUP(f) __attribute__((cleanup(f)))

/* Each keeps errno, takes "nothing there" (-1, NULL) and leaves that behind. */
void fd_close(int *fd);
void file_close(FILE **file);
void mem_free(void *pointer); /* the address of a pointer from malloc */

/* Close them all, in few calls where their numbers follow each other. */
void fds_close(const int *fds, size_t n);
/* Close all but 0, 1, 2 and these, of which there are few; for a process that
 * is to hold nothing else. */
void fds_keep(const int *fds, size_t n);
/* Give this thread a table of descriptors of its own, a copy: what it opens
 * then gets numbers that follow each other, and no lock is waited for. Where
 * the kernel cannot, all stays as it is. */
void fds_own(void);

/* As many files at once as the system allows, but not more than most: the soft
 * limit is 1,024 on most machines, and a year of daily logs, the files of a
 * queue in hand or the questions on their way are more. */
void fds_allow(rlim_t most);

/* What was in *fd; the caller owns it now, *fd is -1. */
static inline int
fd_steal(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

/* The whole of a plain file of at most max bytes, into the arena. False:
 * errno says why (EINVAL: another kind of file; EFBIG). */
bool fd_read_file(
    struct arena *a, const char *path, size_t max, struct str *ret_text);

#endif
