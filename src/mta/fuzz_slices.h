/* SPDX-License-Identifier: ISC */
/* What must hold for any line that a module of mta/ reads. */
#ifndef MTA_FUZZ_SLICES_H
#define MTA_FUZZ_SLICES_H

#include "mta/mta.h"

#include <assert.h>

static inline void
fuzz_inside(struct str slice, const struct line *line)
{
	const struct str *outer[] = {&line->text, &line->program, &line->host};

	if (slice.n == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(outer); i++)
		if (outer[i]->p != NULL && slice.p >= outer[i]->p &&
		    slice.p + slice.n <= outer[i]->p + outer[i]->n)
			return;
	assert(slice.n == 0); /* it lies outside of the line */
}

static inline void
fuzz_line(const struct mta *mta, struct str program, struct str text)
{
	struct line line = {.program = program, .text = text, .host = S("h")};
	struct event e, again;

	if (!mta->claims(program))
		return;
	if (mta->line(&line, &e) != LINE_EVENT)
		return;
	assert(e.kind != EVENT_NONE);
	assert(mta->line(&line, &again) == LINE_EVENT);
	assert(e.kind == again.kind && e.size == again.size);
	assert(str_eq(e.recipient, again.recipient));
	struct str all[] = {e.host, e.service, e.queue_id, e.child_id,
	    e.origin_id, e.client_name, e.helo, e.account, e.method, e.sender,
	    e.recipient, e.orig_to, e.relay, e.dsn, e.reply, e.message_id,
	    e.subject, e.script, e.text};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		fuzz_inside(all[i], &line);
}

#endif
