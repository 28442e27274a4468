/* SPDX-License-Identifier: ISC */
/* What the SPF records of the domains that bounce say of who sent. */
#ifndef LETTER_BAG_WORLD_H
#define LETTER_BAG_WORLD_H

#include "letter/bag.h"
#include "net/resolver.h"

/* After bag_read, before bag_settle: adds signals to the records. Returns how
 * many pairs were too many to ask about. */
size_t bag_ask(struct bag *bag, struct resolver *resolver);

#endif
