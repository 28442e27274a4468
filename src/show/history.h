/* SPDX-License-Identifier: ISC */
/* What "sereno history" tells of what the store remembers. */
#ifndef SHOW_HISTORY_H
#define SHOW_HISTORY_H

#include "show/screen.h"
#include "store/changes.h"
#include "store/listings.h"
#include "store/requests.h"
#include "verdict/verdict.h"

/* What the words, and --since, leave. Each points into what was loaded. */
struct history_view {
	struct str host, path;
	wall_us at;
	const struct listing **listings;
	size_t listings_n, listed; /* of them: listed as far as known */
	const struct request **requests;
	size_t requests_n;
	const struct change **changes;
	size_t changes_n;
	const struct not_examined *notes;
	size_t notes_n;
	size_t top;    /* changes that are shown */
	bool filtered; /* words were given */
};

void history_text(const struct history_view *view, const struct screen *s);
void history_json(const struct history_view *view, FILE *out);

#endif
