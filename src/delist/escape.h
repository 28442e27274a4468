/* SPDX-License-Identifier: ISC */
/* Other ways out while a block stands: a relay host, another address. */
#ifndef DELIST_ESCAPE_H
#define DELIST_ESCAPE_H

#include "base/arena.h"

enum escape_what {
	ESCAPE_RELAY,  /* all mail through a relay host */
	ESCAPE_ROUTE,  /* only the mail for one receiver */
	ESCAPE_SOURCE, /* from another address */
	ESCAPES,
};

struct escape {
	const char *mta;
	enum escape_what what;
	const char *where, *lines;
};

/* NULL: that server's settings are not known. */
const struct escape *escape_find(struct str mta, enum escape_what what);
const char *escape_name(enum escape_what what);  /* "relay-host" */
const char *escape_title(enum escape_what what); /* N_() */
const char *escape_risk(enum escape_what what);  /* N_() */

/* An SPF record that lets one more send: with the term in front of all. */
struct str escape_spf(struct arena *a, struct str record, const char *term);

#endif
