/* SPDX-License-Identifier: ISC */
/*
 * A process that must not live on when the one that started it is gone, however
 * that ended. PR_SET_PDEATHSIG does not do: it is lost when the uid changes.
 * The end of a pipe that the starter alone holds open is told by SIGIO, whose
 * default is death (fcntl(2), O_ASYNC).
 */
#ifndef BASE_LIFELINE_H
#define BASE_LIFELINE_H

struct lifeline {
	int ends[2]; /* -1: could not be made, and nobody is told */
};

/* Before the fork. */
void lifeline_init(struct lifeline *ret_lifeline);
/* In the process that was started, while it has the rights of the other. */
void lifeline_hang(struct lifeline *lifeline);
/* In the other: it may end now. */
void lifeline_done(struct lifeline *lifeline);

#endif
