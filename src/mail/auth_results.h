/* SPDX-License-Identifier: ISC */
/*
 * Authentication-Results (RFC 8601), and what ARC repeats of them (RFC 8617):
 * what a receiver found. Believed as far as the host that wrote it.
 */
#ifndef MAIL_AUTH_RESULTS_H
#define MAIL_AUTH_RESULTS_H

#include "base/str.h"

/* One method. Slices of the value. */
struct auth_result {
	struct str method; /* "spf", "dkim", "dmarc", "arc", "iprev", ... */
	struct str result; /* "pass", "fail", "none", ... */
	struct str about;  /* "smtp.mailfrom=tienda.example", as written */
};

/* Takes the name of the server that wrote it off *value; empty when it is not
 * told, as by Microsoft. */
struct str auth_results_server(struct str *value);
/* Takes the next result off *rest. False at the end. */
bool auth_results_next(struct str *rest, struct auth_result *ret_result);
/* What stands behind "name=" in what a result is about, outside of comments and
 * without quotes; empty: nothing. */
struct str auth_result_property(struct str about, struct str name);

#endif
