/* SPDX-License-Identifier: ISC */
/* The lives of messages, as `sereno trace` shows them. */
#ifndef SHOW_TRACE_H
#define SHOW_TRACE_H

#include "show/screen.h"
#include "trail/trace.h"
#include "verdict/verdict.h"

struct trace_view {
	const struct trace *trace;
	struct str pattern;
	size_t top; /* messages shown */
};

void trace_text(const struct report *report, const struct trace_view *view,
    const struct screen *s);
/* The schema "sereno/trace/1". */
void trace_json(
    const struct report *report, const struct trace_view *view, FILE *out);

/* What happened, as a sentence for people; raw foreign text inside. */
struct str event_sentence(struct arena *a, const struct event *event);

#endif
