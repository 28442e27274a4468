/* SPDX-License-Identifier: ISC */
/* Makes XML of what real senders of reports write in its place. */
#ifndef MAIL_XML_MEND_H
#define MAIL_XML_MEND_H

#include "base/arena.h"

/*
 * A copy of text that a parser takes: only elements for whose name (without
 * its prefix) is_known says so, without attributes, each closed in order; what
 * is no tag and no entity is plain text; bytes that are no UTF-8 are '?'. No
 * declaration, no comment, no DOCTYPE is left. What was open at the end stays
 * open. NULL in p: it would not fit into the arena's cap.
 */
struct str xml_mend(
    struct arena *a, struct str text, bool (*is_known)(struct str name));

/* "ns1:row" is "row". */
struct str xml_local(struct str name);

#endif
