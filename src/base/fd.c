/* SPDX-License-Identifier: ISC */
#include "base/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
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
