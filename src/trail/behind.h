/* SPDX-License-Identifier: ISC */
/* The servers behind a gateway, told by the log alone. */
#ifndef TRAIL_BEHIND_H
#define TRAIL_BEHIND_H

#include "trail/tally.h"

/* Makes mailboxes of them (tally.mailboxes), and takes their mail out of
 * tally.passed_on: after the last merge. */
void behind_find(struct tally *tally);

#endif
