/* SPDX-License-Identifier: ISC */
/* What the readers of OpenSMTPD's lines and files share. */
#ifndef MTA_OPENSMTPD_PART_H
#define MTA_OPENSMTPD_PART_H

#include "mta/mta.h"

/* "1d0b92f0f52472a6 " off the front: n digits of hexadecimal. */
bool opensmtpd_eat_hex(
    struct str *text, size_t n, struct str *ret_digits, uint64_t *ret_value);

/* Up to and with "from=<", and the value up to '>', off the front. */
bool opensmtpd_eat_angle(
    struct str *text, struct str key, struct str *ret_value);

/* "192.0.2.1", "[2001:db8::1]", "IPv6:2001:db8::1"; "local" is none. */
void opensmtpd_read_ip(struct str text, struct ip *ret_ip);

/* Behind "delivery ": one envelope was tried; agent says by whom. */
enum line_result opensmtpd_delivery(
    struct str text, enum event_agent agent, struct event *e);
/* Behind "relay: " or "delivery: ": the same, in the words of 5.x, and what
 * the queue itself says of an envelope to this day. */
enum line_result opensmtpd_envelope(
    struct str text, enum event_agent agent, struct event *e);

/* opensmtpd_conf.c */
void opensmtpd_facts(struct facts *facts, struct files *files);

#endif
