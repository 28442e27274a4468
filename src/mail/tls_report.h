/* SPDX-License-Identifier: ISC */
/* TLS reports (RFC 8460): could others reach our mail servers with TLS? */
#ifndef MAIL_TLS_REPORT_H
#define MAIL_TLS_REPORT_H

#include "base/arena.h"
#include "base/time.h"

enum {
	/* Bytes of one report; those that are sent have some thousand. */
	TLS_REPORT_MAX = 8 * 1024 * 1024,
	TLS_POLICIES = 256,
	TLS_FAILURES = 256, /* of one policy */
};

struct tls_failure {
	struct str type; /* "certificate-expired" */
	struct str mx, receiving_ip, sending_ip, code;
	uint64_t sessions;
};

struct tls_policy {
	struct str type; /* "sts", "tlsa", "no-policy-found" */
	struct str domain;
	uint64_t good, failed; /* sessions */
	struct tls_failure *failures;
	size_t failures_n;
};

struct tls_report {
	struct str org, id, contact;
	wall_us begin, end; /* WALL_NONE: not said */
	struct tls_policy *policies;
	size_t policies_n;
};

/* All lives in the arena. False: it is none. */
bool tls_report_read(
    struct arena *a, struct str text, struct tls_report *ret_report);

#endif
