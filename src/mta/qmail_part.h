/* SPDX-License-Identifier: ISC */
/* What the files that read qmail share. */
#ifndef MTA_QMAIL_PART_H
#define MTA_QMAIL_PART_H

#include "mta/mta.h"

/* What qmail-send says; text is behind the stamp. */
enum line_result qmail_send(struct str text, struct event *e);
/* What stands in front of it: tcpserver, qmail-smtpd, filters, passwords. */
enum line_result qmail_door(struct str text, struct event *e);

/*
 * A local recipient as the world knows him. control/virtualdomains puts
 * something in front: vpopmail the domain, "x.example-ana@x.example"; Plesk a
 * number, "12-ana@x.example".
 */
struct str qmail_address(struct str address);

/* A number off the front of *s, 19 digits at most. */
static inline bool
qmail_number(struct str *s, uint64_t *ret_value)
{
	return str_u64(s, 19, ret_value);
}

/* The digits themselves. */
static inline bool
qmail_digits(struct str *s, struct str *ret_digits)
{
	struct str at = *s;
	uint64_t value;

	if (!str_u64(s, 19, &value))
		return false;
	*ret_digits = (struct str){at.p, at.n - s->n};
	return true;
}

/* qmail_conf.c */
void qmail_facts(struct facts *facts, struct files *files);

#endif
