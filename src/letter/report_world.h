/* SPDX-License-Identifier: ISC */
/* What the DNS says of those who send under our name. */
#ifndef LETTER_REPORT_WORLD_H
#define LETTER_REPORT_WORLD_H

#include "letter/reports.h"
#include "net/resolver.h"

/*
 * Evaluate the SPF record of the domain for the addresses that sent most, and
 * ask for their names: fills direct, include and host of the sources, and a
 * service where either tells one.
 */
void reports_ask(struct reports *r, struct resolver *resolver);

#endif
