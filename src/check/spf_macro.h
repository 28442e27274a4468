/* SPDX-License-Identifier: ISC */
/*
 * Macros in SPF records and explanations (RFC 7208 7):
 *
 *   %{ir}.%{l1r-}._spf.%{d2}    %% %_ %-
 *      ^    ^^^
 *      |    the rightmost 1 part, reversed, split at '-'
 *      letter
 */
#ifndef CHECK_SPF_MACRO_H
#define CHECK_SPF_MACRO_H

#include "base/arena.h"
#include "check/spf_term.h"

enum spf_macro_use {
	SPF_IN_DOMAIN,   /* a domain-spec: ends in a name or a macro */
	SPF_IN_MODIFIER, /* of an unknown modifier: any macro-string */
	SPF_IN_TEXT,     /* an explanation: blanks, and c, r, t */
};

enum {
	SPF_EXPANDED_MAX = 4096,
	SPF_NAME_MAX = 253, /* RFC 7208 7.3 */
};

/* What the letters stand for: [c - 'a']. */
struct spf_values {
	struct str of[26];
};

enum spf_fault spf_macro_check(struct str spec, enum spf_macro_use use);
/* Is this letter, of either case, in it? spec has been checked. */
bool spf_macro_has(struct str spec, char letter);
/* Is any letter? */
bool spf_macro_has_any(struct str spec);
/*
 * Expand what has been checked. False: it became longer than
 * SPF_EXPANDED_MAX.
 */
bool spf_macro_expand(struct arena *a, struct str spec,
    const struct spf_values *values, struct str *ret_text);
/*
 * The text as a name that can be asked for: labels on the left dropped until
 * it fits (7.3), odd bytes escaped (RFC 1035 5.1).
 */
struct str spf_macro_name(struct arena *a, struct str text);

#endif
