/* SPDX-License-Identifier: ISC */
/* The elements of an aggregate report (RFC 7489 appendix C, RFC 9990). */
#ifndef MAIL_DMARC_TAG_H
#define MAIL_DMARC_TAG_H

#include "base/str.h"

enum dmarc_tag {
	TAG_NONE, /* not of a report */
	TAG_FEEDBACK,
	TAG_METADATA,
	TAG_ORG,
	TAG_EMAIL,
	TAG_ID,
	TAG_ERROR,
	TAG_RANGE,
	TAG_BEGIN,
	TAG_END,
	TAG_POLICY,
	TAG_DOMAIN,
	TAG_P,
	TAG_SP,
	TAG_PCT,
	TAG_TESTING,
	TAG_RECORD,
	TAG_ROW,
	TAG_SOURCE,
	TAG_COUNT,
	TAG_EVALUATED,
	TAG_DISPOSITION,
	TAG_DKIM,
	TAG_SPF,
	TAG_REASON,
	TAG_TYPE,
	TAG_IDENTIFIERS,
	TAG_HEADER_FROM,
	TAG_ENVELOPE_FROM,
	TAG_ENVELOPE_TO,
	TAG_RESULTS,
	TAG_SELECTOR,
	TAG_RESULT,
	TAG_PLAIN, /* known, and of no use here */
};

/* Whatever its namespace. */
enum dmarc_tag dmarc_tag(struct str name);
bool dmarc_tag_is_known(struct str name);

#endif
