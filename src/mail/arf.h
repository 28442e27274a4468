/* SPDX-License-Identifier: ISC */
/* The body of a message/feedback-report part (RFC 5965): a complaint. */
#ifndef MAIL_ARF_H
#define MAIL_ARF_H

#include "base/ip.h"
#include "base/time.h"

/* Slices of the body, "" where nothing is said. */
struct arf {
	struct str type;      /* "abuse", "auth-failure" (RFC 6591) ... */
	struct str sender;    /* Original-Mail-From, without <> */
	struct str recipient; /* the first Original-Rcpt-To */
	struct str domain;    /* Reported-Domain */
	struct str reporter;  /* Reporting-MTA */
	struct str results;   /* Authentication-Results */
	struct ip source;     /* Source-IP; none: not said */
	uint64_t incidents;   /* at least 1 */
	wall_us arrival;      /* Arrival-Date or Received-Date; or NONE */
};

/* False when no Feedback-Type is there. */
bool arf_parse(struct str body, struct arf *ret_arf);

#endif
