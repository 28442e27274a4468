/* SPDX-License-Identifier: ISC */
#include "base/lifeline.h"

#include "base/fd.h"

#include <fcntl.h>
#include <unistd.h>

void
lifeline_init(struct lifeline *ret_lifeline)
{
	if (pipe2(ret_lifeline->ends, O_CLOEXEC) != 0)
		ret_lifeline->ends[0] = ret_lifeline->ends[1] = -1;
}

void
lifeline_hang(struct lifeline *lifeline)
{
	char byte;
	int *ends = lifeline->ends;

	fd_close(&ends[1]);
	if (ends[0] < 0 || fcntl(ends[0], F_SETOWN, getpid()) != 0 ||
	    fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK) != 0)
		return;
	/* It may have ended before: that is told no more. */
	if (read(ends[0], &byte, 1) == 0)
		_exit(0);
}

void
lifeline_done(struct lifeline *lifeline)
{
	fd_close(&lifeline->ends[0]);
	fd_close(&lifeline->ends[1]);
}
