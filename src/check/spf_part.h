/* SPDX-License-Identifier: ISC */
/* What the files of the evaluator share; for spf*.c only. */
#ifndef CHECK_SPF_PART_H
#define CHECK_SPF_PART_H

#include "check/spf.h"

enum {
	SPF_VALUE_MAX = 1000, /* of sender and HELO; SMTP allows 320 and 255 */
};

struct spf_run {
	struct dns_book *book;
	struct arena *arena;
	const struct spf_query *query;
	struct spf_outcome *out;
	struct str sender, local, sender_domain;
	struct str proposed;   /* taken for the first domain's record */
	struct spf_ask **asks; /* where the next question is noted */
	bool missing;          /* an answer is not known yet */
	bool void_term;        /* the term at work got nothing */
	bool stop;             /* an error has been told in out */
};

/* NULL: not known yet. */
const struct dns_answer *spf_ask(
    struct spf_run *r, struct str name, enum dns_type type);
bool spf_is_void(enum dns_status status);
enum dns_type spf_address_type(const struct spf_run *r);

/*
 * Names of the client that lead back to it (RFC 7208 5.5), the first ten;
 * false: an answer is missing. Errors leave names out.
 */
bool spf_validated_names(
    struct spf_run *r, struct str names[SPF_NAMES_MAX], size_t *ret_n);
/* False: an answer is missing, or it became too long. */
bool spf_expand(struct spf_run *r, struct str spec, struct str domain,
    struct str *ret_text);

#endif
