/* SPDX-License-Identifier: ISC */
/* Dates of messages (RFC 5322 3.3, and what is written in their place). */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include "base/time.h"

/*
 * "Sat, 21 Nov 2026 03:41:00 +0100 (CET)", without weekday or seconds, with
 * "GMT" or "EST" as zone, with a year of two digits (RFC 5322 4.3);
 * "Sat Nov 21 03:41:00 2026" of asctime(3), taken as UTC. ret_zone: how far
 * the zone is ahead of UTC. False when it is none of these.
 */
bool date_parse(struct str text, wall_us *ret_at, span_us *ret_zone);

#endif
