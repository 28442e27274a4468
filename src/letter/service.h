/* SPDX-License-Identifier: ISC */
/* Services that send mail for others (data/services.tsv). */
#ifndef LETTER_SERVICE_H
#define LETTER_SERVICE_H

#include "base/ip.h"

struct service {
	const char *id, *name;
	/* words with a blank between them */
	const char *spf, *dkim, *ptr, *nets;
};

/* The whole table, which ends with an id of NULL. */
extern const struct service services[];

/* NULL: none. domain is one of theirs or below it. */
const struct service *service_of_spf(struct str domain);
const struct service *service_of_dkim(struct str domain);
const struct service *service_of_ptr(struct str host);
const struct service *service_of_ip(const struct ip *ip);

#endif
