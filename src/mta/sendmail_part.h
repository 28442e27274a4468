/* SPDX-License-Identifier: ISC */
/* What the readers of Sendmail's lines share. */
#ifndef MTA_SENDMAIL_PART_H
#define MTA_SENDMAIL_PART_H

#include "mta/mta.h"

/* "6AQ5vk3h000089: " off the front: a date and a serial number in eight
 * signs, then the process in six digits or more. */
bool sendmail_eat_id(struct str *text, struct str *ret_id);

/* "host [192.0.2.1] (may be forged)", "[IPv6:2001:db8::1]", "luis@localhost". */
void sendmail_read_relay(
    struct str relay, struct str *ret_name, struct ip *ret_ip);

/* Length of "<a@b>", whose quotes may hide brackets; 0: it has no end. */
size_t sendmail_bracketed(struct str s);

/* Position of the last needle in s, s.n when it is not there. */
size_t sendmail_find_last(struct str s, struct str needle);

/* Behind "to=": what became of recipients. */
enum line_result sendmail_delivery(
    const struct line *line, struct str text, struct event *e);

/* sendmail_conf.c */
void sendmail_facts(struct facts *facts, struct files *files);

#endif
