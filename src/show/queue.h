/* SPDX-License-Identifier: ISC */
/* What waits in the queues: `sereno queue`. */
#ifndef SHOW_QUEUE_H
#define SHOW_QUEUE_H

#include "queue/summary.h"
#include "show/screen.h"
#include "verdict/verdict.h"

struct queue_view {
	const struct queue_roots *roots;
	const struct receive_sums *sums; /* per root */
	struct summary summary;
	const struct waiting *items; /* the oldest first */
	size_t n;
	const struct share_of *domains;
	size_t domains_n;
	size_t top; /* rows of each table */
};

void queue_text(const struct report *report, const struct queue_view *view,
    const struct screen *s);
/* The schema "sereno/queue/1". */
void queue_json(
    const struct report *report, const struct queue_view *view, FILE *out);

/* The origin of a message as reports name it. */
struct str waiting_origin(struct arena *a, const struct waiting *w);
/* Why it waits, for people: the catalogue's word for it, or what was said. */
struct str waiting_reason(struct arena *a, const struct waiting *w);

#endif
