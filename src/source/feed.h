/* SPDX-License-Identifier: ISC */
/* Frames of a feed (mailbox.h), written by the processes that feed it. */
#ifndef SOURCE_FEED_H
#define SOURCE_FEED_H

#include "source/mailbox.h"

/* When the other end is gone, so is this process. */
void feed_frame(int fd, enum feed_type type, struct str body);
/* path and sentence are cut to what a frame takes. */
void feed_gap(int fd, struct str path, struct str sentence);

#endif
