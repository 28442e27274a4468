/* SPDX-License-Identifier: ISC */
/* What an administrator can do who has a panel: its own commands keep its data
 * and the servers' configurations alike. */
#ifndef FINDING_PANEL_H
#define FINDING_PANEL_H

#include "host/servers.h"
#include "mta/mta.h"

/* The panel's way around that server; NULL: no panel that was found has one.
 * servers, mta: NULL is none. */
const struct mta_act *panel_act(const struct servers *servers,
    const struct mta *mta, enum mta_advice which);

#endif
