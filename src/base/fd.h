/* SPDX-License-Identifier: ISC */
/* What closes itself at the end of its block: CLEANUP(fd_close) int fd = -1; */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <stdio.h>

#define CLEANUP(f) __attribute__((cleanup(f)))

/* Each keeps errno, takes "nothing there" (-1, NULL) and leaves that behind. */
void fd_close(int *fd);
void file_close(FILE **file);
void mem_free(void *pointer); /* the address of a pointer from malloc */

/* What was in *fd; the caller owns it now, *fd is -1. */
static inline int
fd_steal(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

#endif
